"""The page with the phones, under /simulator/."""

from django.urls import path

from channels_in.simulator import views

app_name = "simulator"

urlpatterns = [
    path("", views.phones, name="phones"),
    path("say/", views.say, name="say"),
    path("call/", views.call, name="call"),
    path("phone/", views.add, name="add"),
    path("knobs/<slug:slug>/", views.knobs, name="knobs"),
    path("release/<slug:slug>/", views.release, name="release"),
    path("reset/", views.reset, name="reset"),
    path("photo/<slug:name>.jpg", views.photo, name="photo"),
]

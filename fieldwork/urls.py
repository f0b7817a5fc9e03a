from django.urls import path

from fieldwork import views

app_name = "fieldwork"
urlpatterns = [
    path("", views.listed, name="jobs"),
    path("<str:number>/", views.one, name="job"),
    path("<str:number>/<slug:name>/", views.act, name="act"),
]

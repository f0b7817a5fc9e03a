from django.urls import path

from fieldwork import call_views, views

app_name = "fieldwork"
urlpatterns = [
    path("", views.listed, name="jobs"),
    path("phone/<int:pk>/", call_views.phoned, name="phoned"),
    path("<str:number>/", views.one, name="job"),
    path("<str:number>/<slug:name>/", views.act, name="act"),
]

from django.urls import path

from reports import office_views

app_name = "office"
urlpatterns = [
    path("", office_views.own, name="own"),
    path("phone/<int:pk>/", office_views.phoned, name="phoned"),
    path("list/", office_views.listed, name="list"),
]

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.month, name="month"),
    path("list/", views.listed, name="list"),
    path("month.csv", views.month_as_csv, name="csv"),
]

from django.urls import path

from reports import views, xlsx_views

app_name = "reports"
urlpatterns = [
    path("", views.month, name="month"),
    path("list/", views.listed, name="list"),
    path("month.csv", views.month_as_csv, name="csv"),
    path("month.xlsx", xlsx_views.ask, name="xlsx"),
    path("month.xlsx/<str:token>/", xlsx_views.making, name="making"),
]

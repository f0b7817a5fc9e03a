from django.urls import path

from reports import (
    causes_views,
    panel_views,
    ratings_views,
    truth_views,
    views,
    xlsx_views,
)

app_name = "reports"
urlpatterns = [
    path("", views.month, name="month"),
    path("list/", views.listed, name="list"),
    path("truth/", truth_views.page, name="truth"),
    path("truth/list/", truth_views.listed, name="truth_list"),
    path("ratings/", ratings_views.page, name="ratings"),
    path("ratings/list/", ratings_views.listed, name="ratings_list"),
    path("causes/", causes_views.page, name="causes"),
    path("causes/list/", causes_views.listed, name="causes_list"),
    path("causes/measure/", causes_views.record, name="measure"),
    path("causes.csv", causes_views.as_csv, name="causes_csv"),
    path("panel/", panel_views.page, name="panel"),
    path("panel.csv", panel_views.as_csv, name="panel_csv"),
    path("month.csv", views.month_as_csv, name="csv"),
    path("month.xlsx", xlsx_views.ask, name="xlsx"),
    path("month.xlsx/<str:token>/", xlsx_views.making, name="making"),
]

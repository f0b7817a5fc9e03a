from django.urls import path

from operations import views

app_name = "operations"

urlpatterns = [
    # For load balancers: the process answers.
    path("healthz", views.healthz, name="healthz"),
    # For monitoring: the whole desk works.
    path("readyz", views.readyz, name="readyz"),
    # For Prometheus: this host, or who holds the token.
    path("metrics", views.metrics, name="metrics"),
    # For the progress bars of the doors' pages.
    path("jobs/<str:token>/", views.job_progress, name="job_progress"),
    path("jobs/<str:token>/result/", views.job_result, name="job_result"),
    path("jobs/<str:token>/cancel/", views.job_cancel, name="job_cancel"),
]

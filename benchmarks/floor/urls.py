from django.urls import path

from benchmarks.floor import views

urlpatterns = [
    path("complaints/", views.intake),
    path("complaints/<int:pk>/", views.one),
    path("list/", views.fifty),
]

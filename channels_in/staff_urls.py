"""The page of dead letters, under /admin/ and before Django's own."""

from django.contrib import admin
from django.urls import path

from channels_in.views import dead_letters

app_name = "dead_letters"
staff = admin.site.admin_view

urlpatterns = [
    path("dead-letters/", staff(dead_letters.dead_letter_list), name="list"),
    path(
        "dead-letters/<int:pk>/again/", staff(dead_letters.try_again), name="try_again"
    ),
    path("dead-letters/<int:pk>/by-hand/", staff(dead_letters.by_hand), name="by_hand"),
]

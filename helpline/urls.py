"""The desk's screens, under /admin/ and before Django's own."""

from django.contrib import admin
from django.urls import path

from helpline.views import (
    bulk,
    calls,
    claims,
    complaint,
    console,
    deeds,
    follow_ups,
    incidents,
    queue,
    suggestions,
)

app_name = "helpline"
staff = admin.site.admin_view

urlpatterns = [
    # /admin/console/
    path("console/", staff(console.console), name="console"),
    path("console/look/", staff(console.look_up), name="look"),
    path("console/categories/", staff(suggestions.categories), name="categories"),
    path("console/places/", staff(suggestions.places), name="places"),
    path("console/calls/<int:pk>/", staff(calls.call), name="call"),
    # /admin/queue/
    path("queue/", staff(queue.queue), name="queue"),
    path("queue/fresh/", staff(queue.fresh), name="fresh"),
    path("queue/bulk/", staff(bulk.bulk), name="bulk"),
    path("queue/sort/<str:number>/", staff(bulk.sort), name="sort"),
    # /admin/complaint/<number>/
    path("complaint/<str:number>/", staff(complaint.complaint), name="complaint"),
    path("complaint/<str:number>/reveal/", staff(complaint.reveal), name="reveal"),
    path(
        "complaint/<str:number>/officers/", staff(complaint.officers), name="officers"
    ),
    path("complaint/<str:number>/do/<slug:name>/", staff(deeds.do), name="do"),
    # /admin/incidents/
    path("incidents/", staff(incidents.listed), name="incidents"),
    path("incidents/new/", staff(incidents.new), name="new_incident"),
    path("incidents/<int:pk>/", staff(incidents.one), name="incident"),
    path("incidents/<int:pk>/update/", staff(incidents.update), name="update_incident"),
    path(
        "incidents/<int:pk>/restore/", staff(incidents.restore), name="restore_incident"
    ),
    path("incidents/<int:pk>/close/", staff(incidents.close), name="close_incident"),
    # /admin/claims/
    path("claims/", staff(claims.listed), name="claims"),
    path("claims/<str:number>/ask/", staff(claims.ask), name="ask_claim"),
    path("claims/<str:number>/grant/", staff(claims.grant), name="grant_claim"),
    path("claims/<str:number>/refuse/", staff(claims.refuse), name="refuse_claim"),
    # /admin/follow-ups/
    path("follow-ups/", staff(follow_ups.follow_ups), name="follow_ups"),
    path("follow-ups/<int:pk>/take/", staff(follow_ups.take), name="take_follow_up"),
    path("follow-ups/<int:pk>/close/", staff(follow_ups.close), name="close_follow_up"),
]

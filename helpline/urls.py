"""The desk's screens, under /admin/ and before Django's own."""

from django.contrib import admin
from django.urls import path

from helpline.views import (
    bulk,
    call_backs,
    calls,
    claims,
    complaint,
    console,
    deeds,
    doubts,
    follow_ups,
    incidents,
    panel,
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
    # /admin/call-backs/
    path("call-backs/", staff(call_backs.listed), name="call_backs"),
    path("call-backs/next/", staff(call_backs.take_next), name="next_call_back"),
    path("call-backs/<int:pk>/", staff(call_backs.one), name="call_back"),
    path("call-backs/<int:pk>/take/", staff(call_backs.take), name="take_call_back"),
    path(
        "call-backs/<int:pk>/reveal/",
        staff(call_backs.reveal),
        name="reveal_call_back",
    ),
    path("call-backs/<int:pk>/save/", staff(call_backs.save), name="save_call_back"),
    # /admin/panel/
    path("panel/", staff(panel.listed), name="panel"),
    path("panel/draw/", staff(panel.draw), name="draw_panel"),
    path("panel/next/", staff(panel.take_next), name="next_panel_call"),
    path("panel/<int:pk>/", staff(panel.one), name="panel_call"),
    path("panel/<int:pk>/take/", staff(panel.take), name="take_panel_call"),
    path("panel/<int:pk>/save/", staff(panel.save), name="save_panel_call"),
    # /admin/doubts/
    path("doubts/", staff(doubts.listed), name="doubts"),
    path("doubts/<int:pk>/picture/", staff(doubts.picture), name="doubt_picture"),
    path("doubts/<int:pk>/done/", staff(doubts.done), name="doubt_done"),
    path("doubts/<int:pk>/not-done/", staff(doubts.not_done), name="doubt_not_done"),
    # /admin/follow-ups/
    path("follow-ups/", staff(follow_ups.follow_ups), name="follow_ups"),
    path("follow-ups/<int:pk>/take/", staff(follow_ups.take), name="take_follow_up"),
    path("follow-ups/<int:pk>/close/", staff(follow_ups.close), name="close_follow_up"),
]

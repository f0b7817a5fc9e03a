from datetime import timedelta
from secrets import randbelow
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.floor.models import Complaint, History, Kind, Place

COLUMNS = (
    "id", "number", "kind_id", "place_id", "status", "text", "phone",
    "registered_at", "due_at",
)  # fmt: skip


class Intake(serializers.Serializer[Any]):
    text = serializers.CharField(min_length=3, max_length=4000)
    phone = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=200, required=False)
    kind = serializers.CharField(max_length=20)
    place = serializers.CharField(max_length=20)


@api_view(["POST"])
def intake(request: Request) -> Response:
    form = Intake(data=request.data)
    form.is_valid(raise_exception=True)
    given = form.validated_data
    at = timezone.now()
    kind = Kind.objects.get(code=given["kind"])
    place = Place.objects.get(code=given["place"])
    with transaction.atomic():
        complaint = Complaint.objects.create(
            number=str(10**11 + randbelow(9 * 10**11)),
            kind=kind,
            place=place,
            text=given["text"],
            phone=given["phone"],
            registered_at=at,
            due_at=at + timedelta(hours=24),
        )
        History.objects.create(complaint=complaint, status="registered", at=at)
    return Response({"id": complaint.pk, "number": complaint.number}, status=201)


@api_view(["GET"])
def one(request: Request, pk: int) -> Response:
    return Response(Complaint.objects.values(*COLUMNS).get(pk=pk))


@api_view(["GET"])
def fifty(request: Request) -> Response:
    rows = Complaint.objects.filter(
        status=request.query_params["status"], place_id=request.query_params["place"]
    )
    return Response(list(rows.order_by("-id").values(*COLUMNS)[:50]))

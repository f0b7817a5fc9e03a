"""Reference rows by code: what a program keeps beside it and refreshes by ETag."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from complaints.models import Category, Cause, RejectReason, Source
from complaints.reference import sources
from escalation import reference
from officers.models import Area, Department, Organisation
from portal.api import codes, cursors, shapes
from portal.api.authentication import Caller, caller_of
from portal.api.documents import refusals
from portal.api.inputs import Strict, Text, Whole, read

PAGE, LARGEST_PAGE = 200, 1000


class AskedRows(Strict):
    page_size = Whole(typed=True, min_value=1, max_value=LARGEST_PAGE, default=PAGE)
    cursor = Text(required=False, max_length=300)


@dataclass(frozen=True)
class Kind:
    """`rows` are all there are; `scoped` says whether others' are left out."""

    name: str  # in the address
    rows: Callable[[], Iterable[Any]]
    shape: type[serializers.Serializer[Any]]
    tell: Callable[[Any], dict[str, Any]]
    scoped: bool = True


def _category(row: Category) -> dict[str, Any]:
    return _owned(row) | {
        "group": row.group_code,
        "group_names": row.group_names,
        "department": row.department.code,
        "criticality": row.criticality,
        "horizon": row.horizon,
        "photo_required": row.photo_required,
        "reading_required": row.reading_required,
        "code_required": row.code_required,
        "safety": row.safety,
    }


def _area(row: Area) -> dict[str, Any]:
    above = reference.area(row.parent_id)
    return _owned(row) | {
        "parent": above.code if above else None,
        "level": row.level,
        "level_names": row.level_names,
        "kind": row.kind,
        "office": row.office,
    }


def _cause(row: Cause) -> dict[str, Any]:
    found = reference.department(row.department_id)
    return _owned(row) | {"department": found.code if found else None}


def _organisation(row: Organisation) -> dict[str, Any]:
    above = reference.organisations.get().get(row.parent_id or 0)
    return _coded(row) | {"parent": above.code if above else None, "kind": row.kind}


def _owned(row: Category | Area | Cause | Department) -> dict[str, Any]:
    return _coded(row) | {
        "organisation": reference.organisation(row.organisation_id).code
    }


def _coded(
    row: Category | Area | Cause | Department | Organisation | Source | RejectReason,
) -> dict[str, Any]:
    return {"code": row.code, "names": row.names}


KINDS = (
    Kind("categories", lambda: reference.categories.get().values(),
         shapes.CategoryRow, _category),
    Kind("areas", lambda: reference.areas.get().values(), shapes.AreaRow, _area),
    Kind("departments", lambda: reference.departments.get().values(),
         shapes.OwnedCode, _owned),
    Kind("causes", codes.causes.get, shapes.CauseRow, _cause),
    Kind("organisations", lambda: reference.organisations.get().values(),
         shapes.OrganisationRow, _organisation),
    Kind("sources", lambda: sources.get().values(), shapes.Coded, _coded, scoped=False),
    Kind("reject-reasons", codes.reject_reasons.get, shapes.Coded, _coded,
         scoped=False),
)  # fmt: skip


def list_view(kind: Kind) -> Callable[..., Any]:
    name = kind.name.replace("-", "_")
    page = inline_serializer(
        f"{name.title().replace('_', '')}Page",
        {
            "results": kind.shape(many=True),
            "next": serializers.CharField(allow_null=True),
        },
    )

    @extend_schema(
        operation_id=f"list_{name}",
        summary=f"{kind.name.capitalize().replace('-', ' ')} that may be named",
        parameters=[
            AskedRows,
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
        responses={200: page, 304: None, **refusals(400)},
    )
    @api_view(["GET"])
    def view(request: Request) -> Response:
        caller = caller_of(request)
        asked = read(AskedRows, request.query_params.dict())
        return _answer(request, _page(kind, caller, asked))

    return view


VIEWS = {kind.name: list_view(kind) for kind in KINDS}


def _page(kind: Kind, caller: Caller, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Turned by key, in memory: the rows are kept in the process."""
    about = {**asked, "kind": kind.name}
    after = int(cursors.unseal(about) or 0)
    size = asked["page_size"]
    rows = sorted(
        (row for row in _within(kind, caller) if row.pk > after),
        key=lambda row: row.pk,
    )
    more = rows[size - 1].pk if len(rows) > size else ""
    return {
        "results": [_told(kind, row, caller) for row in rows[:size]],
        "next": cursors.seal(about, str(more)),
    }


def _told(kind: Kind, row: Any, caller: Caller) -> dict[str, Any]:
    told = kind.tell(row)
    if isinstance(row, Organisation):
        told["mine"] = row.pk in codes.below(caller.actor)
    return told


def _within(kind: Kind, caller: Caller) -> list[Any]:
    if not kind.scoped:
        return list(kind.rows())
    near = codes.near(codes.below(caller.actor))
    return [row for row in kind.rows() if _is_near(row, near, caller.at)]


def _is_near(row: Any, near: frozenset[int], at: datetime) -> bool:
    if isinstance(row, Organisation):
        other = row.public and row.parent_id is None
        return (other or row.pk in near) and row.valid_to is None
    day = reference.local_day(row.organisation_id, at)
    until = getattr(row, "valid_to", None)
    return row.organisation_id in near and reference.in_force(until, day)


def _answer(request: Request, body: dict[str, Any]) -> Response:
    """The mark is of the content: the same on every host, new when a row is."""
    text = json.dumps(body, sort_keys=True, ensure_ascii=False)
    mark = f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == mark:
        return Response(status=304, headers=headers)
    return Response(body, headers=headers)

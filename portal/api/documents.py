"""The OpenAPI document: what every operation has in common, and the address."""

import hashlib
import json
from functools import lru_cache
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter

from portal.api import inputs, repeat, shapes

JSON, YAML = "application/vnd.oai.openapi+json", "application/vnd.oai.openapi"
NUMBER = OpenApiParameter(
    "number", str, OpenApiParameter.PATH, description="Of the complaint: 12 digits."
)
ONCE = OpenApiParameter(
    repeat.HEADER,
    {"type": "string", "pattern": repeat.PATTERN},
    OpenApiParameter.HEADER,
    description="The same key with the same body is answered as the first time.",
)
SEEN = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^(\*|(W/)?"[0-9]{1,9}")$'},
    OpenApiParameter.HEADER,
    description="The ETag you looked at; in place of `version`.",
)


def refusals(*statuses: int) -> dict[int, type[shapes.Problem]]:
    """401 and 429 may come from everywhere."""
    return dict.fromkeys(sorted({401, 429, *statuses}), shapes.Problem)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # untyped library
    target_class = "portal.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class StrictSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]  # untyped library
    """Unknown names are refused: the document says so too."""

    target_class = "portal.api.inputs.Strict"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Direction) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer(
            self.target, direction, bypass_extensions=True
        )
        return schema | {"additionalProperties": False}


class CodeSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # untyped library
    target_class = "portal.api.inputs.Code"

    def map_serializer_field(
        self, auto_schema: AutoSchema, direction: Direction
    ) -> dict[str, Any]:
        field: inputs.Code = self.target
        return {"type": "string", "pattern": field.pattern}


@lru_cache
def document() -> dict[str, Any]:
    # made once in the life of the process, in the language of the code
    with override("en"):
        generator: Any = SchemaGenerator  # untyped library
        found: dict[str, Any] = generator().get_schema(request=None, public=True)
    return found


@lru_cache
def _written(kind: str) -> tuple[bytes, str]:
    if kind == YAML:
        text = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True)
    else:
        text = json.dumps(document(), ensure_ascii=False, indent=1)
    body = text.encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """JSON, or YAML for ?format=yaml. Nothing in it is secret."""
    kind = YAML if request.GET.get("format") == "yaml" else JSON
    body, mark = _written(kind)
    if request.headers.get("If-None-Match") == mark:
        return HttpResponse(status=304, headers={"ETag": mark})
    return HttpResponse(
        body, content_type=f"{kind}; charset=utf-8",
        headers={"ETag": mark, "Cache-Control": "public, max-age=300"},
    )  # fmt: skip

"""What comes in and goes out is JSON, of a size that we can bear."""

import json
from collections.abc import Iterable, Mapping
from typing import IO, Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

# A text of 4000 characters, each written as \uXXXX twice, and the rest.
LARGEST = 128 * 1024


class Json(BaseParser):
    """Strict, and never larger or deeper than we read without harm."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(LARGEST + 1)
        if len(body) > LARGEST:
            raise RequestDataTooBig
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise ParseError from error


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


class AlwaysJson(BaseContentNegotiation):
    """The parser by Content-Type; the answer in the one form there is."""

    def select_parser(
        self, request: Request, parsers: Iterable[BaseParser]
    ) -> BaseParser | None:
        asked = (request.content_type or "").split(";")[0].strip().lower()
        return next((each for each in parsers if each.media_type == asked), None)

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)

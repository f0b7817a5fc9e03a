"""The Idempotency-Key: a request sent again is given the first one's answer."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from complaints.refusals import Invalid, Refused
from operations.idempotency import Answer, fingerprint, recall, remember
from portal.api.authentication import Caller

HEADER = "Idempotency-Key"
PATTERN = r"^[!-~]{1,200}$"
_KEY = re.compile(r"[!-~]{1,200}")


def once(
    request: Request,
    caller: Caller,
    work: Callable[[], Answer],
    ahead: Callable[[], object] = lambda: None,
) -> Answer:
    """Do the work, or tell what came of it the first time.

    The answer is kept in the transaction of the work. Of two requests at the same
    moment the second fails, at the latest when it keeps its answer, and that takes
    its work back; not what is done `ahead` of it. Raises KeyReusedError when the key
    came with another request.
    """
    key = request.headers.get(HEADER)
    if key is None:
        ahead()
        return work()
    if not _KEY.fullmatch(key):
        raise Invalid(
            _("An Idempotency-Key has 1 to 200 visible ASCII characters."),
            code="invalid_key",
            field=HEADER,
        )
    scope, mark = f"api:{caller.token.pk}", _mark(request)
    before = recall(scope, key, mark)
    if before is not None:
        return before
    ahead()
    try:
        with transaction.atomic():
            answer = work()
            remember(scope, key, mark, answer, at=caller.at)
            return answer
    except (IntegrityError, Refused):
        first = recall(scope, key, mark)
        if first is None:
            raise
        return first


def _mark(request: Request) -> str:
    """Of the values, so that a body with its fields in another order is the same."""
    body: Any = json.dumps(request.data, sort_keys=True)
    method, path = str(request.method), request.get_full_path()
    seen = request.headers.get("If-Match", "")
    return fingerprint(*(each.encode() for each in (method, path, seen, body)))

"""The next page's address: opaque, signed, and good for the same question only."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from complaints.refusals import Invalid

_SALT = "portal.api.cursors"
CURSOR = "cursor"
_FREE = frozenset({CURSOR, "page_size"})  # may change from page to page


def seal(asked: Mapping[str, Any], key: str) -> str | None:
    return signing.dumps([_mark(asked), key], salt=_SALT) if key else None


def unseal(asked: Mapping[str, Any]) -> str:
    """The key to go on after; "" for the first page. Raises Invalid."""
    cursor = asked.get(CURSOR) or ""
    if not cursor:
        return ""
    try:
        mark, key = signing.loads(cursor, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        mark, key = "", ""
    if mark != _mark(asked):
        raise Invalid(
            _("This cursor does not belong to this list. Begin without it."),
            code="invalid_cursor",
            field=CURSOR,
        )
    return str(key)


def _mark(asked: Mapping[str, Any]) -> str:
    told = {name: str(asked[name]) for name in asked if name not in _FREE}
    text = json.dumps(told, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]

"""A code is a secret for as long as it works: once its message left, or never will, the
digits go from the outbox."""

import re

from notices.kinds import CODE_KINDS
from notices.models import Notice

HIDDEN = "•••"
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


def without_code(kind: str, text: str) -> str:
    return _CODE.sub(HIDDEN, text) if kind in CODE_KINDS else text


def spent(notice: Notice) -> dict[str, str]:
    """The words to be kept of one that is not sent any more."""
    if notice.kind not in CODE_KINDS:
        return {}
    return {
        "text": without_code(notice.kind, notice.text),
        "subject": without_code(notice.kind, notice.subject),
    }

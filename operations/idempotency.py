"""Requests that may arrive twice: the second is given the first one's answer.

    answer = recall(scope, key, fingerprint)          # None: do the work
    with transaction.atomic():
        ... the work ...
        remember(scope, key, fingerprint, answer, at=at)

Two at the same moment: one `remember` raises IntegrityError and takes its work back;
that request then recalls the other's answer.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from operations.models import IdempotencyKey


class KeyReusedError(Exception):
    """The same key came with another request: the sender's mistake."""


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


def fingerprint(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def recall(scope: str, key: str, fingerprint: str) -> Answer | None:
    kept = IdempotencyKey.objects.filter(scope=scope, key=key).first()
    if kept is None:
        return None
    if kept.fingerprint != fingerprint:
        raise KeyReusedError(scope)
    return Answer(kept.response_status, kept.response_body)


def remember(
    scope: str, key: str, fingerprint: str, answer: Answer, *, at: datetime
) -> None:
    IdempotencyKey.objects.create(
        scope=scope,
        key=key,
        fingerprint=fingerprint,
        response_status=answer.status,
        response_body=answer.body,
        created_at=at,
    )

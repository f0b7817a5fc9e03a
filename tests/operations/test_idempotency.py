from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase

from operations.idempotency import (
    Answer,
    KeyReusedError,
    fingerprint,
    recall,
    remember,
)

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANSWER = Answer(201, {"number": "123 456 789 012"})


class IdempotencyTests(TestCase):
    def test_it_gives_the_first_answer_again(self) -> None:
        mark = fingerprint(b"POST", b"{}")
        assert recall("partner:1", "k", mark) is None
        remember("partner:1", "k", mark, ANSWER, at=NOON)
        assert recall("partner:1", "k", mark) == ANSWER

    def test_it_refuses_a_key_used_for_another_request(self) -> None:
        remember("partner:1", "k", fingerprint(b"a"), ANSWER, at=NOON)
        with pytest.raises(KeyReusedError):
            recall("partner:1", "k", fingerprint(b"b"))

    def test_it_keeps_the_senders_apart(self) -> None:
        remember("partner:1", "k", fingerprint(b"a"), ANSWER, at=NOON)
        assert recall("partner:2", "k", fingerprint(b"a")) is None

    def test_it_lets_only_one_of_two_at_once_through(self) -> None:
        remember("partner:1", "k", fingerprint(b"a"), ANSWER, at=NOON)
        with pytest.raises(IntegrityError), transaction.atomic():
            remember("partner:1", "k", fingerprint(b"a"), ANSWER, at=NOON)

    def test_it_does_not_mix_up_where_one_part_ends(self) -> None:
        assert fingerprint(b"ab", b"c") != fingerprint(b"a", b"bc")

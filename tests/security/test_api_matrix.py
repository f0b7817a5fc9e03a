"""A04: every address of the API, without a token and with a stranger's."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from complaints.attachments import store
from complaints.models import Attachment, Complaint
from officers import tokens
from officers.models import Officer, Posting
from portal.api.actions import ACTIONS
from tests.base import MEERA, NOW
from tests.builders import photo
from tests.complaints.stage import to_stage
from tests.portal.api import ApiTestCase, Program

pytestmark = pytest.mark.long

OPEN = {"api:schema"}  # nothing in it is secret
REFERENCE = {
    "api:categories", "api:areas", "api:departments", "api:causes",
    "api:organisations", "api:sources", "api:reject-reasons",
}  # fmt: skip
LISTS = {"api:complaints"}
MAKES = {"api:attachments"}
ONE = {"api:complaint", "api:attachment", *(f"api:do_{name}" for name in ACTIONS)}


def addresses(resolver: Any = None, name: str = "") -> Iterator[str]:
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            space = f"{each.namespace}:" if each.namespace else ""
            yield from addresses(each, name + space)
        elif isinstance(each, URLPattern) and each.name and name == "api:":
            yield name + each.name


class MatrixTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = to_stage(self.w, "assigned")
        file = store(photo(), at=NOW)
        Program(self.w.omkar).act(self.complaint, "add", attachments=[file.token])
        self.file = Attachment.objects.get(pk=file.pk)
        assert self.file.complaint == self.complaint

    def path(self, name: str) -> str:
        bare = name.removeprefix("api:")
        if bare == "complaint":
            return f"/api/v1/complaints/{self.complaint.number}/"
        if bare == "attachment":
            return f"/api/v1/attachments/{self.file.token}/"
        if bare.startswith("do_"):
            action = bare.removeprefix("do_")
            return f"/api/v1/complaints/{self.complaint.number}/actions/{action}/"
        return f"/api/{'' if bare == 'schema' else 'v1/'}{bare}/"

    def test_it_knows_every_address(self) -> None:
        """A view absent from this matrix fails here."""
        assert set(addresses()) == OPEN | REFERENCE | LISTS | MAKES | ONE

    def test_without_a_token_that_works_nothing_is_told(self) -> None:
        secret = Program(self.w.omkar).secret
        revoked = Program(self.w.omkar)
        tokens.revoke(revoked.token, NOW)
        expired = Program(self.w.omkar, expires_at=NOW + timedelta(seconds=1))
        self.now = NOW + timedelta(seconds=1)
        signed_in = Client()
        signed_in.force_login(self.w.omkar)
        bad = [
            Client(headers={"authorization": given}) for given in (
                "Bearer", "Bearer sw_", f"Basic {secret}", f"Bearer {secret}x",
                f"Bearer {secret[:-1]}", "Bearer sw_" + "x" * 5000, f"Token {secret}",
                "Bearer \xff", f"Bearer {secret} {secret}",
            )
        ]  # fmt: skip
        for name in sorted(set(addresses()) - OPEN):
            for client in (Client(), signed_in):
                for method in ("get", "post", "put", "patch", "delete", "options"):
                    self.refused(getattr(client, method)(self.path(name)))
        for client in (revoked.client, expired.client, *bad):
            self.refused(client.get(self.path("api:complaints")))
            self.refused(client.post(self.path("api:do_start")))
        self.untouched()

    def test_a_stranger_finds_nothing(self) -> None:
        strangers = (self.w.ravi, self.w.lata, self.w.nitin, self.w.wasim, self.w.admin)
        for officer in strangers:
            program = Program(officer)
            for name in ONE:
                for method in ("get", "post"):
                    call = getattr(program.client, method)
                    answer = call(self.path(name), content_type="application/json")
                    assert answer.status_code in (404, 405), (officer.username, name)
                    assert self.complaint.number not in answer.content.decode()
            assert self.numbers(program.get("/complaints/", held="ever")) == []
        self.untouched()

    def test_reading_changes_nothing(self) -> None:
        """A52: no address acts on GET, HEAD or OPTIONS."""
        program = Program(self.w.omkar)
        for name in addresses():
            for method in ("get", "head", "options"):
                answer = getattr(program.client, method)(self.path(name))
                b"".join(answer)
                assert answer.status_code in (200, 405), (name, method)
        self.untouched()

    def test_reference_rows_are_of_the_own_house(self) -> None:
        for officer, own, others in (
            (self.w.asha, "MU01", "EL01"), (self.w.ravi, "EL01", "MU01"),
        ):  # fmt: skip
            told = Program(officer).get("/categories/").content.decode()
            assert own in told
            assert others not in told
        told = Program(self.w.ravi).get("/areas/").content.decode()
        assert "GOMTI" in told
        assert "KOTHRUD" not in told

    def test_answers_are_not_kept_and_errors_tell_nothing_of_us(self) -> None:
        """A58."""
        program = Program(self.w.omkar)
        for path in ("/complaints/", f"/complaints/{self.complaint.number}/"):
            assert program.get(path)["Cache-Control"] == "no-store"
        for path in ("/", "/nothing/", "/complaints/x/", "/complaints", "/%00/", "/'"):
            answer = program.get(path)
            assert answer.status_code == 404
            assert answer["Content-Type"] == "application/json"
            said = answer.content.decode().lower()
            assert not re.search(r"traceback|django|psycopg|sqlite|portal", said)

    def test_when_we_break_a_program_is_told_in_json(self) -> None:
        program = Program(self.w.omkar)
        program.client.raise_request_exception = False
        with mock.patch("portal.api.listing.page", side_effect=RuntimeError("secret")):
            answer = program.get("/complaints/")
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
        assert b"secret" not in answer.content

    def refused(self, answer: Any) -> None:
        assert answer.status_code == 401, answer.request["PATH_INFO"]
        assert answer["WWW-Authenticate"] == "Bearer"

    def untouched(self) -> None:
        before = self.complaint.version
        self.complaint.refresh_from_db()
        assert (self.complaint.status, self.complaint.version) == (
            "assigned",
            before + 1,
        )
        assert Complaint.objects.count() == 1


class TokenTests(ApiTestCase):
    def test_a_revoked_token_fails_on_the_very_next_request(self) -> None:
        program = Program(self.w.omkar)
        assert program.get("/complaints/").status_code == 200
        tokens.revoke(program.token, self.now)
        assert program.get("/complaints/").status_code == 401

    def test_a_right_that_ended_is_gone_on_the_very_next_request(self) -> None:
        """A06."""
        complaint = to_stage(self.w, "assigned")
        program = Program(self.w.omkar)
        assert self.numbers(program.get("/complaints/")) == [complaint.number]
        Posting.objects.filter(officer=self.w.omkar).update(valid_to=NOW.date())
        self.now = NOW + timedelta(days=1)
        assert self.numbers(program.get("/complaints/")) == []
        Officer.objects.filter(pk=self.w.omkar.pk).update(is_active=False)
        assert program.get("/complaints/").status_code == 401

    def test_it_reaches_no_further_than_its_organisation(self) -> None:
        """Whoever makes keys for one house makes none to another."""
        Posting.objects.create(
            officer=self.w.lata, role="agent", organisation=self.w.pune
        )
        complaint = to_stage(self.w, "assigned")
        for organisation, found in (
            (self.w.upp, []),
            (self.w.pune, [complaint.number]),
        ):
            program = Program(self.w.lata, organisation=organisation)
            assert self.numbers(program.get("/complaints/")) == found

    def test_only_a_digest_is_kept(self) -> None:
        program = Program(self.w.omkar)
        row = program.token
        assert program.secret not in str(vars(row))
        assert len(row.digest) == 64
        assert program.secret.startswith(row.prefix)
        assert len(program.secret) - len(row.prefix) > 32

    def test_its_use_is_written_down_once_an_hour(self) -> None:
        program = Program(self.w.omkar)
        for minutes, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
            self.now = NOW + timedelta(minutes=minutes)
            program.get("/complaints/")
            program.token.refresh_from_db()
            assert program.token.last_used_on == NOW + timedelta(minutes=noted)

    def test_superusers_read_no_complaints_by_default(self) -> None:
        to_stage(self.w, "assigned")
        root = Officer.objects.create(username="root", is_superuser=True)
        assert self.numbers(Program(root).get("/complaints/", held="ever")) == []

    def test_nothing_personal_stands_in_a_list(self) -> None:
        """A03."""
        to_stage(self.w, "assigned")
        told = Program(self.w.omkar).get("/complaints/").content.decode()
        assert MEERA[3:] not in told
        assert "Meera" not in told

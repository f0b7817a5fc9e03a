"""A link that a scanner opens before the citizen does votes for nothing and closes
nothing: every address that we send, by every method but POST."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.test import Client, override_settings

from complaints.models import Complaint
from complaints.services import appeal, confirm
from complaints.status import Status
from feedback.services import ask
from notices.models import Notice
from portal.actions import ACTIONS
from tests.base import NOW
from tests.complaints.stage import to_stage
from tests.portal.base import PortalTestCase

pytestmark = pytest.mark.long

OURS = "https://s.example.in"
LINK = re.compile(re.escape(OURS) + r"(/[\w/.?=&-]*)")
WATCHED = ("complaints", "feedback", "notices", "escalation", "incidents")
SCANNERS: tuple[dict[str, str], ...] = (
    {},
    {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"},
    {"X-Moz": "prefetch"},
    {"User-Agent": "Mozilla/5.0 (compatible; SafeLinks scanner)"},
    {"User-Agent": "WhatsApp/2.23.20", "Accept": "*/*"},
)


def all_rows() -> dict[str, list[Any]]:
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for app in WATCHED
        for model in apps.get_app_config(app).get_models()
    }


@override_settings(PUBLIC_URL=OURS)
class PrefetchTests(PortalTestCase):
    def pages_of(self, complaint: Complaint) -> set[str]:
        """What stands in its messages, and every button that a page could carry."""
        texts = Notice.objects.filter(complaint=complaint, audience="citizen")
        sent = {path for notice in texts for path in LINK.findall(notice.text)}
        assert f"/s/{complaint.token}" in sent
        own = f"/c/{complaint.number}/"
        buttons = {f"{own}{name}/" for name in (*ACTIONS, "claim", "code", "open")}
        return sent | {own, f"{own}sent/"} | buttons

    def look_at_all(self, complaint: Complaint) -> None:
        pages, before = sorted(self.pages_of(complaint)), all_rows()
        for headers in SCANNERS:
            for opened in (False, True):
                client = Client(headers={"accept-language": "en"} | headers)
                if opened:
                    client.get(f"/s/{complaint.token}")
                for page in pages:
                    for method in ("get", "head", "options"):
                        follow = {} if method == "options" else {"follow": True}
                        answer = getattr(client, method)(page, **follow)
                        assert answer.status_code < 500, (method, page)
        assert all_rows() == before

    def test_it_changes_nothing_while_the_citizens_word_is_awaited(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        asked = ask(complaint.events.get(kind="resolved"))
        assert f"/f/{asked.token}" in self.pages_of(complaint)
        self.look_at_all(complaint)

    def test_it_makes_no_appeal_of_the_third_no(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        Complaint.objects.filter(pk=complaint.pk).update(reopened=2)
        self.look_at_all(complaint)

    def test_it_changes_nothing_after_closing_and_in_appeal(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        citizen = self.w.citizen(complaint)
        confirm(complaint, actor=citizen, at=NOW)
        self.look_at_all(complaint)
        appeal(complaint, text="Nobody ever came", actor=citizen, at=NOW)
        self.look_at_all(complaint)

    def test_it_changes_nothing_while_work_goes_on(self) -> None:
        self.look_at_all(to_stage(self.w, Status.NEED_INFO))

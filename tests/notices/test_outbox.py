from datetime import UTC, datetime, time, timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints import services
from complaints.failed import retry
from complaints.models import Complaint, ContactPoint, FailedReaction
from complaints.services import merge, start
from notices.kinds import KINDS
from notices.models import ChannelAccount, Notice, Template
from notices.outbox import tell_citizen, tell_officer
from notices.quiet import not_before
from notices.reactions import registered
from operations import generation
from operations.generation import bump
from tests.base import NOW
from tests.notices.cases import NoticesTestCase

INDIA = ZoneInfo("Asia/Kolkata")
NIGHT = datetime(2026, 11, 21, 17, 30, tzinfo=UTC)  # 23:00 in India
MORNING = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)  # 08:00


class RecipientTests(NoticesTestCase):
    def test_a_phone_comes_before_an_e_mail(self) -> None:
        both = self.w.file(email="meera@example.org")
        assert [(n.channel, n.recipient) for n in self.told(both)] == [
            ("sms", "+919999900001")
        ]

    def test_without_a_phone_it_writes_a_letter_with_the_link(self) -> None:
        complaint = self.w.file(phone="", email="meera@example.org")
        (notice,) = self.told(complaint)
        assert (notice.channel, notice.recipient) == ("email", "meera@example.org")
        assert f"/s/{complaint.token}" in notice.text
        assert notice.subject.startswith("Pune city: complaint ")
        assert notice.segments == 0

    def test_a_letter_always_holds_the_link(self) -> None:
        complaint = self.assigned(phone="", email="meera@example.org")
        (notice, _staff) = self.told(complaint)
        assert notice.kind == "assigned"
        assert f"/s/{complaint.token}" in notice.text

    def test_nobody_to_reach_is_no_failure(self) -> None:
        assert self.told(self.w.file(phone="", name="")) == []

    def test_an_officer_without_phone_gets_a_letter(self) -> None:
        self.w.omkar.phone = ""
        self.w.omkar.save(update_fields=["phone"])
        staff = self.told(self.assigned())[1]
        assert (staff.channel, staff.recipient) == ("email", "omkar@example.org")

    def test_who_left_the_service_is_told_nothing(self) -> None:
        complaint = self.assigned()
        self.w.farhan.is_active = False
        event = complaint.events.order_by("-seq")[0]
        tell_officer(event, self.w.farhan, "staff_overdue", officer="Hema")
        assert not Notice.objects.filter(officer=self.w.farhan).exists()

    def test_a_verified_number_comes_first(self) -> None:
        complaint = self.w.file()
        assert complaint.citizen is not None
        ContactPoint.objects.create(
            citizen=complaint.citizen, root=self.w.pune, channel="phone",
            address="+919999900077", verified_at=NOW,
        )  # fmt: skip
        tell_citizen(complaint.events.get(), "cancelled")
        assert Notice.objects.get(kind="cancelled").recipient == "+919999900077"


class LanguageTests(NoticesTestCase):
    def test_an_unknown_language_hears_the_organisations_first(self) -> None:
        (notice,) = self.told(self.w.file(language="ta"))
        assert notice.language == "mr"
        assert "तक्रार" in notice.text

    def test_the_nearest_organisation_speaks(self) -> None:
        Template.objects.create(
            organisation=self.w.mvv, key="registered", audience="citizen",
            language="hi", text="{org}: {no} मिल गई. {url}",
        )  # fmt: skip
        bump("notices")
        (notice,) = self.told(
            self.w.file(organisation=self.w.mvv, text="बिजली नहीं", language="hi")
        )
        assert "मिल गई" in notice.text
        (other,) = self.told(
            self.w.file(organisation=self.w.kes, text="बिजली नहीं", language="hi")
        )
        assert "मिल गई" not in other.text

    def test_a_missing_text_is_kept_and_tried_again(self) -> None:
        Template.objects.filter(key="registered").delete()
        bump("notices")
        complaint = self.w.file()
        failed = FailedReaction.objects.get()
        assert failed.reaction == "notices.reactions.registered"
        Template.objects.create(
            organisation=self.w.pune, key="registered", audience="citizen",
            language="en", text="{org}: {no}",
        )  # fmt: skip
        bump("notices")
        assert retry(failed, NOW + timedelta(minutes=1))
        assert Notice.objects.get(complaint=complaint).kind == "registered"

    def test_an_optional_text_may_be_missing(self) -> None:
        Template.objects.filter(key="staff_stage").delete()
        bump("notices")
        complaint = self.assigned()
        services.reject(
            complaint, reason=self.w.abuse, text="",
            actor=self.w.actor(self.w.hema), at=NOW,
        )  # fmt: skip
        assert self.kinds(self.told(complaint)) == ["rejected"]

    def test_a_rejection_names_the_reason_in_the_citizens_language(self) -> None:
        complaint = self.assigned(language="it")
        services.reject(
            complaint, reason=self.w.abuse, text="",
            actor=self.w.actor(self.w.hema), at=NOW,
        )  # fmt: skip
        assert "Abuso" in self.told(complaint)[0].text


class OnceTests(NoticesTestCase):
    def test_a_reaction_tried_again_doubles_nothing(self) -> None:
        complaint = self.w.file()
        for _again in range(3):
            registered(complaint.events.get())
        assert Notice.objects.count() == 1

    def test_it_asks_the_database_little(self) -> None:
        complaint = self.assigned()
        event = complaint.events.order_by("-seq")[0]
        steady = patch.object(generation, "CHECK_EVERY_SECONDS", float("inf"))
        steady.start()
        self.addCleanup(steady.stop)
        tell_citizen(event, "cancelled")  # warms the caches
        with self.assertNumQueries(3):  # complaint, contacts, row
            tell_citizen(event, "closed", reopen=NOW)
        with self.assertNumQueries(3):  # complaint, what was said, row
            tell_officer(event, self.w.omkar, "staff_citizen_wrote")

    def test_the_joined_cost_no_query_each(self) -> None:
        complaint = self._with_joined(3)
        with CaptureQueriesContext(connection) as few:
            self._start(complaint)
        other = self._with_joined(6, first=20)
        with CaptureQueriesContext(connection) as more:
            self._start(other)
        assert len(more) <= len(few)

    def _with_joined(self, many: int, first: int = 2) -> Complaint:
        complaint = self.assigned()
        for n in range(first, first + many):
            child = self.w.file(phone=f"+9199999000{n:02d}", name="A neighbour")
            merge(child, parent=complaint, actor=self.w.actor(self.w.asha), at=NOW)
        return complaint

    def _start(self, complaint: Complaint) -> None:
        start(complaint, actor=self.w.actor(self.w.omkar), at=NOW)

    def test_the_joined_hear_the_same_with_their_own_number(self) -> None:
        complaint = self.assigned()
        child = self.w.file(phone="+919999900002", name="Ramesh", language="hi")
        merge(child, parent=complaint, actor=self.w.actor(self.w.asha), at=NOW)
        self._start(complaint)
        event = complaint.events.order_by("-seq")[0]
        own, joined = Notice.objects.filter(event=event).order_by("complaint_id")
        assert (own.kind, joined.kind) == ("in_progress", "in_progress")
        assert (joined.complaint, joined.recipient) == (child, "+919999900002")
        assert joined.language == "hi"
        assert f"/s/{child.token}" in joined.text
        assert f"/s/{complaint.token}" not in joined.text

    def test_the_joined_get_no_link_to_vote_for_others(self) -> None:
        complaint = self.assigned(category=self.w.resurfacing)
        child = self.w.file(phone="+919999900002", name="Ramesh")
        merge(child, parent=complaint, actor=self.w.actor(self.w.asha), at=NOW)
        services.resolve(
            complaint, action_taken="Laid new asphalt", cause=self.w.wear,
            actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        notice = Notice.objects.get(complaint=child, kind="joined_solved")
        assert "/f/" not in notice.text
        assert f"/s/{child.token}" in notice.text


class QuietTests(NoticesTestCase):
    def test_a_docket_waits_for_the_morning(self) -> None:
        (notice,) = self.told(self.w.file(at=NIGHT))
        assert notice.created_at == NIGHT
        assert notice.not_before == MORNING
        assert notice.expires_at == MORNING + timedelta(days=1)

    def test_what_is_told_later_counts_from_then(self) -> None:
        event = self.assigned().events.order_by("-seq")[0]
        late = NOW + timedelta(days=3)
        tell_officer(event, self.w.omkar, "staff_due_soon", at=late, n=1)
        notice = Notice.objects.get(kind="staff_due_soon")
        assert (notice.created_at, notice.not_before) == (late, late)
        assert notice.expires_at == late + timedelta(hours=12)

    def test_a_letter_goes_at_any_hour(self) -> None:
        (notice,) = self.told(
            self.w.file(at=NIGHT, phone="", email="meera@example.org")
        )
        assert notice.not_before == NIGHT

    def test_an_emergency_goes_at_any_hour_to_both(self) -> None:
        complaint = self.assigned(at=NIGHT, category=self.w.open_manhole)
        Complaint.objects.filter(pk=complaint.pk).update(criticality="emergency")
        event = complaint.events.order_by("-seq")[0]
        tell_citizen(event, "emergency")
        tell_officer(event, self.w.farhan, "staff_emergency")
        urgent = Notice.objects.filter(kind__in=["emergency", "staff_emergency"])
        assert [(n.not_before, n.priority) for n in urgent] == [(NIGHT, 0)] * 2

    def test_all_news_of_an_emergency_are_urgent(self) -> None:
        complaint = self.w.file(at=NIGHT)
        Complaint.objects.filter(pk=complaint.pk).update(criticality="emergency")
        tell_citizen(complaint.events.get(), "assigned")
        notice = Notice.objects.get(kind="assigned")
        assert (notice.not_before, notice.priority) == (NIGHT, 1)

    def test_the_hours_are_the_organisations(self) -> None:
        for hour, minute, waits in (
            (7, 59, True), (8, 0, False), (20, 59, False), (21, 0, True), (0, 0, True),
        ):  # fmt: skip
            at = datetime(2026, 11, 21, hour, minute, tzinfo=INDIA)
            start = not_before(at, self.w.pune, KINDS["assigned"], "sms")
            assert (start > at) is waits, (hour, minute)
            assert start.astimezone(INDIA).hour == (8 if waits else hour)

    def test_equal_ends_are_no_quiet_hours(self) -> None:
        self.w.pune.quiet_from = self.w.pune.quiet_to = time(8)
        assert not_before(NIGHT, self.w.pune, KINDS["assigned"], "sms") == NIGHT

    def test_a_quiet_noon_is_possible(self) -> None:
        self.w.pune.quiet_from, self.w.pune.quiet_to = time(13), time(15)
        noon = datetime(2026, 11, 21, 13, 30, tzinfo=INDIA)
        start = not_before(noon, self.w.pune, KINDS["assigned"], "sms")
        assert start.astimezone(INDIA).time() == time(15)
        assert not_before(NIGHT, self.w.pune, KINDS["assigned"], "sms") == NIGHT

    def test_surveys_keep_civil_hours(self) -> None:
        at = datetime(2026, 11, 21, 19, 0, tzinfo=INDIA)
        start = not_before(at, self.w.pune, KINDS["second_survey"], "sms")
        assert start == datetime(2026, 11, 22, 10, 0, tzinfo=INDIA)

    def test_the_night_of_the_clock_change_ends_at_eight(self) -> None:
        rome = ZoneInfo("Europe/Rome")
        self.w.pune.timezone = "Europe/Rome"
        late = datetime(2026, 10, 24, 23, 0, tzinfo=rome).astimezone(UTC)
        start = not_before(late, self.w.pune, KINDS["assigned"], "sms")
        assert start == datetime(2026, 10, 25, 7, 0, tzinfo=UTC)


class AccountTests(NoticesTestCase):
    def test_it_leaves_from_the_nearest_account(self) -> None:
        for organisation in (self.w.upp, self.w.mvv):
            ChannelAccount.objects.create(
                organisation=organisation, channel="sms", sender="console",
                address=organisation.code,
            )  # fmt: skip
        bump("notices")
        for organisation, code in ((self.w.mvv, "MVV"), (self.w.kes, "UPP")):
            (notice,) = self.told(
                self.w.file(organisation=organisation, text="No power", language="en")
            )
            assert notice.account is not None
            assert notice.account.address == code

    def test_without_an_account_it_is_owed_all_the_same(self) -> None:
        assert self.told(self.w.file())[0].account is None


class ErasureTests(NoticesTestCase):
    def test_the_outbox_forgets_with_the_complaint(self) -> None:
        complaint = self.assigned()
        child = self.w.file(phone="+919999900002", name="Ramesh")
        merge(child, parent=complaint, actor=self.w.actor(self.w.asha), at=NOW)
        start(complaint, actor=self.w.actor(self.w.omkar), at=NOW)
        Notice.objects.filter(kind="registered").update(state="sent")
        for each in (complaint, child):
            services.erase_personal(each, actor=self.w.actor(self.w.prakash), at=NOW)
        rows = Notice.objects.all()
        assert rows.count() > 5
        for notice in rows:
            assert notice.recipient == f"#{notice.pk}"
            assert (notice.text, notice.citizen, notice.expires_at) == (
                "[…]",
                None,
                NOW,
            )
            assert notice.state == (
                "sent" if notice.kind == "registered" else "expired"
            )
        assert not FailedReaction.objects.exists()

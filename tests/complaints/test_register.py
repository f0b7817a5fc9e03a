from datetime import timedelta
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext

from complaints.actors import Actor
from complaints.models import Citizen, ContactPoint, Custody, Event, Message
from complaints.number import check
from complaints.refusals import Invalid, NotAllowed
from complaints.services import Intake, add, ask_citizen, register
from complaints.status import Status
from operations import generation
from tests.base import MEERA, NOW, WorldTestCase


class RegisterTests(WorldTestCase):
    def test_it_numbers_the_complaint_and_starts_the_ledger(self) -> None:
        complaint = self.w.file()
        assert check(complaint.number) == complaint.number
        first = complaint.custody.order_by("pk").first()
        assert first is not None
        assert (first.holder, first.from_at) == (Custody.Holder.DESK, NOW)
        assert complaint.events.earliest("seq").kind == "registered"

    def test_it_asks_the_database_sixteen_times(self) -> None:
        """Person, rows, routing, ledger and all messages, in one transaction."""
        self.w.file("No water in Kothrud")
        with (
            patch.object(generation, "CHECK_EVERY_SECONDS", float("inf")),
            CaptureQueriesContext(connection) as asked,
        ):
            register(
                Intake(
                    organisation=self.w.pune,
                    text="No water in Kothrud since the morning",
                    source="web",
                    phone="+919999900009",
                    name="Ramesh",
                ),
                actor=Actor(kind="citizen"),
                at=NOW,
            )
        inside = [each for each in asked if " SAVEPOINT " not in f" {each['sql']} "]
        assert len(inside) <= 16
        assert len(asked) <= 18

    def test_it_knows_the_same_person_again(self) -> None:
        one, two = self.w.file(), self.w.file("No water in Kothrud")
        assert one.citizen == two.citizen
        assert Citizen.objects.get().contacts.get().address == MEERA

    def test_an_agent_may_add_a_contact_a_stranger_on_a_page_may_not(self) -> None:
        self.w.file()
        self.w.file(email="eve@example.org", name="Eve")  # with Meera's phone
        assert not ContactPoint.objects.filter(channel="email").exists()
        self.w.file(email="meera@example.org", actor=self.w.actor(self.w.asha))
        added = ContactPoint.objects.get(channel="email")
        assert added.citizen == ContactPoint.objects.get(address=MEERA).citizen

    def test_a_contact_is_never_taken_from_somebody_else(self) -> None:
        asha = self.w.actor(self.w.asha)
        one = self.w.file(email="meera@example.org", actor=asha)
        other = self.w.file(
            phone="+919999900002", email="meera@example.org", actor=asha
        )
        assert other.citizen == one.citizen
        assert ContactPoint.objects.filter(address="meera@example.org").count() == 1

    def test_a_clock_that_runs_behind_breaks_no_ledger(self) -> None:
        complaint = self.w.file()
        earlier = NOW - timedelta(seconds=3)
        omkar = self.w.actor(self.w.omkar)
        ask_citizen(complaint, question="Which side?", actor=omkar, at=earlier)
        legs = complaint.custody.order_by("pk")
        assert all(leg.to_at is None or leg.to_at >= leg.from_at for leg in legs)

    def test_people_are_not_shared_between_root_organisations(self) -> None:
        one = self.w.file()
        two = self.w.file("बिजली नहीं है", organisation=self.w.upp)
        assert one.citizen != two.citizen

    def test_it_keeps_no_words_or_names_in_events(self) -> None:
        self.w.file("Pothole SECRETWORD", name="Meera SECRETNAME")
        for event in Event.objects.all():
            assert "SECRET" not in str(event.data)

    def test_it_refuses_an_empty_text_naming_the_field(self) -> None:
        with self.assertRaises(Invalid) as caught:
            self.w.file("\u200b \x00 ")
        assert caught.exception.field == "text"

    def test_it_refuses_a_date_in_1900(self) -> None:
        with self.assertRaises(Invalid) as caught:
            self.w.file(received_at=NOW - timedelta(days=126 * 365))
        assert caught.exception.field == "received_at"

    def test_it_refuses_an_unknown_way_in(self) -> None:
        with self.assertRaises(Invalid) as caught:
            self.w.file(source="pigeon")
        assert caught.exception.field == "source"

    def test_an_administrator_takes_no_complaints(self) -> None:
        intake = Intake(organisation=self.w.pune, text="No water", source="phone")
        with self.assertRaises(NotAllowed):
            register(intake, actor=self.w.actor(self.w.admin), at=NOW)

    def test_odd_texts_are_stored_and_never_fail(self) -> None:
        texts = [
            "Pothole \ud800 broken",
            "गड्ढा \x00 Kothrud",
            "pothole " + "e\u0301" * 200,
            "खड्डा 🕳️ 👨‍👩‍👧",
            "pothole " + "\u0301" * 10_000,
            "gaddha सड़क buca 道路 \u202e",
        ]
        for text in texts:
            complaint = self.w.file(text)
            assert complaint.text
            assert "\x00" not in complaint.text

    def test_a_text_over_the_limit_says_how_long_it_is(self) -> None:
        with self.assertRaises(Invalid) as caught:
            self.w.file("pothole " * 1000)
        assert caught.exception.code == "too_long"
        assert "4000" in str(caught.exception)

    def test_an_anonymous_complaint_is_taken(self) -> None:
        complaint = self.w.file(name="", phone="")
        assert complaint.citizen is None

    def test_the_citizen_adds_a_word(self) -> None:
        complaint = self.w.file()
        add(complaint, text="Two bikers fell", actor=self.w.citizen(complaint), at=NOW)
        complaint.refresh_from_db()
        assert complaint.citizen_wrote
        message = Message.objects.get(complaint=complaint)
        assert (message.text, message.public) == ("Two bikers fell", True)
        assert complaint.status in Status.values

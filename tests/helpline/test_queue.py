from datetime import timedelta
from functools import partial
from io import BytesIO
from unittest import mock

from complaints.attachments import store
from complaints.models import Complaint
from complaints.number import grouped
from complaints.services import forward, resolve, start
from complaints.status import Status
from helpline import queues
from helpline.keyset import BY_DUE
from helpline.queues import Filters, Moment
from officers.models import Officer
from operations.generation import forget_all
from tests.base import NOW
from tests.builders import photo_bytes
from tests.complaints.stage import to_stage
from tests.helpline.desk import DeskTestCase, text_of

URL = "/admin/queue/"


class ViewTests(DeskTestCase):
    def numbers(self, slug: str, officer: Officer | None = None) -> set[str]:
        self.sit(officer or self.w.devika)
        page = self.get(URL, view=slug)
        assert page.status_code == 200
        return {row.number for row in page.context["page"].rows}

    def test_it_sorts_the_work_into_views(self) -> None:
        mine = self.w.file()
        odd = self.w.file("Something is odd", phone="+919999900007")
        danger = self.w.file(
            "a child fell in manhole in Kothrud", phone="+919999900008"
        )
        assert self.numbers("triage") == {odd.number}
        assert self.numbers("emergencies") == {danger.number}
        assert self.numbers("mine", self.w.omkar) >= {mine.number}
        assert self.numbers("open") == {mine.number, odd.number, danger.number}
        assert self.numbers("unassigned") == {odd.number}
        assert self.numbers("late") == set()
        self.now = self.later(hours=30)
        assert mine.number in self.numbers("late")

    def test_an_appeal_is_the_authoritys_with_its_own_clock(self) -> None:
        complaint = to_stage(self.w, Status.APPEALED)
        assert self.numbers("appeals", self.w.anand) == {complaint.number}
        assert queues.start_view(frozenset({"appellate_authority"})) == "appeals"
        page = text_of(self.get(URL, view="appeals"))
        assert "decide by Mon 21 Dec 09:12" in page
        facts = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
        assert "The appeal must be decided by Mon 21 Dec 09:12." in facts
        assert "Allow the appeal" in facts

    def test_it_shows_what_is_due_before_midnight_there(self) -> None:
        complaint = self.w.file(at=NOW - timedelta(hours=20))
        assert self.numbers("today") == {complaint.number}
        tomorrow = self.w.file(phone="+919999900007")
        assert tomorrow.number not in self.numbers("today")

    def test_it_follows_a_complaint_through_its_stages(self) -> None:
        complaint = self.w.file()
        omkar = self.w.actor(self.w.omkar)
        start(complaint, actor=omkar, at=NOW)
        resolve(
            complaint, action_taken="Filled with tar.", cause=self.w.wear,
            files=(store(BytesIO(photo_bytes()), at=NOW),), actor=omkar, at=NOW,
        )  # fmt: skip
        assert self.numbers("resolved") == {complaint.number}
        assert self.numbers("open") == set()

    def test_it_shows_the_target_what_was_forwarded(self) -> None:
        complaint = self.w.file()
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="It lies in Aundh",
            actor=self.w.actor(self.w.omkar), at=NOW,
        )  # fmt: skip
        assert self.numbers("forwarded", self.w.nitin) == {complaint.number}
        assert self.numbers("forwarded", self.w.omkar) == set()

    def test_it_marks_where_the_citizen_wrote(self) -> None:
        complaint = self.w.file()
        assert self.numbers("wrote") == set()
        Complaint.objects.filter(pk=complaint.pk).update(citizen_wrote=True)
        assert self.numbers("wrote") == {complaint.number}

    def test_it_shows_each_office_its_own(self) -> None:
        here = self.w.file()
        there = self.w.file("Big pothole in Aundh", phone="+919999900007")
        assert self.numbers("open", self.w.omkar) == {here.number}
        assert self.numbers("open", self.w.nitin) == {there.number}
        assert self.numbers("open", self.w.ravi) == set()

    def test_it_starts_with_the_view_of_ones_role(self) -> None:
        for officer, slug in (
            (self.w.devika, "triage"), (self.w.omkar, "mine"), (self.w.asha, "open"),
        ):  # fmt: skip
            self.sit(officer)
            assert self.get(URL).context["view"].slug == slug

    def test_it_counts_each_view_up_to_a_cap(self) -> None:
        for n in range(4):
            self.w.file(phone=f"+91999990000{n}")
        self.sit(self.w.devika)
        with mock.patch.object(queues, "COUNT_AT_MOST", 3):
            page = text_of(self.get(URL, view="open"))
        assert ">3+<" in page

    def test_it_says_why_a_list_is_empty(self) -> None:
        self.sit(self.w.devika)
        assert "What no rule fits appears here." in text_of(
            self.get(URL, view="triage")
        )
        assert "Clear them" in text_of(self.get(URL, view="open", horizon="long"))

    def test_it_shuts_out_those_without_a_posting_for_it(self) -> None:
        self.sit(self.w.farhan)
        assert self.get(URL).status_code == 403


class FilterTests(DeskTestCase):
    def shown(self, **query: object) -> set[str]:
        self.sit(self.w.devika)
        page = self.get(URL, view="open", **query)
        return {row.number for row in page.context["page"].rows}

    def test_it_filters_by_horizon_and_criticality(self) -> None:
        """Check 4: immediate, mid-term, long-term, and by criticality."""
        high = self.w.file()
        long = self.w.file("Road needs resurfacing in Kothrud", phone="+919999900007")
        assert self.shown(horizon="immediate") == {high.number}
        assert self.shown(horizon="long") == {long.number}
        assert self.shown(criticality="high") == {high.number}
        assert self.shown(criticality="normal", horizon="long") == {long.number}

    def test_it_filters_by_group_office_and_way_in(self) -> None:
        here = self.w.file()
        there = self.w.file("No water in Aundh", phone="+919999900007", source="phone")
        assert self.shown(group="MU0") == {here.number}
        assert self.shown(office=self.w.aundh.pk) == {there.number}
        assert self.shown(office=self.w.zone.pk) == {here.number, there.number}
        assert self.shown(source=there.source.pk) == {there.number}

    def test_it_leaves_out_what_it_does_not_know(self) -> None:
        complaint = self.w.file()
        assert self.shown(
            horizon="x",
            office="99999999999999999999",
            source="-1",
            group="'",
            after="9-x",
        ) in ({complaint.number}, set())
        assert Filters.read({"office": "abc", "criticality": "loud"}) == Filters()


class PageTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.all = [
            self.w.file(phone=f"+91999990{n:04}", at=NOW - timedelta(minutes=n // 2))
            for n in range(7)
        ]
        self.rows = Complaint.objects.all()

    def test_it_walks_forth_and_back_by_key(self) -> None:
        wanted = [c.pk for c in sorted(self.all, key=lambda c: (c.due_at, c.pk))]
        first = BY_DUE.page(self.rows, size=3)
        second = BY_DUE.page(self.rows, after=first.after, size=3)
        third = BY_DUE.page(self.rows, after=second.after, size=3)
        walked = [row.pk for page in (first, second, third) for row in page.rows]
        assert walked == wanted
        assert (first.before, third.after) == ("", "")
        back = BY_DUE.page(self.rows, before=third.before, size=3)
        assert [row.pk for row in back.rows] == [row.pk for row in second.rows]
        start_again = BY_DUE.page(self.rows, before=back.before, size=3)
        assert [row.pk for row in start_again.rows] == [row.pk for row in first.rows]
        assert start_again.before == ""

    def test_it_takes_a_bad_cursor_for_none(self) -> None:
        for bad in ("x", "1", "1-2-3", "-", "1-99999999999999999999", "9" * 30 + "-1"):
            assert len(BY_DUE.page(self.rows, after=bad, size=9).rows) == 7, bad

    def test_it_shows_whatever_is_registered(self) -> None:
        """Pages go by due_at: a complaint without one would be on none."""
        for kind in ("complaint", "suggestion", "information"):
            assert self.w.file("Something odd", kind=kind).due_at is not None

    def test_it_takes_eight_queries_at_most(self) -> None:
        self.sit(self.w.devika)
        for view in queues.VIEWS:
            many = self.queries(partial(self.get, URL, view=view.slug))
            assert many <= 8, view.slug
        assert self.queries(lambda: self.get(f"{URL}fresh/", view="open")) <= 4

    def test_it_counts_all_views_in_one_statement(self) -> None:
        moment = Moment(self.w.devika, self.w.actor(self.w.devika), NOW)
        queues.counts(list(queues.VIEWS), moment)
        with self.assertNumQueries(1):
            counted = queues.counts(list(queues.VIEWS), moment)
        assert counted["open"] == 7

    def test_it_tells_the_page_what_it_would_show_now(self) -> None:
        self.sit(self.w.devika)
        fresh = self.client.get(f"{URL}fresh/", {"view": "open"}).json()
        assert set(fresh["numbers"]) == {complaint.number for complaint in self.all}


class SearchTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.complaint = self.w.file()
        self.sit(self.w.asha)

    def test_a_number_goes_straight_to_its_complaint(self) -> None:
        found = self.get(URL, q=grouped(self.complaint.number))
        assert found["Location"] == f"/admin/complaint/{self.complaint.number}/"

    def test_a_wrong_digit_says_so(self) -> None:
        number = self.complaint.number
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert "Check the number: one digit may be wrong." in text_of(
            self.get(URL, q=wrong)
        )

    def test_it_lists_hits_by_phone_name_and_words(self) -> None:
        for typed in ("99999-00001", "०९९९९९००००१", "meera", "SCHOOL", "joshi pothole"):
            assert self.complaint.number in text_of(self.get(URL, q=typed)), typed

    def test_it_hides_what_is_of_others(self) -> None:
        self.sit(self.w.ravi)
        for typed in (self.complaint.number, "meera"):
            page = text_of(self.get(URL, q=typed))
            assert f"/admin/complaint/{self.complaint.number}/" not in page
            assert "Nothing found." in page

    def test_it_takes_few_queries(self) -> None:
        """Four to know who asks; then sample, hits, rights and rows."""
        assert self.queries(lambda: self.get(URL, q="school")) <= 9


class BulkTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.one = self.w.file()
        self.two = self.w.file("Something is odd", phone="+919999900007")
        self.sit(self.w.devika)

    def press(self, deed: str, **given: object) -> str:
        marked = [f"{c.number}:{c.version}" for c in (self.one, self.two)]
        response = self.client.post(
            f"{URL}bulk/",
            {"row": marked, "do": deed, "back": f"{URL}?view=open", **given},
        )
        assert response.status_code == 200
        return text_of(response)

    def test_it_notes_on_all(self) -> None:
        assert "2 of 2 complaints done." in self.press("note", text="Seen by the desk")
        assert self.one.messages.get(kind="note").text == "Seen by the desk"

    def test_it_answers_for_each_row(self) -> None:
        page = self.press("assign", office=self.w.aundh.pk)
        assert "1 of 2 complaints done." in page
        assert "Not done" in page
        self.two.refresh_from_db()
        assert (self.two.status, self.two.office) == (Status.ASSIGNED, self.w.aundh)

    def test_it_changes_priority_with_a_reason(self) -> None:
        page = self.press("priority", criticality="high", reason="Festival route")
        assert "2 of 2" in page
        self.two.refresh_from_db()
        assert self.two.criticality == "high"
        assert "Not done" in self.press("priority", criticality="low", reason="")

    def test_it_joins_to_another(self) -> None:
        page = self.press("merge", number=self.one.number)
        assert "1 of 2 complaints done." in page
        self.two.refresh_from_db()
        assert self.two.parent == self.one

    def test_it_tells_who_was_first(self) -> None:
        stale = self.one.version
        self.press("note", text="Seen by the desk")
        marked = [f"{self.one.number}:{stale}"]
        response = self.client.post(
            f"{URL}bulk/",
            {
                "row": marked,
                "do": "priority",
                "criticality": "high",
                "reason": "why so",
            },
        )
        assert "Devika was first: Private note." in text_of(response)

    def test_it_asks_for_marked_rows_and_goes_back_only_to_the_queue(self) -> None:
        response = self.client.post(
            f"{URL}bulk/", {"do": "note", "back": "https://example.org/"}
        )
        assert response["Location"] == URL


class SortingTests(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.odd = self.w.file("Something is odd here", phone="+919999900007")
        self.sit(self.w.devika)

    def sort(self, **given: object) -> None:
        self.odd.refresh_from_db()
        response = self.client.post(
            f"{URL}sort/{self.odd.number}/",
            {"version": self.odd.version, "back": f"{URL}?view=triage", **given},
        )
        assert response["Location"] == f"{URL}?view=triage"
        self.odd.refresh_from_db()

    def test_a_guess_and_a_place_send_it_to_the_office(self) -> None:
        self.sort(category=self.w.pothole.pk, area=self.w.kothrud.pk)
        assert self.odd.status == Status.ASSIGNED
        assert (self.odd.office, self.odd.owner) == (self.w.kothrud, self.w.omkar)
        assert self.odd.category == self.w.pothole

    def test_it_asks_for_the_place_where_none_is_known(self) -> None:
        self.sort(category=self.w.pothole.pk)
        page = text_of(self.get(URL, view="triage"))
        assert self.odd.status == Status.TRIAGE
        assert self.odd.category is None
        assert "Choose the place as well" in page

    def test_it_offers_three_guesses_by_key(self) -> None:
        close = self.w.file("no water and bad road", phone="+919999900008")
        page = text_of(self.get(URL, view="triage"))
        assert f'form="sort-{self.odd.number}"' in page
        if close.status == Status.TRIAGE:
            assert 'data-guess="1"' in page

    def test_it_offers_the_places_of_its_city_in_every_row(self) -> None:
        self.w.file("Something else is odd", phone="+919999900008")
        self.w.kothrud.names = {"en": "Kothrud <& more>"}
        self.w.kothrud.save()
        forget_all()
        page = self.get(URL, view="triage")
        place = f'<option value="{self.w.kothrud.pk}">Kothrud &lt;&amp; more&gt;<'
        assert page.content.decode().count(place) == len(page.context["page"].rows) > 1

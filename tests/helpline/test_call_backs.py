"""The call-back desk: who is due, one call on the screen, the next after it."""

import re
from datetime import timedelta
from typing import Any

from complaints.models import Complaint
from complaints.models.complaint import ClosedHow
from complaints.services import not_solved
from complaints.status import Status
from feedback.models import CallBack, ContactTry, Rating
from helpline.models import Reveal
from officers.models import Officer, Posting, Role
from tests.base import MEERA, NOW
from tests.feedback.calling import call_of, solved_now, urgent
from tests.helpline.desk import DeskTestCase, Response, text_of

URL = "/admin/call-backs/"


class CallCase(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = NOW + timedelta(hours=1)  # after ten in Pune

    def called(self, n: int = 1) -> Complaint:
        complaint = urgent(self.w, phone=f"+91999990000{n}")
        assert call_of(complaint).state == "open"
        return complaint

    def url(self, complaint: Complaint, verb: str = "", side: str = "desk") -> str:
        return f"{URL}{call_of(complaint, side).pk}/{verb}"

    def post(self, url: str, **typed: Any) -> Response:
        response: Response = self.client.post(url, typed)
        return response

    def save(self, complaint: Complaint, side: str = "desk", **typed: Any) -> Response:
        given = {"seen": call_of(complaint, side).tries} | typed
        return self.post(self.url(complaint, "save/", side), **given)

    def yes(self, complaint: Complaint, **over: Any) -> Response:
        said: dict[str, Any] = {
            "outcome": "solved", "took": "3", "took_unit": "hours", "trouble": "no",
            "score": "4", "text": "Good work",
        }  # fmt: skip
        return self.save(complaint, **(said | over))


class ListTests(CallCase):
    def test_an_agent_elsewhere_is_not_told_whom_the_desk_will_call(self) -> None:
        """About the work of the office where the same person is an officer."""
        complaint = self.called()
        Posting.objects.create(
            officer=self.w.omkar, role=Role.AGENT, organisation=self.w.pune,
            area=self.w.aundh,
        )  # fmt: skip
        self.sit(self.w.omkar)
        assert "call-" not in re.sub(r"call-back", "", text_of(self.get(URL)))
        assert self.get(self.url(complaint)).status_code == 404

    def test_it_shows_what_is_due_oldest_first(self) -> None:
        first, second, later = (self.called(n) for n in (1, 2, 3))
        for each, hours in ((first, -2), (second, -1), (later, 2)):
            due = self.now + timedelta(hours=hours)
            CallBack.objects.filter(pk=call_of(each).pk).update(next_at=due)
        self.sit(self.w.asha)
        page = text_of(self.get(URL))
        rows = re.findall(r'id="call-(\d+)"', page)
        assert rows == [str(call_of(first).pk), str(call_of(second).pk)]
        assert "Emergency" in page and MEERA not in page

    def test_an_empty_list_says_what_would_fill_it(self) -> None:
        self.sit(self.w.asha)
        assert "No call is due now." in text_of(self.get(URL))
        self.sit(self.w.hema)
        assert "Nobody waits for a call of the office." in text_of(self.get(URL))

    def test_others_see_their_own_organisations_only(self) -> None:
        complaint = self.called()
        self.sit(self.w.lata)
        assert "No call is due now." in text_of(self.get(URL))
        assert self.get(self.url(complaint)).status_code == 404
        for officer in (self.w.farhan, self.w.prakash, self.w.anand):
            self.sit(officer)
            assert self.get(URL).status_code == 403

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        self.sit(self.w.sunil)
        self.called(1)
        few = self.queries(lambda: self.get(URL))
        for n in range(2, 6):
            self.called(n)
        assert self.queries(lambda: self.get(URL)) == few <= 8

    def test_the_first_page_counts_them_up_to_a_bound(self) -> None:
        self.sit(self.w.asha)
        assert 'class="count"' not in text_of(self.get("/admin/"))
        self.called()
        assert '<span class="count">1</span>' in text_of(self.get("/admin/"))


class TakeTests(CallCase):
    def test_the_next_call_is_the_oldest_that_nobody_has(self) -> None:
        first, second = self.called(1), self.called(2)
        self.sit(self.w.asha)
        assert self.post(f"{URL}next/").url == self.url(first)
        self.sit(self.w.sunil)
        for _again in range(2):  # one's own until it is saved
            assert self.post(f"{URL}next/").url == self.url(second)
        self.sit(self.w.devika)
        assert self.post(f"{URL}next/").url == f"{URL}?side=desk"

    def test_the_second_taker_is_told(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        assert self.post(self.url(complaint, "take/")).url == self.url(complaint)
        self.sit(self.w.sunil)
        self.post(self.url(complaint, "take/"))
        page = text_of(self.get(URL))
        assert "Somebody else took this call." in page
        assert "Asha has this call now." in text_of(self.get(self.url(complaint)))

    def test_it_is_free_again_after_a_quarter_of_an_hour(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        self.post(self.url(complaint, "take/"))
        self.now += timedelta(minutes=16)
        self.sit(self.w.sunil)
        assert self.post(f"{URL}next/").url == self.url(complaint)

    def test_whoever_belongs_to_the_office_gets_no_call_of_its_work(self) -> None:
        complaint = self.called()
        Posting.objects.create(
            officer=self.w.hema, role=Role.AGENT, organisation=self.w.pune
        )
        self.sit(self.w.hema)
        assert self.post(f"{URL}next/").url == f"{URL}?side=desk"
        self.post(self.url(complaint, "take/"))
        assert "never the office concerned" in text_of(self.get(URL))
        response = self.yes(complaint)
        assert response.status_code == 422
        complaint.refresh_from_db()
        assert complaint.status == Status.RESOLVED


class CallTests(CallCase):
    def test_it_has_all_that_the_agent_reads_out(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        page = text_of(self.get(self.url(complaint)))
        for part in (
            "Meera Joshi", "Big pothole near the school", "Filled the hole with hot",
            "Is it really solved?", "Nobody has tried yet.", "Ctrl+Enter",
        ):  # fmt: skip
            assert part in page, part
        assert not Reveal.objects.exists() and MEERA not in page

    def test_the_sentences_are_in_the_citizens_language(self) -> None:
        complaint = self.called()
        Complaint.objects.filter(pk=complaint.pk).update(language="hi")
        self.sit(self.w.asha)
        page = text_of(self.get(self.url(complaint)))
        assert re.search(r'class="spoken" lang="hi"', page)
        assert "पुणे शहर" in page
        assert "What was done" in page  # the agent's own language around it

    def test_the_number_is_shown_on_demand_and_that_is_kept(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        self.post(self.url(complaint, "reveal/"))
        assert f'href="tel:{MEERA}"' in text_of(self.get(self.url(complaint)))
        assert Reveal.objects.get().officer == self.w.asha

    def test_every_answer_has_a_key_of_its_own(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        keys = re.findall(r'data-key="([^"]+)"', text_of(self.get(self.url(complaint))))
        assert len(keys) == len(set(keys)) and {"y", "x", "n", "5"} <= set(keys)

    def test_yes_closes_and_leads_to_the_next_call(self) -> None:
        complaint, other = self.called(1), self.called(2)
        self.sit(self.w.asha)
        assert self.yes(complaint).url == self.url(other)
        complaint.refresh_from_db()
        assert complaint.closed_how == ClosedHow.CALLED
        rating = Rating.objects.get()
        assert (rating.took_minutes, rating.trouble, rating.score) == (180, False, 4)
        assert rating.words == "Good work"
        assert self.yes(other).url == f"{URL}?side=desk"

    def test_no_opens_it_again_and_the_page_says_so(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        self.save(complaint, outcome="not_solved", text="The hole is back")
        complaint.refresh_from_db()
        assert complaint.reopened == 1
        assert "needs nobody any more" in text_of(self.get(self.url(complaint)))

    def test_a_try_is_logged_and_called_again(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        self.save(complaint, outcome="no_answer")
        assert call_of(complaint).tries == 1
        assert "No call is due now." in text_of(self.get(URL))
        page = text_of(self.get(self.url(complaint)))
        assert "No answer" in page and "Nobody has tried yet." not in page
        story = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
        assert "Citizen phoned</strong>: No answer" in story

    def test_the_wish_is_read_by_the_clock_over_there(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        self.save(complaint, outcome="later", call_at="2026-11-23T17:30")
        local = call_of(complaint).next_at.astimezone(NOW.astimezone().tzinfo)
        assert local == (NOW + timedelta(days=2)).replace(hour=12, minute=0)
        assert self.save(
            complaint, outcome="later", call_at="2026-11-01T17:30"
        ).status_code == 422  # fmt: skip

    def test_what_was_typed_wrong_stays_on_the_page(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        for typed, said in (
            ({"outcome": ""}, "required"),
            ({"took": "some"}, "Write only a number here"),
            ({"score": "9"}, "not one of the available"),
        ):
            response = self.yes(complaint, **typed)
            assert response.status_code == 422, typed
            assert said in text_of(response)
            assert "Good work" in text_of(response)
        assert not ContactTry.objects.exists()

    def test_the_second_save_of_one_call_is_a_conflict(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        self.save(complaint, outcome="busy")
        assert self.save(complaint, outcome="busy", seen=0).status_code == 409
        assert ContactTry.objects.count() == 1

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        few = self.queries(lambda: self.get(self.url(complaint)))
        for _n in range(3):
            self.save(complaint, outcome="no_answer")
        assert self.queries(lambda: self.get(self.url(complaint))) == few <= 12


class OfficeSideTests(CallCase):
    def disputed(self, officer: Officer) -> Complaint:
        complaint = self.called()
        not_solved(complaint, text="", actor=self.w.citizen(complaint), at=NOW)
        self.sit(officer)
        return complaint

    def test_the_office_tells_and_cannot_confirm(self) -> None:
        complaint = self.disputed(self.w.hema)
        page = text_of(self.get(URL))
        assert "Phone today" in page
        page = text_of(self.get(self.url(complaint, side="office")))
        assert "We are sorry for the wait." in page
        assert 'value="solved"' not in page and "Is it really solved?" not in page
        self.save(complaint, "office", outcome="informed")
        assert ContactTry.objects.get().own_office
        assert self.save(complaint, "office", outcome="solved").status_code == 422
        complaint.refresh_from_db()
        assert complaint.status != Status.CLOSED

    def test_the_desk_and_the_office_have_lists_of_their_own(self) -> None:
        complaint = self.disputed(self.w.asha)
        assert "No call is due now." in text_of(self.get(f"{URL}?side=office"))
        assert self.get(self.url(complaint, side="office")).status_code == 404


class ComplaintPageTests(CallCase):
    def test_an_answer_on_the_complaint_page_ends_the_call(self) -> None:
        complaint = self.called()
        self.sit(self.w.asha)
        said = {"score": "5", "took": "2", "took_unit": "days", "trouble": "yes"}
        self.do(complaint, "confirm", **said, text="")
        assert call_of(complaint).outcome == "solved"
        rating = Rating.objects.get()
        assert (rating.took_minutes, rating.trouble) == (2880, True)
        assert ContactTry.objects.get().outcome == "solved"

    def test_a_citizen_who_wants_a_call_gets_one_when_they_say(self) -> None:
        complaint = solved_now(self.w)
        self.sit(self.w.asha)
        self.do(complaint, "call", call_at="2026-11-23T17:30")
        call = call_of(complaint)
        assert call.why == "asked"
        assert call.next_at == (NOW + timedelta(days=2)).replace(hour=12, minute=0)
        self.do(complaint, "call")
        assert call_of(complaint).next_at == self.now
        late = self.do(complaint, "call", call_at="2027-11-23T17:30")
        assert late.status_code == 422
        assert "Choose a time in the next 14 days." in text_of(late)

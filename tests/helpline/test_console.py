from unittest import mock

from django.db import IntegrityError

from complaints.models import Complaint
from complaints.models.complaint import Kind
from complaints.number import grouped
from complaints.status import Status
from helpline import calls, drafts
from helpline.models import Call, ConsoleDraft, WrapUpCode
from helpline.reactions import forget_caller
from notices.articles import search_words
from notices.models import Article
from notices.texts import REFERENCE
from operations.generation import bump
from tests.base import MEERA, names
from tests.builders import photo
from tests.helpline.desk import DeskTestCase, text_of

URL = "/admin/console/"


class ConsoleTestCase(DeskTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sit(self.w.asha)

    def typed(self, **over: object) -> dict[str, object]:
        return {
            "key": "one-time-key", "organisation": self.w.pune.pk, "who": "99999 00001",
            "name": "Meera Joshi", "language": "mr", "kind": "complaint",
            "source": "phone", "text": "Big pothole near the school",
            "category": self.w.pothole.pk, "area": self.w.kothrud.pk, "do": "save",
        } | over  # fmt: skip

    def save(self, **over: object) -> Call:
        response = self.client.post(URL, self.typed(**over))
        assert response.status_code == 302, text_of(response)
        return Call.objects.order_by("-pk")[0]


class SavingTests(ConsoleTestCase):
    def test_it_registers_by_phone_and_reads_the_number_back(self) -> None:
        call = self.save()
        complaint = call.complaint
        assert complaint is not None
        assert complaint.source.code == "phone"
        assert complaint.office == self.w.kothrud
        assert complaint.status == Status.ASSIGNED
        assert call.citizen == complaint.citizen
        assert call.officer == self.w.asha
        page = text_of(self.get(f"{URL}calls/{call.pk}/"))
        assert grouped(complaint.number) in page
        assert "New complaint registered" in page

    def test_it_speaks_the_callers_language_back(self) -> None:
        with mock.patch("helpline.scripts.translation.override") as override:
            call = self.save(language="hi")
            self.get(f"{URL}calls/{call.pk}/")
        assert mock.call("hi") in override.call_args_list

    def test_it_saves_once_however_often_save_is_pressed(self) -> None:
        first = self.client.post(URL, self.typed())
        second = self.client.post(URL, self.typed())
        assert first["Location"] == second["Location"]
        assert Complaint.objects.count() == Call.objects.count() == 1

    def test_it_finds_the_first_of_two_saves_at_the_same_moment(self) -> None:
        call = self.save()
        with mock.patch.object(calls, "_saved_before", side_effect=[None, call]):
            second = self.client.post(URL, self.typed())
        assert second.status_code == 302
        assert Complaint.objects.count() == 1

    def test_it_keeps_what_was_typed_when_refused(self) -> None:
        response = self.client.post(URL, self.typed(text="", place="By the lake"))
        assert response.status_code == 422
        page = text_of(response)
        assert "By the lake" in page
        assert "Please fill this in." in page
        assert not Complaint.objects.exists()

    def test_it_bears_whatever_is_pasted(self) -> None:
        for number, text in enumerate(
            ("Hole\0here", "Hole " + "\u0301" * 10_000, "गड्ढा 🕳️ hole", "a\u202eb hole")
        ):
            self.save(key=f"key-{number}", text=text)
        assert Complaint.objects.count() == 4
        refused = self.client.post(URL, self.typed(key="long", text="x" * 5000))
        assert refused.status_code == 422
        assert "5000 characters" in text_of(refused)

    def test_it_refuses_a_broken_phone_number_instead_of_losing_it(self) -> None:
        response = self.client.post(URL, self.typed(who="99999 0000"))
        assert response.status_code == 422
        assert "This is no full phone or consumer number." in text_of(response)

    def test_it_takes_a_name_alone(self) -> None:
        complaint = self.save(who="Ramesh Patil", name="").complaint
        assert complaint is not None
        assert complaint.citizen is not None
        assert complaint.citizen.name == "Ramesh Patil"

    def test_it_takes_paper_with_its_date_and_scan(self) -> None:
        call = self.save(source="paper", received_on="2026-11-18", photo=photo())
        complaint = call.complaint
        assert complaint is not None
        assert complaint.registered_at.date().isoformat() == "2026-11-18"
        assert complaint.attachments.count() == 1
        old = self.client.post(URL, self.typed(key="old", received_on="1900-01-01"))
        assert old.status_code == 422
        assert "more than three years ago" in text_of(old)

    def test_it_joins_an_open_one_near_by_with_one_key(self) -> None:
        first = self.w.file(phone="+919999900055")
        call = self.save(do=f"save:{first.number}")
        assert call.complaint is not None
        call.complaint.refresh_from_db()
        assert call.complaint.status == Status.MERGED
        assert call.complaint.parent == first

    def test_it_takes_suggestions(self) -> None:
        complaint = self.save(kind="suggestion", text="Plant trees here").complaint
        assert complaint is not None
        assert complaint.kind == Kind.SUGGESTION

    def test_it_is_for_those_who_take_complaints(self) -> None:
        for officer, status in (
            (self.w.asha, 200), (self.w.omkar, 200), (self.w.prakash, 403),
        ):  # fmt: skip
            self.sit(officer)
            assert self.get(URL).status_code == status, officer


class LookingTests(ConsoleTestCase):
    def look(self, **over: object) -> str:
        response = self.client.post(f"{URL}look/", self.typed(do="look", **over))
        assert response.status_code == 200
        return text_of(response)

    def test_it_shows_the_known_caller_and_the_open_complaints(self) -> None:
        complaint = self.w.file()
        page = self.look()
        assert "Meera Joshi" in page
        assert "+91 ••••• •0001" in page
        assert MEERA not in page
        assert grouped(complaint.number) in page

    def test_it_finds_a_caller_by_name(self) -> None:
        self.w.file()
        assert "+91 ••••• •0001" in self.look(who="meera")

    def test_it_asks_which_of_two_people(self) -> None:
        self.w.file(name="Meera Joshi")
        self.w.file(name="Meera Rao", phone="+919999900002")
        page = self.look(who="Meera", name="")
        assert "Which of these?" in page
        rao = Complaint.objects.get(citizen__name="Meera Rao").citizen
        assert rao is not None
        picked = self.look(who="Meera", citizen=rao.pk, citizen_for="Meera")
        assert "Which of these?" not in picked
        assert "Meera Rao" in picked
        other = self.look(who="Ramesh", citizen=rao.pk, citizen_for="Meera")
        assert "Meera Rao" not in other

    def test_it_says_where_it_will_go_and_why(self) -> None:
        page = self.look(category="", text="pothole on the road in Kothrud", area="")
        assert "Kothrud ward office" in page
        assert "Roads" in page
        assert "Mon 23" not in page

    def test_it_shows_similar_ones_near_by(self) -> None:
        first = self.w.file(phone="+919999900055")
        page = self.look()
        assert f'value="save:{first.number}"' in page

    def test_it_shows_danger_at_once_and_waits_for_no_duplicates(self) -> None:
        self.w.file(
            "Open manhole in Kothrud", phone="+919999900055",
            category=self.w.open_manhole,
        )  # fmt: skip
        page = self.look(text="a child fell in manhole", language="hi")
        assert "दूर रहें. 112 पर फोन करें." in page
        assert "save:" not in page
        call = self.save(text="a child fell in manhole", category="", language="hi")
        assert call.complaint is not None
        assert call.complaint.emergency
        assert "दूर रहें." in text_of(self.get(f"{URL}calls/{call.pk}/"))

    def test_it_suggests_categories_in_any_language(self) -> None:
        for letters in ("po", "गड्", "खड्", "ga", "buc"):
            answer = self.client.get(f"{URL}categories/", {"q": letters}).json()
            assert self.w.pothole.pk in [o["value"] for o in answer["options"]], letters

    def test_it_suggests_places(self) -> None:
        answer = self.client.get(f"{URL}places/", {"q": "कोथ"}).json()
        assert [o["value"] for o in answer["options"]] == [self.w.kothrud.pk]

    def test_it_does_as_much_without_script(self) -> None:
        self.w.file()
        page = text_of(self.client.post(URL, self.typed(do="look")))
        assert "Will go to" in page
        assert "+91 ••••• •0001" in page
        assert not Call.objects.exists()

    def test_it_takes_a_fixed_number_of_queries(self) -> None:
        for n in range(3):
            self.w.file(phone=f"+91999990005{n}")
        typed = self.typed(do="look")
        assert self.queries(lambda: self.client.post(f"{URL}look/", typed)) <= 16
        assert self.queries(lambda: self.get(URL)) <= 14


class DraftTests(ConsoleTestCase):
    def test_it_survives_a_reload_and_a_new_sign_in(self) -> None:
        self.client.post(f"{URL}look/", self.typed(text="Half a sentence ab"))
        self.client.logout()
        self.sit(self.w.asha)
        page = text_of(self.get(URL))
        assert "Half a sentence ab" in page
        assert 'value="99999 00001"' in page
        assert "one-time-key" in page

    def test_it_is_of_one_agent(self) -> None:
        self.client.post(f"{URL}look/", self.typed(text="Half a sentence ab"))
        self.sit(self.w.sunil)
        assert "Half a sentence ab" not in text_of(self.get(URL))

    def test_it_is_gone_after_saving_and_when_thrown_away(self) -> None:
        self.client.post(f"{URL}look/", self.typed())
        self.save()
        assert not ConsoleDraft.objects.exists()
        self.client.post(f"{URL}look/", self.typed(key="next"))
        self.client.post(URL, {"do": "discard"})
        assert not ConsoleDraft.objects.exists()

    def test_it_keeps_nothing_of_an_empty_page(self) -> None:
        self.client.post(f"{URL}look/", {"key": "k", "language": "mr", "who": " "})
        assert not ConsoleDraft.objects.exists()

    def test_it_bears_letters_that_no_database_keeps(self) -> None:
        self.client.post(f"{URL}look/", self.typed(text="a\0b pothole"))
        assert "ab" in ConsoleDraft.objects.get().typed["text"]

    def test_it_is_thrown_away_after_two_days(self) -> None:
        self.client.post(f"{URL}look/", self.typed())
        assert drafts.tick(self.later(days=1)) == 0
        assert drafts.tick(self.later(days=3)) == 1

    def test_a_lost_sign_in_sends_to_the_sign_in_page(self) -> None:
        self.client.logout()
        response = self.client.post(f"{URL}look/", self.typed())
        assert response.status_code == 302


class InformationTests(ConsoleTestCase):
    def setUp(self) -> None:
        super().setUp()
        titles, bodies = names("Water timings"), names("Water comes at six.")
        self.article = Article.objects.create(
            organisation=self.w.pune, code="water-times", topic="water",
            titles=titles, bodies=bodies,
            search_text=search_words(titles, bodies, []),
        )  # fmt: skip
        bump(REFERENCE)

    def test_it_finds_an_answer_while_the_caller_speaks(self) -> None:
        typed = self.typed(do="look", text="water timings please", category="")
        assert "Water comes at six." in text_of(self.client.post(f"{URL}look/", typed))

    def test_it_closes_in_one_screen_as_answered_at_once(self) -> None:
        """Check 14, first half: an information call is one Save and no complaint."""
        self.client.post(
            URL,
            self.typed(
                do="inform", text="water timings?", category="",
                article=self.article.pk, wrap_up="",
            ),
        )  # fmt: skip
        call = Call.objects.get()
        assert not Complaint.objects.exists()
        assert call.article == self.article
        assert call.wrap_up is not None
        assert call.wrap_up.code == "W05"
        assert call.first_contact
        assert call.ended_at is not None

    def test_it_needs_nothing_but_the_key(self) -> None:
        self.client.post(URL, {"do": "inform", "key": "quick"})
        assert Call.objects.get().first_contact

    def test_it_ends_a_complaint_call_with_one_key(self) -> None:
        call = self.save()
        status_told = WrapUpCode.objects.get(code="W03")
        response = self.client.post(
            f"{URL}calls/{call.pk}/", {"wrap_up": status_told.pk}
        )
        assert response["Location"] == URL
        call.refresh_from_db()
        assert call.wrap_up == status_told
        assert call.ended_at is not None

    def test_erasure_forgets_who_called_and_keeps_the_figure(self) -> None:
        call = self.save()
        assert call.complaint is not None
        forget_caller(call.complaint.events.latest("seq"))
        call.refresh_from_db()
        assert (call.phone, call.citizen) == ("", None)
        assert call.wrap_up is not None

    def test_it_shows_a_call_to_nobody_else(self) -> None:
        call = self.save()
        self.sit(self.w.devika)
        assert self.get(f"{URL}calls/{call.pk}/").status_code == 404


class RaceTests(ConsoleTestCase):
    def test_an_error_of_the_database_is_not_taken_for_a_second_save(self) -> None:
        self.client.raise_request_exception = False
        with mock.patch.object(calls, "register", side_effect=IntegrityError):
            response = self.client.post(URL, self.typed())
        assert response.status_code == 500
        assert not Call.objects.exists()

"""One job on the phone: what it shows to whom."""

from complaints.models import Citizen, Complaint
from complaints.services import ask_citizen, citizen_replied, forward, note, reassign
from tests.base import MEERA, NOW
from tests.complaints.stage import solved
from tests.fieldwork.base import FieldTestCase

MASKED = "+91 ••••• •0001"


class JobTests(FieldTestCase):
    def see(self, complaint: Complaint) -> str:
        return self.page(f"/field/{complaint.number}/")

    def test_it_shows_place_words_and_time(self) -> None:
        job = self.job(place="12 Karve Road")
        self.sign_in(self.w.omkar)
        page = self.see(job)
        for shown in ("12 Karve Road", "Big pothole near the school", "24 h left"):
            assert shown in page
        assert f'data-forget="/field/{job.number}' not in page

    def test_it_links_a_point_to_the_phones_map(self) -> None:
        job = self.job(latitude=18.5074, longitude=73.8277)
        self.sign_in(self.w.omkar)
        page = self.see(job)
        assert 'href="geo:18.507400,73.827700?q=18.507400,73.827700"' in page
        assert "openstreetmap.org/?mlat=18.507400" in page

    def test_it_keeps_words_of_a_place_from_other_servers(self) -> None:
        job = self.job(place="Flat 4, Rose & Lily")
        self.sign_in(self.w.omkar)
        page = self.see(job)
        assert "geo:0,0?q=Flat%204%2C%20Rose%20%26%20Lily%2C%20Kothrud" in page
        assert "openstreetmap" not in page

    def test_it_lets_the_owner_call_a_masked_number(self) -> None:
        job = self.job()
        self.sign_in(self.w.omkar)
        page = self.see(job)
        assert MASKED in page
        assert f'href="tel:{MEERA}"' in page
        assert "Meera Joshi" in page

    def test_it_takes_the_number_away_once_it_is_solved(self) -> None:
        job = self.job()
        solved(self.w, job)
        self.sign_in(self.w.omkar)
        page = self.see(job)
        assert MEERA not in page
        assert MASKED in page

    def test_it_takes_the_number_away_once_somebody_else_has_it(self) -> None:
        job = self.job()
        reassign(job, owner=self.w.farhan, actor=self.w.actor(self.w.hema), at=NOW)
        for officer in (self.w.omkar, self.w.hema, self.w.chitra):
            self.sign_in(officer)
            page = self.see(job)
            assert MEERA not in page
            assert MASKED in page
            assert "Only who does the work can call" in page
        self.sign_in(self.w.farhan)
        assert f'href="tel:{MEERA}"' in self.see(job)

    def test_it_shows_a_former_holder_no_person_and_no_button(self) -> None:
        w, job = self.w, self.job()
        forward(
            job, organisation=w.pune, office=w.aundh, department=w.roads,
            reason="Beyond the bridge", actor=w.actor(w.hema), at=NOW,
        )  # fmt: skip
        self.sign_in(w.omkar)
        page = self.see(job)
        assert "Another office holds it now" in page
        for hidden in (MEERA, MASKED, "Meera", '<form method="post" action="/field'):
            assert hidden not in page

    def test_it_is_closed_to_strangers(self) -> None:
        job = self.job()
        for officer in (self.w.ravi, self.w.nitin, self.w.wasim, self.w.farhan):
            self.sign_in(officer)
            for path in ("", "solved/", "start/"):
                page = self.page(f"/field/{job.number}/{path}", 404)
                assert "No such job is open to you" in page
            assert self.press(job, "start").status_code == 404

    def test_it_asks_to_check_a_mistyped_number(self) -> None:
        job = self.job()
        wrong = job.number[:-1] + str((int(job.number[-1]) + 1) % 10)
        self.sign_in(self.w.omkar)
        for number in (wrong, "1", "x", "9" * 300, "१२३"):
            assert "Check the number" in self.page(f"/field/{number}/", 404)
        self.page(f"/field/{job.number}/fly/", 404)

    def test_it_warns_of_who_lives_there(self) -> None:
        job = self.job()
        assert job.citizen is not None
        Citizen.objects.filter(pk=job.citizen.pk).update(flags=["senior", "other"])
        self.sign_in(self.w.omkar)
        assert "Senior citizen" in self.see(job)

    def test_it_shows_question_and_answer(self) -> None:
        w, job = self.w, self.job()
        ask_citizen(job, question="Which side of it?", actor=w.actor(w.omkar), at=NOW)
        self.sign_in(w.omkar)
        assert "The citizen owes an answer" in self.see(job)
        citizen_replied(job, text="The left one", actor=w.citizen(job), at=NOW)
        page = self.see(job)
        assert "The citizen wrote" in page
        assert page.count("The left one") == 2  # on top, and in what happened

    def test_it_folds_what_is_long_ago(self) -> None:
        w, job = self.w, self.job()
        for n in range(6):
            note(self.fresh(job), text=f"Note {n}", actor=w.actor(w.omkar), at=NOW)
        self.sign_in(w.omkar)
        page = self.see(job)
        assert "4 earlier steps" in page
        assert 'class="said words note"' in page

    def test_it_costs_a_fixed_number_of_queries(self) -> None:
        w, job = self.w, self.job()
        self.sign_in(w.omkar)
        self.see(job)
        with self.assertNumQueries(8):
            self.see(job)
        for n in range(3):
            note(self.fresh(job), text=f"Note {n}", actor=w.actor(w.omkar), at=NOW)
        with self.assertNumQueries(8):
            self.see(job)

    def test_it_needs_no_script_and_styles_nothing_inline(self) -> None:
        self.sign_in(self.w.omkar)
        page = self.see(self.job())
        assert 'style="' not in page
        assert "onclick" not in page
        assert page.count("<script") == 1  # field.js, which only adds

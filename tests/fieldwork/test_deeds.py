"""What is done to a job: refusals keep the words, a double press does it once."""

from datetime import timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from complaints.models import Attachment, Cause, Complaint, Event, Message
from complaints.services import ask_citizen, forward, hold, start
from complaints.status import Status
from officers.models import Department
from tests.base import NOW, names
from tests.builders import photo
from tests.complaints.stage import solved
from tests.fieldwork.base import FieldTestCase

DONE = "Filled the hole with hot mix and rolled it"


class SolvedTests(FieldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in(self.w.omkar)

    def solve(self, complaint: Complaint, **over: Any) -> Any:
        typed = {
            "action_taken": DONE, "cause": self.w.wear.pk, "photo": photo(),
        } | over  # fmt: skip
        typed = {name: value for name, value in typed.items() if value is not None}
        return self.press(complaint, "solved", **typed)

    def test_it_keeps_action_cause_and_photo(self) -> None:
        job = self.job()
        response = self.solve(job)
        assert response.status_code == 303
        assert response["Location"] == f"/field/{job.number}/?done=solved"
        job = self.fresh(job)
        assert (job.status, job.cause) == (Status.RESOLVED, self.w.wear)
        assert job.resolved_by == self.w.omkar
        assert Message.objects.get(complaint=job, kind="action_taken").text == DONE
        assert Attachment.objects.get(complaint=job).event is not None
        page = self.page(response["Location"])
        assert "Marked solved" in page
        assert f'data-forget="/field/{job.number}/solved/"' in page

    def test_it_keeps_the_photo_when_a_word_is_missing(self) -> None:
        job = self.job()
        response = self.solve(job, action_taken="", cause="")
        assert response.status_code == 422
        page = response.content.decode()
        assert "✓ pothole.jpg" in page
        assert "Please fill this in." in page
        mark = response.context["kept"][0].signed
        assert self.solve(job, photo=None, photos=mark).status_code == 303
        assert Attachment.objects.filter(complaint=job).count() == 1

    def test_it_keeps_the_words_when_the_photo_is_none(self) -> None:
        job = self.job()
        for upload in (
            SimpleUploadedFile("a.jpg", b"no photo at all"),
            SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>"),
            SimpleUploadedFile("empty.jpg", b""),
        ):
            response = self.solve(job, photo=upload)
            assert response.status_code == 422
            page = response.content.decode()
            assert DONE in page
            assert f'value="{self.w.wear.pk}" selected' in page
            assert 'id="id_photo_error"' in page
        assert self.fresh(job).status == Status.ASSIGNED

    def test_it_says_so_when_the_photo_is_too_large(self) -> None:
        upload = SimpleUploadedFile("big.jpg", BytesIO(b"x" * 2000).read())
        with self.settings(MAX_PHOTO_BYTES=1000):
            response = self.solve(self.job(), photo=upload)
        assert "too large" in response.content.decode()

    def test_it_asks_for_a_photo_where_the_work_shows(self) -> None:
        response = self.solve(self.job(), photo=None)
        assert response.status_code == 422
        page = response.content.decode()
        assert "needs a photo of the result" in page
        assert DONE in page

    def test_it_lets_go_of_a_photo(self) -> None:
        job = self.job()
        kept = self.solve(job, action_taken="").context["kept"][0]
        response = self.press(
            job, "solved", action_taken="Half", photos=kept.signed, drop=kept.token
        )
        page = response.content.decode()
        assert "✓ pothole.jpg" not in page
        assert ">\nHalf</textarea>" in page
        assert "Please look at this" not in page

    def test_it_takes_no_foreign_or_forged_photo(self) -> None:
        job, other = self.job(), self.job()
        mark = self.solve(job, action_taken="").context["kept"][0].signed
        for forged in (mark, mark[:-1] + "x", "nonsense", "a:b:c"):
            response = self.solve(other, photo=None, photos=forged)
            assert response.status_code == 422

    def test_it_bears_a_photo_that_was_swept_meanwhile(self) -> None:
        job = self.job()
        mark = self.solve(job, action_taken="").context["kept"][0].signed
        Attachment.objects.all().delete()
        response = self.solve(job, photo=None, photos=mark)
        assert response.status_code == 422
        assert "no longer there" in response.content.decode()

    def test_it_offers_the_causes_of_the_department(self) -> None:
        w = self.w
        elsewhere = Department.objects.get(pk=w.water.pk)
        for code, department in (("LEAK", elsewhere), ("CUT", w.roads)):
            Cause.objects.create(
                organisation=w.pune, code=code, department=department,
                names=names(code),
            )  # fmt: skip
        Cause.objects.create(organisation=w.upp, code="FUSE", names=names("FUSE"))
        page = self.page(f"/field/{self.job().number}/solved/")
        assert "Wear" in page
        assert "CUT" in page
        assert "LEAK" not in page
        assert "FUSE" not in page

    def test_it_opens_the_camera(self) -> None:
        page = self.page(f"/field/{self.job().number}/solved/")
        assert 'accept="image/*" capture="environment"' in page

    def test_it_bears_whatever_is_typed(self) -> None:
        for words in (
            "\x00" * 20,
            "x" * 5000,
            "a" + "\u0301" * 10_000,
            "   ",
            "👷" * 5,
        ):
            response = self.solve(self.job(), action_taken=words)
            assert response.status_code in (303, 422), words[:5]
        for cause in ("x", "999999", "9" * 400, "-1"):
            response = self.solve(self.job(), cause=cause)
            assert response.status_code == 422
            assert DONE in response.content.decode()


class ConflictTests(FieldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in(self.w.omkar)

    def test_it_tells_who_did_what_and_keeps_the_words(self) -> None:
        w, job = self.w, self.job()
        shown = self.fresh(job)
        start(job, actor=w.actor(w.hema), at=NOW)
        response = self.press(shown, "solved", action_taken=DONE, cause=w.wear.pk)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Hema was first: Work started" in page
        assert DONE in page
        again = self.press(
            self.fresh(job), "solved", action_taken=DONE, cause=w.wear.pk, photo=photo()
        )
        assert again.status_code == 303

    def test_it_offers_to_keep_the_words_when_it_is_too_late(self) -> None:
        w, job = self.w, self.job()
        shown = self.fresh(job)
        solved(w, job)
        question = "Which of the two holes?"
        response = self.press(shown, "ask", question=question)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Your words are still here" in page
        assert question in page
        kept = self.press(self.fresh(job), "note", question=question, keep="question")
        assert kept.status_code == 303
        assert Message.objects.get(complaint=job, kind="note").text == question

    def test_it_does_a_double_press_once_and_says_done(self) -> None:
        job = self.job()
        shown = self.fresh(job)
        for _press in range(2):
            response = self.press(shown, "start")
            assert response.status_code == 303
        assert Event.objects.filter(complaint=job, kind="started").count() == 1
        for _press in range(2):
            assert self.press(shown, "note", text="Gate locked").status_code == 303
        assert Message.objects.filter(complaint=job, kind="note").count() == 1
        assert self.press(shown, "note", text="Came again").status_code == 303
        assert Message.objects.filter(complaint=job, kind="note").count() == 2

    def test_it_takes_a_broken_version_for_an_old_page(self) -> None:
        job = self.job()
        for version in ("", "x", "-1", "9" * 400):
            response = self.client.post(
                f"/field/{job.number}/start/", {"version": version}
            )
            assert response.status_code == 409
        assert self.fresh(job).status == Status.ASSIGNED


class OtherDeedTests(FieldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.sign_in(self.w.omkar)

    def buttons(self, complaint: Complaint) -> set[str]:
        page = self.client.get(f"/field/{complaint.number}/").context
        job = page["job"]
        return {deed.name for deed in [*job.big, *job.others]}

    def test_it_offers_what_the_workflow_allows(self) -> None:
        w, job = self.w, self.job()
        office = {"note", "hold", "hand-over"}
        assert self.buttons(job) == {"start", "ask", "solved", *office}
        start(job, actor=w.actor(w.omkar), at=NOW)
        assert self.buttons(job) == {"ask", "solved", *office}
        later = NOW + timedelta(hours=3)
        hold(job, reason="Hot mix", new_date=later, actor=w.actor(w.hema), at=NOW)
        assert self.buttons(job) == {"resume", "note", "hand-over"}
        assert self.press(self.fresh(job), "resume").status_code == 303
        solved(w, job)
        assert self.buttons(job) == {"note"}

    def test_it_lets_field_staff_start_ask_and_solve_only(self) -> None:
        w, job = self.w, self.job()
        self.press(job, "hand-over", owner=w.farhan.pk)
        self.sign_in(w.farhan)
        assert self.buttons(job) == {"start", "ask", "solved", "note"}
        response = self.press(self.fresh(job), "hand-over", owner=w.omkar.pk)
        assert response.status_code == 422
        assert "Your role does not allow this" in response.content.decode()

    def test_it_asks_the_citizen_once(self) -> None:
        job = self.job()
        response = self.press(job, "ask", question="Which side of the road?")
        assert response.status_code == 303
        job = self.fresh(job)
        assert job.status == Status.NEED_INFO
        assert self.buttons(job) == {"note"}

    def test_it_does_not_offer_a_second_question(self) -> None:
        w, job = self.w, self.job()
        ask_citizen(job, question="Which side of it?", actor=w.actor(w.omkar), at=NOW)
        Complaint.objects.filter(pk=job.pk).update(status=Status.IN_PROGRESS)
        assert "ask" not in self.buttons(job)

    def test_it_asks_the_head_who_holds_until_a_day(self) -> None:
        w, job = self.w, self.job(category=self.w.resurfacing)
        for date, status in (
            ("", 422), ("x", 422), ("0001-01-01", 422), ("9999-12-31", 422),
            ("2026-11-01", 422),
        ):  # fmt: skip
            response = self.press(job, "hold", reason="Wait for hot mix", new_date=date)
            assert response.status_code == status, date
            assert "Wait for hot mix" in response.content.decode()
        response = self.press(
            job, "hold", reason="Wait for hot mix", new_date="2027-03-01"
        )
        assert response.status_code == 303
        job = self.fresh(job)
        assert (job.status, job.hold_asked is not None) == (Status.ASSIGNED, True)
        self.sign_in(w.hema)
        response = self.press(
            job, "agree", reason="Wait for hot mix", new_date="2027-03-01"
        )
        assert response.status_code == 303
        assert self.fresh(job).status == Status.ON_HOLD

    def test_the_head_agrees_or_refuses_on_the_phone(self) -> None:
        w, job = self.w, self.job()
        self.press(job, "hold", reason="Hot mix is late", new_date="2026-11-25")
        self.sign_in(w.hema)
        assert {"agree", "refuse"} <= self.buttons(self.fresh(job))
        assert "More time is asked for, until" in self.page(f"/field/{job.number}/")
        form = self.page(f"/field/{job.number}/agree/")
        assert "Hot mix is late" in form and 'value="2026-11-25"' in form

        response = self.press(self.fresh(job), "refuse", reason="Do it today please")

        assert response.status_code == 303
        assert self.fresh(job).hold_asked is None
        assert "refuse" not in self.buttons(self.fresh(job))

    def test_a_level_acts_on_the_phone(self) -> None:
        w, job = self.w, self.job()
        Complaint.objects.filter(pk=job.pk).update(
            level=2, step_reason="level", step_due_at=NOW + timedelta(hours=12)
        )
        assert "act" not in self.buttons(self.fresh(job))
        self.sign_in(w.hema)
        response = self.press(
            self.fresh(job), "act", plan="A second gang comes", until="2026-11-23"
        )
        assert response.status_code == 303
        assert self.fresh(job).step_reason == "taken"

    def test_it_takes_up_what_another_office_sent(self) -> None:
        w, job = self.w, self.job(area=self.w.kothrud)
        forward(
            job, organisation=w.pune, office=w.aundh, department=w.roads,
            reason="Beyond the bridge", actor=w.actor(w.hema), at=NOW,
        )  # fmt: skip
        self.sign_in(w.nitin)
        assert self.buttons(job) == {"take", "note", "back"}
        page = self.page(f"/field/{job.number}/take/")
        assert f'<option value="{w.nitin.pk}" selected>' in page
        response = self.press(self.fresh(job), "take", owner=w.nitin.pk)
        assert response.status_code == 303
        assert self.fresh(job).owner == w.nitin

    def test_it_sends_back_with_a_reason(self) -> None:
        w, job = self.w, self.job()
        forward(
            job, organisation=w.pune, office=w.aundh, department=w.roads,
            reason="Beyond the bridge", actor=w.actor(w.hema), at=NOW,
        )  # fmt: skip
        self.sign_in(w.nitin)
        assert self.press(self.fresh(job), "back", reason="").status_code == 422
        response = self.press(self.fresh(job), "back", reason="It is Kothrud's")
        assert response.status_code == 303
        assert "Another office holds it now" in self.page(response["Location"])

    def test_it_hands_over_within_the_office(self) -> None:
        w, job = self.w, self.job()
        page = self.page(f"/field/{job.number}/hand-over/")
        assert f'<option value="{w.farhan.pk}">Farhan · on duty · 0 open' in page
        assert f'<option value="{w.omkar.pk}"' not in page
        assert self.press(job, "hand-over", owner=w.nitin.pk).status_code == 422
        assert self.press(job, "hand-over", owner=w.farhan.pk).status_code == 303
        assert self.fresh(job).owner == w.farhan

    def test_it_shows_no_form_for_what_cannot_be_done(self) -> None:
        job = self.job()
        for deed in ("resume", "start", "take", "back"):
            response = self.client.get(f"/field/{job.number}/{deed}/")
            assert response.status_code == 303
            assert response["Location"] == f"/field/{job.number}/"
        response = self.press(job, "resume")
        assert response.status_code == 422
        assert "This cannot be done now" in response.content.decode()

    def test_it_changes_nothing_by_get_or_without_a_csrf_token(self) -> None:
        job = self.job()
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.w.omkar)
        strict.get(f"/field/{job.number}/start/")
        response = strict.post(f"/field/{job.number}/start/", {"version": job.version})
        assert response.status_code == 403
        assert self.fresh(job).status == Status.ASSIGNED

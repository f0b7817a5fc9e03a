"""/admin/doubts/ and the complaint's page: for heads, not for who showed the proof."""

import io

from complaints.attachments import store
from complaints.models import Attachment, Complaint, Message
from complaints.services import resolve
from complaints.status import Status
from feedback.models import Doubt
from officers.models import Officer, Posting, Role
from tests.helpline.desk import DeskTestCase, text_of
from tests.proofs import taken

URL = "/admin/doubts/"
REASON = "I went there: the hole is still open"


class DoubtsCase(DeskTestCase):
    def doubted(self, *seeds: int) -> Complaint:
        """Solved with a picture that was taken weeks ago and 130 km away."""
        complaint = self.w.file(
            category=self.w.pothole, area=self.w.kothrud, latitude=18.51,
            longitude=73.83,
        )  # fmt: skip
        files = tuple(self.proof(seed) for seed in seeds or (1,))
        resolve(
            complaint, action_taken="Filled the hole and rolled it", cause=self.w.wear,
            files=files, actor=self.w.actor(self.w.omkar), at=self.later(hours=1),
        )  # fmt: skip
        self.now = self.later(hours=2)
        return complaint

    def proof(self, seed: int) -> Attachment:
        body = taken(seed=seed, at="2026:11:01 10:00:00", place=(19.6, 74.2))
        at = self.later(hours=1)
        return store(io.BytesIO(body), at=at, proof=True, zone="Asia/Kolkata")

    def answer(self, doubt: Doubt, how: str, **given: str) -> int:
        status: int = self.client.post(f"{URL}{doubt.pk}/{how}/", given).status_code
        return status


class ListTests(DoubtsCase):
    def test_both_pictures_stand_side_by_side(self) -> None:
        first, second = self.doubted(1), self.doubted(1)
        self.sit(self.w.hema)
        page = text_of(self.get(URL, number=second.number))
        doubt = Doubt.objects.get(complaint=second, kind="same")
        own = second.attachments.get()
        assert f'src="/files/{own.token}/"' in page
        assert f'src="{URL}{doubt.pk}/picture/"' in page
        assert first.number[:4] in page
        assert "The same picture proved another work on Sat 21 Nov" in page
        picture = self.get(f"{URL}{doubt.pk}/picture/")
        assert picture["Content-Type"] == "image/jpeg"
        assert picture.content[:2] == b"\xff\xd8"

    def test_it_says_how_far_and_when(self) -> None:
        self.doubted()
        self.sit(self.w.hema)
        page = text_of(self.get(URL))
        assert "Taken 127.3 km from the place of the complaint." in page
        assert "Taken Sun 1 Nov 10:00; the complaint was made Sat 21 Nov 09:12." in page

    def test_it_takes_the_same_few_queries_however_many_wait(self) -> None:
        self.sit(self.w.hema)
        self.doubted(1)
        self.doubted(1)
        few = self.queries(lambda: self.get(URL))
        for _more in range(6):
            self.doubted(1)
        assert self.queries(lambda: self.get(URL)) == few
        with self.assertNumQueries(5):
            self.get(URL)

    def test_it_is_for_heads_and_those_who_watch(self) -> None:
        doubt = Doubt.objects.filter(complaint=self.doubted()).order_by("pk")[0]
        watcher = self.w.vikram
        for officer, shown in (
            (self.w.hema, True), (self.w.zoya, True), (self.w.sunil, True),
            (self.w.omkar, False), (self.w.asha, False), (self.w.admin, False),
        ):  # fmt: skip
            self.sit(officer)
            assert self.get(URL).status_code == (200 if shown else 403), officer
            if not shown:
                assert self.answer(doubt, "done") == 403
        for role in (Role.QA, Role.MONITORING_TEAM):
            Posting.objects.filter(officer=watcher).update(
                role=role, area=None, department=None
            )
            self.sit(watcher)
            assert "Taken 127.3 km" in text_of(self.get(URL))
        doubt.refresh_from_db()
        assert doubt.verdict == ""

    def test_another_offices_are_not_shown(self) -> None:
        doubt = Doubt.objects.filter(complaint=self.doubted()).order_by("pk")[0]
        Posting.objects.filter(officer=self.w.hema).update(area=self.w.aundh)
        self.sit(self.w.hema)
        assert "No proof is in doubt" in text_of(self.get(URL))
        for how in ("done", "not-done", "picture"):
            assert self.answer(doubt, how, reason=REASON) in (404, 405)
        assert self.get(f"{URL}{doubt.pk}/picture/").status_code == 404

    def test_a_mistyped_number_is_told(self) -> None:
        self.sit(self.w.hema)
        assert "one digit may be wrong" in text_of(self.get(URL, number="12"))


class VerdictTests(DoubtsCase):
    def one(self) -> Doubt:
        return Doubt.objects.filter(complaint=self.doubted()).order_by("pk")[0]

    def test_keys_work_on_the_first(self) -> None:
        self.one()
        self.sit(self.w.hema)
        page = text_of(self.get(URL))
        assert page.count('data-key="y"') == page.count('data-key="x"') == 1

    def test_the_work_was_done(self) -> None:
        doubt = self.one()
        self.sit(self.w.hema)
        assert self.answer(doubt, "done") == 302
        assert "No proof is in doubt" in text_of(self.get(URL))
        assert self.fresh(doubt).status == Status.RESOLVED

    def test_the_work_was_not_done(self) -> None:
        doubt = self.one()
        self.sit(self.w.hema)
        assert self.answer(doubt, "not-done", reason="") == 422
        assert self.answer(doubt, "not-done", reason=REASON) == 302
        complaint = self.fresh(doubt)
        assert complaint.resolved_at is None
        assert complaint.reopened == 1
        assert Message.objects.get(complaint=complaint, text=REASON).public is False
        page = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
        assert "Opened again: its proof did not hold" in page
        assert "The citizen says it is not solved" not in page

    def test_the_second_who_decides_is_told(self) -> None:
        doubt = self.one()
        self.sit(self.w.sunil)
        assert self.answer(doubt, "done") == 302
        self.sit(self.w.hema)
        response = self.client.post(f"{URL}{doubt.pk}/not-done/", {"reason": REASON})
        assert response.status_code == 409
        assert "decided this already" in text_of(response)
        assert self.fresh(doubt).status == Status.RESOLVED

    def test_the_head_who_did_the_work_is_offered_nothing(self) -> None:
        complaint = self.w.file(category=self.w.pothole, area=self.w.kothrud)
        resolve(
            complaint, action_taken="Filled the hole and rolled it", cause=self.w.wear,
            files=(self.proof(1),), actor=self.w.actor(self.w.hema),
            at=self.later(hours=1),
        )  # fmt: skip
        self.now = self.later(hours=2)
        doubt = Doubt.objects.get()
        self.sit(self.w.hema)
        page = text_of(self.get(URL))
        assert "Whoever showed the proof does not decide about it." in page
        self.answer(doubt, "done")
        doubt.refresh_from_db()
        assert doubt.verdict == ""

    def fresh(self, doubt: Doubt) -> Complaint:
        return Complaint.objects.get(pk=doubt.complaint_id)


class ElsewhereTests(DoubtsCase):
    def test_the_complaints_page_tells_the_head_alone(self) -> None:
        complaint = self.doubted()
        for officer, shown in (
            (self.w.hema, True), (self.w.sunil, True), (self.w.omkar, False),
            (self.w.asha, False),
        ):  # fmt: skip
            self.sit(officer)
            page = text_of(self.get(f"/admin/complaint/{complaint.number}/"))
            assert ("Doubtful proof" in page_without_bar(page)) is shown, officer

    def test_the_citizen_never_sees_it(self) -> None:
        complaint = self.doubted()
        doubt = Doubt.objects.filter(complaint=complaint).order_by("pk")[0]
        self.client.logout()
        before = self.citizens_page(complaint)
        self.sit(self.w.hema)
        self.answer(doubt, "not-done", reason=REASON)
        self.client.logout()
        after = self.citizens_page(complaint)
        assert "The office opened it again" in after
        for page in (before, after):
            for word in (
                "doubt",
                "proof",
                REASON,
                "did not hold",
                "You said it is not",
            ):
                assert word not in page, word

    def citizens_page(self, complaint: Complaint) -> str:
        response = self.client.get(f"/s/{complaint.token}", follow=True)
        assert response.status_code == 200
        return text_of(response)

    def test_the_officer_in_the_field_reads_why_it_is_open_again(self) -> None:
        doubt = Doubt.objects.filter(complaint=self.doubted()).order_by("pk")[0]
        self.sit(self.w.hema)
        self.answer(doubt, "not-done", reason=REASON)
        number = self.fresh_number(doubt)
        Officer.objects.filter(pk=self.w.hema.pk).update(language="en")
        page = text_of(self.get(f"/field/{number}/"))
        assert REASON in page

    def fresh_number(self, doubt: Doubt) -> str:
        return Complaint.objects.get(pk=doubt.complaint_id).number


def page_without_bar(page: str) -> str:
    return page[page.index('class="case') :]

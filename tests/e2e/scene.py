"""A desk with something on every page: a complaint at each stage, help, ratings."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from complaints.attachments import store
from complaints.models import Complaint
from complaints.services import note, reply
from complaints.status import Status
from feedback.call_backs import owe
from feedback.causes import record_measure
from feedback.follow_ups import close_follow_up
from feedback.models import CallBack, Doubt, FollowUp, RatingRequest
from feedback.services import ask, latest_request, rate
from helpline.models import WrapUpCode
from notices.models import Article
from operations.generation import bump
from tests.base import NOW, World, names
from tests.builders import photo
from tests.complaints.stage import to_stage
from tests.feedback.panels import consumers, drawn, questions, seats

HINDI = "कोथरूड में स्कूल के सामने सड़क में गड्ढा है"


@dataclass
class Scene:
    w: World
    at: datetime = NOW
    by_stage: dict[str, Complaint] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._help()
        for stage in Status:
            self.by_stage[stage] = to_stage(self.w, stage, self.at)
        self.fresh = self.w.file(
            HINDI, language="hi", place="कर्वे रोड", pin="411038", latitude=18.51,
            longitude=73.83, files=(store(photo(), at=self.at),), at=self.at,
        )  # fmt: skip
        self.danger = self.w.file("A child fell in manhole in Kothrud", at=self.at)
        self.odd = self.w.file("गड्ढा, पानी नहीं, सब खराब है", language="hi", at=self.at)
        self.late = self.w.file(at=self.at - timedelta(days=4))
        self._talk()
        self.asked = self._asked_of(Status.RESOLVED)
        owe(self.asked.event, why="asked", at=self.at)
        self.call = CallBack.objects.get(event=self.asked.event, side="desk")
        self._low_rating()
        self._doubt()
        self.again = self._followed_up()
        questions(self.w)
        consumers(self.w, self.w.kothrud, 2)
        self.seat = seats(drawn(self.w, at=self.at))[0]

    def _help(self) -> None:
        for code, label, counts_as in (
            ("W01", "New complaint", "complaint"), ("W02", "Joined", "complaint"),
            ("W03", "Status told", "FCR"), ("W05", "Information given", "FCR"),
        ):  # fmt: skip
            given = {"names": names(label, "जानकारी"), "counts_as": counts_as}
            WrapUpCode.objects.get_or_create(code=code, defaults=given)
        Article.objects.create(
            organisation=self.w.pune, code="TAX", topic="property_tax",
            titles=names("When is property tax due?", "संपत्ति कर कब देना है?"),
            bodies=names("By 31 May.\n\nAt any ward office.", "31 मई तक."),
            words=["property tax"],
        )  # fmt: skip
        bump("notices")

    def _talk(self) -> None:
        omkar = self.w.actor(self.w.omkar)
        case = self.by_stage[Status.IN_PROGRESS]
        reply(case, text="We come this afternoon.", actor=omkar, at=self.at)
        note(case, text="The key is with the guard.", actor=omkar, at=self.at)

    def _asked_of(self, stage: str) -> RatingRequest:
        found = latest_request(self.by_stage[stage])
        return found or ask(self.by_stage[stage].events.get(kind="resolved"))

    def _doubt(self) -> None:
        done = self.by_stage[Status.RESOLVED]
        proof = done.attachments.get()
        assert proof.event is not None
        Doubt.objects.create(
            complaint=done, event=proof.event, attachment=proof, kind="far",
            metres=1200, at=self.at,
        )  # fmt: skip
        Doubt.objects.create(
            complaint=done, event=proof.event, attachment=proof, kind="same",
            other=proof, at=self.at,
        )  # fmt: skip

    def _low_rating(self) -> None:
        case = self.by_stage[Status.CLOSED]
        self.rated = self._asked_of(Status.CLOSED)
        rate(
            self.rated, score=1, solved=True, comment="दो बार कहना पड़ा",
            channel="web", actor=self.w.citizen(case), at=self.at,
        )  # fmt: skip

    def _followed_up(self) -> RatingRequest:
        """A low rating with its cause and its measure; the citizen is asked anew."""
        case, w = to_stage(self.w, Status.RESOLVED, self.at), self.w
        asked = latest_request(case) or ask(case.events.get(kind="resolved"))
        rate(
            asked, score=2, solved=False, comment="पुन्हा खड्डा", took_minutes=2880,
            channel="web", actor=w.citizen(case), at=self.at,
        )  # fmt: skip
        Complaint.objects.filter(pk=case.pk).update(status=Status.RESOLVED)
        close_follow_up(
            FollowUp.objects.get(complaint=case), reason="temporary",
            outcome="A second team laid it anew", actor=w.actor(w.sunil), at=self.at,
        )  # fmt: skip
        record_measure(
            w.pune, w.roads, month=date(2026, 11, 1), reason="temporary",
            text="Each repair is looked at again after a week",
            actor=w.actor(w.hema), at=self.at,
        )  # fmt: skip
        return RatingRequest.objects.get(second=True)

    def citizen_pages(self) -> dict[str, str]:
        """What one gets by an address alone; the links open the rest for a visitor."""
        pages = {
            "home": "/",
            "wrong number": "/?number=148302975117",
            "form": "/new/PUNE/",
            "bare number": f"/c/{self.fresh.number}/",
            "unknown": "/c/148302975116/",
            "rating": f"/f/{self.asked.token}",
            "rated": f"/f/{self.rated.token}",
            "second rating": f"/f/{self.again.token}",
            "no such rating": "/f/abcdefgh12345678",
            "area panel": f"/p/{self.seat.token}",
            "help": "/help/",
            "help of one": "/help/?org=PUNE",
            "help found": "/help/?org=PUNE&q=tax",
            "article": "/help/PUNE/TAX/",
            "sign in": "/accounts/login/",
            "forgotten": "/accounts/password/reset/",
        }
        own = {
            "routed": self.fresh, "danger": self.danger, "odd": self.odd,
            "late": self.late, **self.by_stage,
        }  # fmt: skip
        pages |= {f"status {name}": f"/s/{c.token}" for name, c in own.items()}
        pages["sent"] = f"/c/{self.fresh.number}/sent/"
        return pages

    def field_pages(self) -> dict[str, str]:
        """For Omkar, on the phone."""
        case = f"/field/{self.fresh.number}/"
        work = f"/field/{self.by_stage[Status.IN_PROGRESS].number}/"
        return {
            "jobs": "/field/",
            "office's jobs": "/field/?tab=office",
            "waiting": "/field/?tab=waiting",
            "done": "/field/?tab=done",
            "near": "/field/?near=18.51,73.83",
            "job": case,
            "job at work": work,
            "job waits": f"/field/{self.by_stage[Status.NEED_INFO].number}/",
            "solve": f"{work}solved/",
            "ask": f"{work}ask/",
            "note": f"{work}note/",
            "hand over": f"{work}hand-over/",
            "hold": f"{work}hold/",
            "no such job": "/field/148302975116/",
        }

    def desk_pages(self) -> dict[str, str]:
        """For Sunil the supervisor."""
        case = f"/admin/complaint/{self.by_stage[Status.IN_PROGRESS].number}/"
        return {
            "start": "/admin/",
            "console": "/admin/console/",
            "console with a caller": "/admin/console/?who=9999900001",
            "queue": "/admin/queue/?view=open",
            "triage": "/admin/queue/?view=triage",
            "empty queue": "/admin/queue/?view=appeals&criticality=low",
            "search": "/admin/queue/?q=Meera",
            "nothing found": "/admin/queue/?q=zzzz",
            "complaint": case,
            "complaint, note open": f"{case}?open=note",
            "complaint, reply open": f"{case}?open=reply",
            "triage complaint": f"/admin/complaint/{self.odd.number}/?open=assign",
            "closed complaint": (
                f"/admin/complaint/{self.by_stage[Status.CLOSED].number}/"
            ),
            "call-backs": "/admin/call-backs/",
            "call-back": f"/admin/call-backs/{self.call.pk}/",
            "doubtful proofs": "/admin/doubts/",
            "solved complaint": (
                f"/admin/complaint/{self.by_stage[Status.RESOLVED].number}/"
            ),
            "follow-ups": "/admin/follow-ups/",
            "all follow-ups": "/admin/follow-ups/?show=all",
            "done follow-ups": "/admin/follow-ups/?show=done",
            "causes": "/reports/causes/",
            "reports": "/reports/",
            "official and confirmed": "/reports/truth/?month=2026-11",
            "ratings": "/reports/ratings/?month=2026-11",
            "reports list": "/reports/list/?month=2026-11&cell=received",
            "refused": "/office/",
        }

    def settings_pages(self) -> dict[str, str]:
        """For Amrita the administrator: Django's own, in our colours."""
        kinds = "/admin/complaints/category/"
        return {
            "categories": kinds,
            "one category": f"{kinds}{self.w.pothole.pk}/change/",
            "officers": "/admin/officers/officer/",
            "one officer": f"/admin/officers/officer/{self.w.omkar.pk}/change/",
            "notices": "/admin/notices/notice/",
        }

    def office_pages(self) -> dict[str, str]:
        """For Hema, head of the ward office."""
        return {
            "office": "/office/",
            "office today": "/office/?period=today",
            "office, bad days": "/office/?from=1900-13-01&to=x",
            "office list": "/office/list/?cell=open",
            "head's call-backs": "/admin/call-backs/?side=office",
            "head's reports": "/reports/",
            "head's complaint": f"/admin/complaint/{self.late.number}/",
        }

"""Rules of the desk: when one holds, which comes first, what it changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from complaints.models import Connection, Event, Source
from escalation.decisions import rules
from escalation.decisions.deciding import decide
from escalation.decisions.question import Question
from escalation.desk_rules.ruling import first, matches
from escalation.models import RoutingRule
from officers.models import Area, Posting, Role
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW
from tests.escalation.rules import AUNDH, RuleCase


class ConditionTests(RuleCase):
    """Each alone: what it holds for, what it does not."""

    def holds(self, question: Question, at: datetime = NOW, **given: Any) -> bool:
        rule = self.rule(**given)
        found = matches(rule, question, at)
        ruled = first(question, at)
        assert (found is None) == (ruled is None)
        rule.active = False
        rule.save(update_fields=["active"])
        bump("escalation")
        return found is not None

    def test_a_hashtag_in_any_spelling(self) -> None:
        for text in ("look #pressSewa", "(#PRESSSEWA)", "x\n#PressSewa now"):
            assert self.holds(self.ask(text), hashtags=["#PressSewa"])
        for text in ("PressSewa", "#PressSewas", "#Press Sewa", "##PressSewa"):
            assert not self.holds(self.ask(text), hashtags=["#PressSewa", "#other"])

    def test_words_in_other_spellings_and_languages(self) -> None:
        for text in (
            "there is a big pothole",
            "sadak me gaddha hai",
            "रस्त्यावर खड्डा पडला",
            "una buca enorme",
            "potholle here",
        ):
            with self.subTest(text=text):
                assert self.holds(self.ask(text), words=["pothole"])
        assert not self.holds(self.ask("no water at all"), words=["pothole"])

    def test_words_of_one_phrase_close_together(self) -> None:
        given: dict[str, Any] = {"words": ["school gate", "ganpati mandal"]}
        assert self.holds(self.ask("The gate of the school is broken"), **given)
        assert self.holds(self.ask("near Ganpati mandal"), **given)
        far = "The school is fine. Water came late, and power too. But a gate fell."
        assert not self.holds(self.ask(far), **given)

    def test_it_tells_the_words_as_they_were_heard(self) -> None:
        rule = self.rule(words=["pothole"], hashtags=["#x"])
        found = matches(rule, self.ask("Gaddha here #X"), NOW)
        assert found == ("#x", "gaddha")

    def test_a_pattern_in_text_and_place(self) -> None:
        given: dict[str, Any] = {"pattern": r"road (no|number) \d+"}
        assert self.holds(self.ask("at ROAD No 12"), **given)
        assert self.holds(self.ask("broken", place="Road number 7"), **given)
        assert not self.holds(self.ask("road no twelve"), **given)
        assert self.holds(self.ask("आज सड़क बंद है"), pattern="सड़क.*बंद")
        assert not self.holds(self.ask("half a letter \ud800"), **given)

    def test_a_pattern_that_a_program_wrote_wrongly_never_holds(self) -> None:
        with self.assertLogs("escalation.desk_rules.ruling", "ERROR"):
            assert not self.holds(self.ask(), pattern="(")
            assert not self.holds(self.ask(point=(18.51, 73.81)), polygon="{}")
            assert not self.holds(self.ask(), hours="never")

    def test_a_kind_found_or_chosen(self) -> None:
        given: dict[str, Any] = {"categories": [self.w.pothole, self.w.bribe]}
        assert self.holds(self.ask(), **given)
        assert self.holds(self.ask("look", category=self.w.pothole), **given)
        assert not self.holds(self.ask("no water in Kothrud"), **given)
        assert not self.holds(self.ask("it is bad"), **given)

    def test_a_place_and_all_within_it(self) -> None:
        given: dict[str, Any] = {"areas": [self.w.aundh]}
        assert self.holds(self.ask("pothole in Sus"), **given)
        assert self.holds(self.ask("pothole", pin="411007"), **given)
        assert not self.holds(self.ask("pothole in Kothrud"), **given)
        assert not self.holds(self.ask("pothole"), **given)

    def test_a_border_needs_a_point(self) -> None:
        assert self.holds(self.ask("x", point=(18.51, 73.81)), polygon=AUNDH)
        assert self.holds(self.ask("x", point=(18.50, 73.80)), polygon=AUNDH)
        assert not self.holds(self.ask("x", point=(73.81, 18.51)), polygon=AUNDH)
        assert not self.holds(self.ask("pothole in Aundh"), polygon=AUNDH)

    def test_a_way_in(self) -> None:
        given: dict[str, Any] = {"sources": [Source.objects.get(code="paper")]}
        assert self.holds(self.ask(source="paper"), **given)
        assert not self.holds(self.ask(source="web"), **given)

    def test_an_account(self) -> None:
        given: dict[str, Any] = {"accounts": [self.account()]}
        assert self.holds(self.ask(account="pmc-mail"), **given)
        assert not self.holds(self.ask(account="other"), **given)
        assert not self.holds(self.ask(), **given)
        assert not self.holds(self.ask(), accounts=[self.account("")])

    def test_hours_of_the_organisations_own_clock(self) -> None:
        given: dict[str, Any] = {"hours": "mon-fri 09:00-18:00"}
        monday = datetime(2026, 11, 23, 3, 29, 59, tzinfo=UTC)  # 08:59:59 in Pune
        assert not self.holds(self.ask(), monday, **given)
        assert self.holds(self.ask(), monday + timedelta(seconds=1), **given)
        assert not self.holds(self.ask(), monday + timedelta(hours=9.01), **given)
        assert self.holds(self.ask(), monday, hours="always")

    def test_a_language(self) -> None:
        assert self.holds(self.ask(language="mr"), languages=["hi", "mr"])
        assert not self.holds(self.ask(language="en"), languages=["hi", "mr"])

    def test_a_kind_of_connection(self) -> None:
        given: dict[str, Any] = {"connection_kinds": ["Factory", "shop"]}
        assert self.holds(self.ask(connection_kind="factory"), **given)
        assert not self.holds(self.ask(connection_kind="domestic"), **given)
        assert not self.holds(self.ask(), **given)

    def test_all_that_are_given_must_hold(self) -> None:
        given: dict[str, Any] = {"words": ["pothole"], "languages": ["mr"]}
        assert self.holds(self.ask(language="mr"), **given)
        assert not self.holds(self.ask(language="hi"), **given)
        assert not self.holds(self.ask("no water", language="mr"), **given)

    def test_without_any_it_never_holds(self) -> None:
        assert not self.holds(self.ask())

    def test_a_draft_that_was_never_saved(self) -> None:
        draft = RoutingRule(
            organisation=self.w.pune, name="Draft", words=["pothole"], flags=["x"]
        )
        assert matches(draft, self.ask(), NOW) == ("pothole",)
        found = first(self.ask(), NOW, instead=draft)
        assert found and found.rule is draft


class PrecedenceTests(RuleCase):
    def winner(self, **over: Any) -> str:
        found = first(self.ask(**over), NOW)
        return found.rule.name if found else ""

    def test_the_lowest_number_then_the_older(self) -> None:
        self.rule(name="late", words=["pothole"], position=20)
        self.rule(name="first", words=["pothole"], position=10)
        self.rule(name="second", words=["pothole"], position=10)
        assert self.winner() == "first"

    def test_the_nearest_organisation_before_any_number(self) -> None:
        self.rule(organisation=self.w.upp, name="above", words=["light"], position=1)
        self.rule(organisation=self.w.mvv, name="own", words=["light"], position=9)
        self.rule(organisation=self.w.kes, name="sister", words=["light"], position=0)
        for house, name in ((self.w.mvv, "own"), (self.w.upp, "above")):
            assert self.winner(text="no light", organisation=house) == name
        assert self.winner(text="no light") == ""

    def test_those_that_are_off_or_not_yet_or_no_more_wait(self) -> None:
        day = date(2026, 11, 21)
        one = timedelta(days=1)
        self.rule(name="off", words=["pothole"], active=False)
        self.rule(name="ended", words=["pothole"], valid_to=day - one)
        self.rule(name="coming", words=["pothole"], valid_from=day + one)
        assert self.winner() == ""
        self.rule(name="today", words=["pothole"], valid_from=day, valid_to=day)
        assert self.winner() == "today"

    def test_the_day_is_the_organisations_own(self) -> None:
        self.rule(name="22nd", words=["pothole"], valid_from=date(2026, 11, 22))
        late = datetime(2026, 11, 21, 18, 29, tzinfo=UTC)  # 23:59 in Pune
        assert first(self.ask(), late) is None
        assert first(self.ask(), late + timedelta(minutes=1))

    def test_a_draft_takes_the_place_of_its_row(self) -> None:
        row = self.rule(name="row", words=["pothole"], position=10)
        self.rule(name="next", words=["pothole"], position=20)
        draft = RoutingRule.objects.get(pk=row.pk)
        draft.name, draft.words = "draft", ["no water"]
        found = first(self.ask(), NOW, instead=draft)
        assert found and found.rule.name == "next"
        draft = RoutingRule.objects.get(pk=row.pk)
        draft.name, draft.active = "draft", False
        draft.valid_to = date(2020, 1, 1)
        found = first(self.ask(), NOW, instead=draft)
        assert found and found.rule.name == "draft"


class ResultTests(RuleCase):
    def test_it_sends_to_another_office(self) -> None:
        rule = self.rule(words=["pothole"], to_office=self.w.aundh, flags=[])
        complaint = self.w.file("Big pothole in Kothrud")
        assert (complaint.office, complaint.area) == (self.w.aundh, self.w.kothrud)
        assert complaint.category == self.w.pothole
        assert complaint.owner == self.w.nitin
        row = self.kept(complaint)
        assert (row.rule, row.ruling, row.confidence) == (rules.RULING, rule, 1.0)
        assert row.inputs["ruling"]["then"] == ["to_office"]
        assert row.matched[0] == "pothole"

    def test_it_sends_what_nobody_understands(self) -> None:
        self.rule(
            hashtags=["#press"], to_office=self.w.zone, to_department=self.w.roads
        )
        complaint = self.w.file("please look #press")
        assert (complaint.status, complaint.office) == ("assigned", self.w.zone)
        assert (complaint.category, complaint.department) == (None, self.w.roads)

    def test_it_names_the_kind_and_the_place_finds_the_office(self) -> None:
        self.rule(words=["school gate"], to_category=self.w.resurfacing)
        complaint = self.w.file("the school gate in Kothrud")
        assert complaint.category == self.w.resurfacing
        assert (complaint.office, complaint.owner) == (self.w.kothrud, self.w.omkar)
        row = self.kept(complaint)
        assert (row.rule, row.confidence) == (rules.OFFICE, 1.0)
        assert row.inputs["category"] == rules.RULING

    def test_it_names_the_department(self) -> None:
        self.rule(words=["pothole"], to_department=self.w.water)
        complaint = self.w.file("pothole in Kothrud")
        assert complaint.category == self.w.pothole
        assert (complaint.department, complaint.owner) == (self.w.water, self.w.wasim)

    def test_a_department_needs_no_kind(self) -> None:
        self.rule(words=["ganpati mandal"], to_department=self.w.roads)
        complaint = self.w.file("ganpati mandal, Kothrud")
        assert (complaint.category, complaint.owner) == (None, self.w.omkar)

    def test_it_sends_to_an_organisation_below_or_beside(self) -> None:
        self.rule(
            organisation=self.w.upp, hashtags=["#mela"], to_organisation=self.w.mvv
        )
        complaint = self.w.file("no light, Gomti Nagar #mela", organisation=self.w.upp)
        assert (complaint.organisation, complaint.owner) == (self.w.mvv, self.w.ravi)
        assert self.kept(complaint).inputs["organisation"] == rules.RULING
        sister = self.w.file("no light #mela", organisation=self.w.kes)
        assert sister.organisation == self.w.mvv

    def test_it_follows_an_office_to_its_organisation(self) -> None:
        self.rule(organisation=self.w.upp, words=["no light"], to_office=self.w.gomti)
        complaint = self.w.file("no light", organisation=self.w.upp)
        assert (complaint.organisation, complaint.office) == (self.w.mvv, self.w.gomti)

    def test_it_ends_a_contradiction(self) -> None:
        spot = Connection.objects.create(
            organisation=self.w.mvv, number="1700000002", area=self.w.gomti
        )
        self.rule(organisation=self.w.upp, hashtags=["#kesco"], to_office=self.w.gomti)
        complaint = self.w.file(
            "#kesco light nahi", organisation=self.w.upp, connection=spot
        )
        assert complaint.office == self.w.gomti

    def test_its_people_come_first(self) -> None:
        Posting.objects.create(
            officer=self.w.zoya, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.kothrud, department=self.w.roads, valid_from=date(2020, 1, 1),
        )  # fmt: skip
        bump(REFERENCE)
        self.rule(words=["pothole"], pool=[self.w.zoya])
        assert self.w.file("pothole in Kothrud").owner == self.w.zoya

    def test_it_changes_how_bad_and_how_soon_and_marks_it(self) -> None:
        self.rule(
            words=["pothole"], criticality="low", horizon="long",
            flags=["press", "school"],
        )  # fmt: skip
        complaint = self.w.file("pothole in Kothrud")
        assert (complaint.criticality, complaint.horizon) == ("low", "long")
        assert complaint.flags == ["press", "school"]
        complaint.refresh_from_db()
        assert complaint.flags == ["press", "school"]
        event = Event.objects.get(complaint=complaint, kind="assigned")
        assert event.data["flags"] == ["press", "school"]
        self.client.force_login(self.w.sunil)
        for page in (f"/admin/complaint/{complaint.number}/", "/admin/queue/"):
            assert "school</span>" in self.client.get(page).content.decode()

    def test_it_marks_what_a_person_must_sort(self) -> None:
        self.rule(words=["pothole"], flags=["press"])
        complaint = self.w.file("a pothole")
        assert (complaint.status, complaint.flags) == ("triage", ["press"])
        assert self.kept(complaint).rule == rules.NO_PLACE

    def test_it_never_makes_an_emergency_less(self) -> None:
        self.rule(
            words=["manhole"], to_category=self.w.resurfacing, criticality="low",
            horizon="long",
        )  # fmt: skip
        for text in ("child fell in manhole, Kothrud", "open manhole in Kothrud"):
            complaint = self.w.file(text)
            assert complaint.category == self.w.resurfacing
            assert complaint.emergency
            assert complaint.horizon == "immediate"

    def test_it_may_make_an_emergency(self) -> None:
        self.rule(words=["school gate"], criticality="emergency")
        complaint = self.w.file("the school gate leans, Kothrud")
        assert complaint.emergency
        assert complaint.horizon == "immediate"

    def test_what_ended_is_found_as_before(self) -> None:
        gone = date(2026, 11, 1)
        self.rule(words=["pothole"], to_office=self.w.aundh, to_category=self.w.bribe)
        Area.objects.filter(pk=self.w.aundh.pk).update(valid_to=gone)
        type(self.w.bribe).objects.filter(pk=self.w.bribe.pk).update(valid_to=gone)
        bump(REFERENCE)
        bump("complaints")
        complaint = self.w.file("pothole in Kothrud")
        assert (complaint.category, complaint.office) == (
            self.w.pothole, self.w.kothrud,
        )  # fmt: skip

    def test_a_rule_can_be_given_or_left_out(self) -> None:
        self.rule(words=["pothole"], to_office=self.w.aundh)
        question = self.ask()
        assert decide(question, NOW).office == self.w.aundh
        assert decide(question, NOW, ruled=None).office == self.w.kothrud

    def test_nobody_is_sent_what_is_complained_of_them(self) -> None:
        self.rule(areas=[self.w.kothrud], to_office=self.w.kothrud)
        complaint = self.w.file("Bribe asked at the ward office in Kothrud")
        assert complaint.office == self.w.city
        assert self.kept(complaint).rule == rules.ELSEWHERE
        assert self.w.file("pothole in Kothrud").office == self.w.kothrud

    def test_pages_bear_a_complaint_without_a_kind(self) -> None:
        self.rule(words=["ganpati mandal"], to_office=self.w.kothrud)
        complaint = self.w.file("ganpati mandal", phone="+919999900042")
        assert complaint.category is None
        for officer, page in (
            (self.w.sunil, f"/admin/complaint/{complaint.number}/"),
            (self.w.sunil, "/admin/queue/"),
            (self.w.hema, "/office/"),
            (self.w.omkar, "/field/"),
        ):
            self.client.force_login(officer)
            assert self.client.get(page).status_code == 200, page
        self.client.logout()
        page = f"/s/{complaint.token}/"
        assert self.client.get(page, follow=True).status_code == 200

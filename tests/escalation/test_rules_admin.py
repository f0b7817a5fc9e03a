"""The rules of the desk in the back office, as an administrator meets them."""

from datetime import date
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from escalation import reference
from escalation.models import RoutingRule
from officers.models import Area, Officer, Posting, Role
from officers.trees import REFERENCE
from operations.generation import bump
from tests.escalation.rules import AUNDH, RuleCase

LIST = "/admin/escalation/routingrule/"
ADD = f"{LIST}add/"


class AdminCase(RuleCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.w.admin)

    def typed(self, **over: Any) -> dict[str, Any]:
        """What a browser sends: every field, the empty ones too."""
        empty = dict.fromkeys(
            (
                "valid_from", "valid_to", "hashtags", "pattern", "hours", "polygon",
                "connection_kinds", "to_organisation", "to_category", "to_department",
                "to_office", "criticality", "horizon", "flags",
            ),
            "",
        )  # fmt: skip
        given = {
            "organisation": self.w.pune.pk, "name": "School roads", "position": 10,
            "words": "pothole\n\n  hole   in road ", "areas": [self.w.kothrud.pk],
            "to_office": self.w.aundh.pk,
        }  # fmt: skip
        return empty | given | over

    def url(self, rule: RoutingRule) -> str:
        return f"{LIST}{rule.pk}/change/"

    def errors(self, answer: Any) -> dict[str, Any]:
        return dict(answer.context["adminform"].form.errors)

    def text(self, answer: Any) -> str:
        return str(answer.content.decode())


class WritingTests(AdminCase):
    def test_a_rule_made_there_routes_the_next_complaint(self) -> None:
        assert self.w.file("pothole in Kothrud").office == self.w.kothrud
        answer = self.client.post(ADD, self.typed())
        assert answer.status_code == 302, self.errors(answer)
        rule = RoutingRule.objects.get()
        assert (rule.active, rule.words) == (False, ["pothole", "hole in road"])
        assert self.w.file("pothole in Kothrud").office == self.w.kothrud
        act = {"action": "switch_on", "_selected_action": [rule.pk]}
        told = self.client.post(LIST, act, follow=True)
        assert "“School roads” is on." in self.text(told)
        assert self.w.file("pothole in Kothrud").office == self.w.aundh
        changed = self.typed(active="on", areas=[self.w.aundh.pk], flags="press\npress")
        assert self.client.post(self.url(rule), changed).status_code == 302
        assert self.w.file("pothole in Kothrud").office == self.w.kothrud
        act["action"] = "switch_off"
        self.client.post(LIST, act)
        rule.refresh_from_db()
        assert (rule.active, rule.flags) == (False, ["press"])
        assert LogEntry.objects.filter(object_id=str(rule.pk)).count() == 4

    def test_it_keeps_all_that_was_typed(self) -> None:
        account = self.account()
        source = self.w.file().source
        given = self.typed(
            hashtags="#PressSewa\n#b", pattern="road (no|number)", polygon=AUNDH,
            categories=[self.w.pothole.pk], sources=[source.pk],
            accounts=[account.pk], languages=["hi", "mr"], hours="mon 10:00-12:00",
            connection_kinds="shop\nfarm", to_organisation=self.w.pune.pk,
            to_department=self.w.water.pk, to_category=self.w.no_water.pk,
            pool=[self.w.nitin.pk], criticality="high", horizon="mid", flags="press",
            valid_from="2026-11-01", valid_to="2026-11-30",
        )  # fmt: skip
        answer = self.client.post(ADD, given)
        assert answer.status_code == 302, self.errors(answer)
        rule = RoutingRule.objects.get()
        page = self.client.get(self.url(rule))
        form = page.context["adminform"].form
        shown = {name: form[name].value() for name in given if name in form.fields}
        assert shown["hashtags"] == "#PressSewa\n#b"
        assert shown["accounts"] == [account.pk]
        assert (rule.languages, rule.connection_kinds) == (
            ["hi", "mr"],
            ["shop", "farm"],
        )
        assert list(rule.pool.all()) == [self.w.nitin]
        given |= {"active": "on"}
        assert self.client.post(self.url(rule), given).status_code == 302

    def test_it_keeps_what_was_chosen_and_has_ended(self) -> None:
        rule = self.rule(
            words=["pothole"], areas=[self.w.kothrud, self.w.aundh],
            to_office=self.w.aundh, pool=[self.w.nitin],
        )  # fmt: skip
        Area.objects.filter(pk=self.w.aundh.pk).update(valid_to=date(2026, 1, 1))
        Officer.objects.filter(pk=self.w.nitin.pk).update(is_active=False)
        bump(REFERENCE)
        both = [self.w.kothrud.pk, self.w.aundh.pk]
        given = self.typed(areas=both, pool=[self.w.nitin.pk], name="Kept")
        answer = self.client.post(self.url(rule), given)
        assert answer.status_code == 302, self.errors(answer)
        assert rule.areas.count() == 2
        assert self.w.aundh not in (
            self.client.get(ADD).context["adminform"].form.fields["areas"].queryset
        )

    def test_it_says_what_to_mend_and_where(self) -> None:
        answer = self.client.post(
            ADD, self.typed(pattern="(", polygon="{", hours="mon", words="the")
        )
        assert set(self.errors(answer)) == {"pattern", "polygon", "hours", "words"}
        assert all(len(told) == 1 for told in self.errors(answer).values())
        answer = self.client.post(ADD, self.typed(to_office=""))
        assert self.errors(answer) == {
            "__all__": ["Say what it does: give at least one result."]
        }
        answer = self.client.post(ADD, self.typed(accounts=[self.account("").pk]))
        assert set(self.errors(answer)) == {"accounts"}

    def test_it_refuses_two_that_can_never_be_told_apart(self) -> None:
        self.rule(
            name="One", words=["potholes", "hole in road"], areas=[self.w.kothrud]
        )
        other = self.rule(name="Other", words=["tree"], active=False)
        assert self.client.post(self.url(other), self.typed()).status_code == 302
        answer = self.client.post(self.url(other), self.typed(active="on"))
        assert "“One” (number 100)" in str(self.errors(answer))
        act = {"action": "switch_on", "_selected_action": [other.pk]}
        told = self.text(self.client.post(LIST, act, follow=True))
        assert "“One” (number 100)" in told
        other.refresh_from_db()
        assert not other.active


class ScopeTests(AdminCase):
    def test_it_shows_and_offers_what_is_the_own_organisations(self) -> None:
        strange = self.rule(organisation=self.w.upp, name="Strange", words=["light"])
        assert "Strange" not in self.text(self.client.get(LIST))
        assert self.client.get(self.url(strange)).status_code == 302
        form = self.client.get(ADD).context["adminform"].form
        for name, stranger in (
            ("to_organisation", self.w.upp),
            ("to_category", self.w.no_supply),
            ("categories", self.w.no_supply),
            ("areas", self.w.gomti),
            ("to_office", self.w.gomti),
            ("pool", self.w.ravi),
        ):
            with self.subTest(field=name):
                offered = form.fields[name].queryset
                assert offered.exists()
                assert stranger not in offered
        assert self.w.sus not in form.fields["to_office"].queryset
        answer = self.client.post(ADD, self.typed(areas=[self.w.gomti.pk]))
        assert set(self.errors(answer)) == {"areas"}

    def test_a_sister_may_be_sent_to(self) -> None:
        Posting.objects.filter(officer=self.w.admin).update(organisation=self.w.kes)
        form = self.client.get(ADD).context["adminform"].form
        offered = set(form.fields["to_organisation"].queryset)
        assert offered == {self.w.upp, self.w.mvv, self.w.kes}
        assert set(form.fields["organisation"].queryset) == {self.w.kes}

    def test_who_only_reads_changes_nothing(self) -> None:
        rule = self.rule(words=["pothole"], to_office=self.w.aundh)
        Posting.objects.filter(officer=self.w.admin).update(role=Role.AUDITOR)
        assert self.client.get(LIST).status_code == 200
        page = self.client.get(self.url(rule))
        assert "send it to Aundh" in self.text(page)
        assert self.client.get(ADD).status_code == 403
        words = reverse("admin:escalation_routingrule_words", args=[rule.pk])
        assert self.client.post(words, self.typed()).status_code == 403
        assert self.client.post(LIST, {"move": f"up:{rule.pk}"}).status_code == 403

    def test_an_agent_sees_nothing(self) -> None:
        self.client.force_login(self.w.asha)
        assert self.client.get(LIST).status_code == 403


class ListTests(AdminCase):
    def test_it_lists_them_as_they_are_tried_in_plain_words(self) -> None:
        self.rule(name="Late", words=["no water"], position=30, active=False)
        self.rule(
            name="Early", words=["pothole", "tree"], areas=[self.w.kothrud],
            to_office=self.w.aundh, position=20,
        )  # fmt: skip
        text = self.text(self.client.get(LIST))
        assert text.index("Early") < text.index("Late")
        assert (
            "If the text speaks of “pothole” or “tree” and the place lies in Kothrud:"
            " send it to Aundh ward office and mark it: seen."
        ) in text
        only = self.text(self.client.get(f"{LIST}?state=on&house={self.w.pune.pk}"))
        assert "Early" in only
        assert "no water" not in only

    def test_it_moves_them_by_buttons(self) -> None:
        self.rule(name="ward", words=["pothole"], areas=[self.w.aundh], position=1)
        lamp = self.rule(name="lamp", words=["lamp"], position=2)
        page = self.text(self.client.get(LIST))
        assert (
            f'value="up:{lamp.pk}" id="up-{lamp.pk}" aria-label="Move “lamp” up"'
            in (page)
        )
        answer = self.client.post(f"{LIST}?state=on", {"move": f"up:{lamp.pk}"})
        assert answer["Location"] == f"{LIST}?state=on#up-{lamp.pk}"
        names = RoutingRule.objects.order_by("position").values_list("name", flat=True)
        assert list(names) == ["lamp", "ward"]
        city = self.rule(name="city", words=["pothole"], position=90)
        told = self.client.post(LIST, {"move": f"up:{city.pk}"}, follow=True)
        assert "would never be reached" in self.text(told)
        for wrong in ("up:0", "up:x", "side:1", f"side:{lamp.pk}"):
            assert self.client.post(LIST, {"move": wrong}).status_code in (403, 404)

    def test_it_asks_the_same_for_one_rule_and_for_thirty(self) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert self.client.get(LIST).status_code == 200
            return len(seen)

        def make(number: int) -> None:
            self.rule(
                name=f"r{number}", words=[f"tree {number}"], areas=[self.w.aundh],
                categories=[self.w.pothole], pool=[self.w.nitin], to_office=self.w.zone,
            )  # fmt: skip

        make(0)
        self.client.get(LIST)
        count()
        before = count()
        for number in range(1, 31):
            make(number)
        bump(reference.LEVELS)
        self.client.get(LIST)
        assert count() <= before
        assert before <= 18


class WordsTests(AdminCase):
    def say(self, url: str = f"{LIST}words/", **typed: Any) -> str:
        answer = self.client.post(url, self.typed(**typed))
        assert answer.status_code == 200
        return self.text(answer)

    def test_it_says_what_is_being_typed(self) -> None:
        text = self.say(criticality="high", valid_to="2026-11-30")
        assert (
            "If the text speaks of “pothole” or “hole in road” and the place lies in"
            " Kothrud: send it to Aundh ward office and make it: High."
        ) in text
        assert "An emergency stays an emergency." in text
        assert "It holds until" in text
        assert not RoutingRule.objects.exists()

    def test_it_bears_what_is_half_typed(self) -> None:
        text = self.say(words="", areas=[], to_office="", name="", position="x")
        assert "It never holds yet: give at least one condition." in text
        assert "nothing yet. Give at least one result." in self.say(to_office="")
        text = self.say(pattern="(", organisation="", name="")
        assert "the text fits the pattern (" in text
        assert "Before it can be switched on:" in self.say(pattern="(")
        assert "&lt;b&gt;" in self.say(words="<b>")

    def test_it_warns_of_a_twin_before_it_is_switched_on(self) -> None:
        self.rule(name="One", words=["pothole", "hole in road"], areas=[self.w.kothrud])
        assert "“One” (number 100)" in self.say()

    def test_it_knows_the_rule_that_is_changed(self) -> None:
        rule = self.rule(words=["pothole", "hole in road"], areas=[self.w.kothrud])
        url = reverse("admin:escalation_routingrule_words", args=[rule.pk])
        assert "Before it can be" not in self.say(url)
        assert self.client.get(url).status_code == 405

    def test_it_speaks_the_readers_language(self) -> None:
        Officer.objects.filter(pk=self.w.admin.pk).update(language="hi")
        rule = self.rule(categories=[self.w.pothole], areas=[self.w.aundh])
        page = self.client.get(self.url(rule), headers={"accept-language": "hi"})
        text = self.text(page)
        assert '<html lang="hi"' in text
        assert "“सड़क में गड्ढा”" in text
        assert "औंध" in self.text(
            self.client.get(LIST, headers={"accept-language": "hi"})
        )

    def test_every_box_of_ticks_has_a_name(self) -> None:
        text = self.text(self.client.get(ADD))
        assert text.count('class="check-list" role="group"') == 6
        for name in ("Place", "Kind of complaint", "Way in", "First to these officers"):
            assert f'aria-label="{name}"' in text
        assert "<style" not in text
        assert 'style="' not in text

    def test_the_form_asks_no_more_for_more_rules(self) -> None:
        rule = self.rule(words=["pothole"], areas=[self.w.aundh])
        self.client.get(self.url(rule))
        with CaptureQueriesContext(connection) as seen:
            self.client.get(self.url(rule))
        assert len(seen) <= 36

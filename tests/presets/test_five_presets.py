"""Five organisations in one installation, and nothing of one is seen in another."""

import csv
import re
from pathlib import Path

import pytest

from complaints.models import Category, Cause, Complaint
from complaints.refusals import NotAllowed
from complaints.services import Intake, bounce, forward, reply, resolve, start
from escalation.decisions import routing, rules
from escalation.models import Hashtag, RoutingDecision
from notices.models import ChannelAccount, Notice
from officers.models import Area, Organisation
from officers.trees import organisation_subtree, root_of
from presets.load import load
from presets.logins import logins
from tests.presets.five import AGENTS, NOON, ROOTS, TEXTS, FiveTestCase, officer

pytestmark = pytest.mark.long

DOMAIN = Path(__file__).parents[3] / "shared/domain/sample_posts.csv"
DESKS = {"electricity": ("UPPCL", "MPPMCL"), "municipal": ("PMC",)}
# Which organisations may have a post of the domain; a desk sorts what names nobody.
UNITS = {
    "BSNL": {"BSNL"}, "MTNL": {"MTNL"}, "DOP": {"DOP"}, "DOT": {"DOT"},
    "operator": {"DOT"}, "SOC": {"DOT", "RAIL"}, "TIM": {"TIM"},
    "Telecom Italia": {"TELECOM", "TITALIA"},
    "Impresa Semplice": {"IMPRESA", "TITALIA"},
}  # fmt: skip


class FivePresetsTests(FiveTestCase):
    # Loaded ---------------------------------------------------------------------
    def test_they_stand_side_by_side(self) -> None:
        tops = Organisation.objects.filter(parent=None).values_list("code", flat=True)
        assert set(tops) == set(ROOTS)
        of = {
            code: Organisation.objects.filter(parent__code=code).count()
            for code in ROOTS
        }
        assert of == {"PMC": 0, "UPPCL": 5, "MPPMCL": 3, "DOT": 9, "TITALIA": 3}
        levels = ("lsa", "postal_circle", "region")
        found = {
            level: Area.objects.filter(level=level).values("code").count()
            for level in levels
        }
        # 20 Italian regions and the four of the East
        assert found == {"lsa": 22, "postal_circle": 23, "region": 24}

    def test_a_second_loading_changes_nothing(self) -> None:
        for name in ("mp_east", "telecom_post", "telecom_italia"):
            with self.subTest(preset=name):
                assert load(name, at=NOON).tally.lines() == []

    def test_each_has_people_for_the_demonstration(self) -> None:
        found = logins()
        for code in ROOTS:
            roles = {each.role for each in found if each.organisation == code}
            with self.subTest(organisation=code):
                assert {"supervisor", "admin", "commissioner", "officer"} <= roles

    def test_each_number_belongs_to_one_of_them(self) -> None:
        rows = ChannelAccount.objects.filter(active=True, sender="sms_twilio")
        of = {row.organisation.code: row for row in rows.select_related("organisation")}
        assert {"PMC", "MVVNL", "PUVVNL", "DVVNL", "PVVNL", "KESCO"} <= of.keys()
        assert {"MPEZ", "BSNL", "DOP", "TIM", "IMPRESA", "TELECOM"} <= of.keys()
        assert all(row.address.startswith("+919999980") for row in of.values())
        assert not any(row.sealed or row.registered for row in of.values())

    # Routing --------------------------------------------------------------------
    def goes(self, code: str, text: str) -> tuple[str, str, str]:
        """Organisation, kind and rule of a post, without registering it."""
        organisation = Organisation.objects.get(code=code)
        intake = Intake(organisation=organisation, text=text, source="x")
        found = routing.preview(intake, at=NOON).decision
        kind = found.category.code if found.category else ""
        return found.organisation.code, kind, found.rule

    def test_a_post_goes_to_whom_it_names(self) -> None:
        for code, text, expected in (
            ("MPPMCL", "कटनी में ट्रांसफार्मर जल गया", ("MPEZ", "EL10")),
            ("MPPMCL", "East Discom ne bill zyada bheja hai", ("MPEZ", "EL26")),
            ("MPPMCL", "Indore me light nahi hai poore mohalle me", ("MPWZ", "EL02")),
            ("UPPCL", "KESCo: ghar ki light chali gayi", ("KESCO", "EL01")),
            ("DOT", "Tarang Mobile has no signal in Pune", ("OP-TARANG", "TP01")),
            ("DOT", "पार्सल खो गया, नागपूर", ("DOP", "TP24")),
            ("DOT", "Train late by six hours, no water", ("RAIL", "TP40")),
            ("DOT", "no signal in Maharashtra", ("DOT", "TP01")),
            ("TITALIA", "Impresa Semplice, fibra ferma a Milano", ("IMPRESA", "TP16")),
        ):
            with self.subTest(text=text):
                assert self.goes(code, text)[:2] == expected

    def test_a_state_of_two_trees_is_the_one_of_whoever_is_asked(self) -> None:
        post = self.file("DOT", "speed post delayed in Maharashtra")
        phone = self.file("DOT", "no signal on mobile in Maharashtra")
        assert (post.area and post.area.code) == "PC-MAHARASHTR"
        assert (phone.area and phone.area.code) == "LSA-MH"

    def test_the_posts_of_the_domain_go_to_nobody_wrong(self) -> None:
        if not DOMAIN.exists():
            self.skipTest("the domain's posts are not here")
        with DOMAIN.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        right = 0
        for row in rows:
            for code in self._desks(row):
                with self.subTest(text=row["text"], desk=code):
                    where, kind, rule = self.goes(code, row["text"])
                    unit = UNITS.get(row["expected_unit"], {code})
                    below = organisation_subtree(self._pk(code))
                    assert self._pk(where) in below
                    assert where in unit or rule in rules.SORTED_BY_HAND
                    assert kind in ("", row["expected_code"])
                    right += kind == row["expected_code"]
        assert right >= 55, right

    def _desks(self, row: dict[str, str]) -> tuple[str, ...]:
        if row["lang"] == "it":
            return ("TITALIA",)
        return DESKS.get(row["preset"], ("DOT",))

    def _pk(self, code: str) -> int:
        return Organisation.objects.get(code=code).pk

    # Hashtags: checks 1 and 2 of the domain, in their first half ----------------
    def test_a_command_goes_to_whom_it_names_and_is_urgent(self) -> None:
        complaint = self.file("DOT", "BSNL landline dead since ten days #BSNLSewa")
        assert complaint.organisation.code == "BSNL"
        assert complaint.category and complaint.category.code == "TP15"
        assert (complaint.criticality, complaint.horizon) == ("high", "immediate")
        assert complaint.owner == officer("nodal.bsnl")
        told = routing.sentence(complaint)
        assert "because of #BSNLSewa" in told
        assert "#BSNLSewa makes it: High, Immediate." in told

    def test_a_command_raises_what_would_have_waited(self) -> None:
        calm = self.file("DOT", "MTNL bill too high in Delhi")
        loud = self.file("DOT", "MTNL bill too high in Delhi #mtnlsewa")
        assert (calm.criticality, calm.horizon) == ("normal", "mid")
        assert (loud.criticality, loud.horizon) == ("high", "immediate")
        assert calm.organisation == loud.organisation == self._org("MTNL")

    def test_a_command_never_calms_a_danger(self) -> None:
        complaint = self.file("DOT", "fake sim, otp given and money gone #DoTSewa")
        assert complaint.criticality == "emergency"

    def test_without_a_command_the_words_and_the_operators_name_decide(self) -> None:
        complaint = self.file("DOT", "BSNL landline dead since ten days")
        assert complaint.organisation.code == "BSNL"
        assert complaint.category and complaint.category.code == "TP15"
        decision = RoutingDecision.objects.get(complaint=complaint)
        assert decision.inputs["organisation"] == rules.BY_NAME
        assert "tag" not in decision.inputs

    def test_the_desks_own_command_leaves_it_to_the_names_in_the_text(self) -> None:
        named = self.file("DOT", "Palash Mobile has no signal in Patna #DoTSewa")
        alone = self.file("DOT", "no signal on my mobile in Patna #DoTSewa")
        assert named.organisation.code == "OP-PALASH"
        assert named.office and named.office.code == "PALASH-DESK"
        assert alone.organisation.code == "DOT"
        for each in (named, alone):
            assert (each.criticality, each.horizon) == ("high", "immediate")
            assert "#DoTSewa makes it: High" in routing.sentence(each)

    def test_another_desk_does_not_know_the_command(self) -> None:
        complaint = self.file("PMC", "Pothole in Kothrud #BSNLSewa")
        assert complaint.organisation.code == "PMC"
        assert complaint.criticality == "high"  # as every pothole
        assert "BSNLSewa" not in routing.sentence(complaint)

    def test_a_command_ends(self) -> None:
        Hashtag.objects.filter(tag="#PostalSewa").update(valid_to="2026-11-22")
        complaint = self.file("DOT", "nobody answers #PostalSewa")
        assert complaint.organisation.code == "DOT"

    def _org(self, code: str) -> Organisation:
        return Organisation.objects.get(code=code)

    # Citizens' pages ------------------------------------------------------------

    def test_citizens_choose_among_them_and_are_spoken_to_in_theirs(self) -> None:
        home = self.client.get("/", headers={"accept-language": "en"})
        shown = home.content.decode()
        for name in ("Pune Municipal Corporation", "Telecom Italia group"):
            assert name in shown
        for name in ("Tarang Mobile", "Ministry of Railways", "East Discom", "TIM"):
            assert name not in shown
        form = self.client.get("/new/TITALIA/", headers={"accept-language": "it"})
        assert "Fattura o addebito errato" in form.content.decode()
        assert "Pothole" not in form.content.decode()

    # Kept apart -----------------------------------------------------------------
    def test_everybody_reads_their_own_only(self) -> None:
        for code, username in AGENTS.items():
            with self.subTest(person=username):
                assert self.sees(username) == {code}

    def test_queue_and_search_show_nothing_of_another(self) -> None:
        for mine, other in zip(ROOTS, ROOTS[1:] + ROOTS[:1], strict=True):
            self.sit(AGENTS[mine])
            theirs = self.filed[other]
            with self.subTest(agent=mine, other=other):
                queue = self.client.get("/admin/queue/", {"view": "open"})
                shown = set(re.findall(r'data-row="(\d{12})"', queue.content.decode()))
                assert shown == {self.filed[mine].number}
                for asked in (theirs.number, TEXTS[other][:20], "Meera"):
                    found = self.client.get("/admin/queue/", {"q": asked}, follow=True)
                    assert f'data-row="{theirs.number}"' not in found.content.decode()
                page = self.client.get(f"/admin/complaint/{theirs.number}/")
                assert page.status_code == 404

    def test_what_the_console_offers_is_ones_own(self) -> None:
        words = {"categories": ("signal", "voltage", "pothole"), "places": ("Nagpur",)}
        for code, username in AGENTS.items():
            self.sit(username)
            tree = organisation_subtree(Organisation.objects.get(code=code).pk)
            for name, asked in words.items():
                for word in asked:
                    given = {"q": word, "organisation": "1"}
                    page = self.client.get(f"/admin/console/{name}/", given)
                    assert page.status_code == 200
                    pks = [each["value"] for each in page.json()["options"]]
                    model = Area if name == "places" else None
                    owners = self._owners(pks, model)
                    with self.subTest(agent=username, word=word):
                        assert owners <= tree

    def _owners(self, pks: list[int], model: type[Area] | None) -> set[int]:
        rows = (model or Category)._default_manager.filter(pk__in=pks)
        return set(rows.values_list("organisation_id", flat=True))

    def test_a_holding_sees_its_companies_and_they_see_neither_it_nor_another(
        self,
    ) -> None:
        east = self.file("MPPMCL", "कटनी में वोल्टेज बहुत कम है")
        west = self.file("MPPMCL", "Indore me voltage kam hai")
        whole = self.file("MPPMCL", "1912 par koi phone nahi uthata")
        filed = {"east": east, "west": west, "whole": whole}
        for username, expected in (
            ("md.mppmcl", {"east", "west"}), ("agent.jabalpur", set(filed)),
            ("md.mpez", {"east"}), ("md.mpwz", {"west"}), ("md.mpcz", set()),
            ("agent.lucknow", set()),
        ):  # fmt: skip
            shown = Complaint.objects.visible_to(self.actor(username))
            mine = {name for name, row in filed.items() if row in shown}
            with self.subTest(person=username):
                assert mine - {"whole"} == expected - {"whole"}
                assert ("whole" in mine) == (
                    username in ("agent.jabalpur", "md.mppmcl")
                )

    # A private operator: check 3 ------------------------------------------------
    def two_operators(self) -> tuple[Complaint, Complaint]:
        return (
            self.file("DOT", "Tarang Mobile network nahi aa raha Pune me"),
            self.file("DOT", "Dhwani Telecom has no signal in Patna"),
        )

    def test_a_partner_sees_its_own_only(self) -> None:
        mine, theirs = self.two_operators()
        shown = Complaint.objects.visible_to(self.actor("partner.tarang"))
        assert list(shown) == [mine]
        self.sit("partner.tarang")
        assert mine.number in self.client.get("/field/").content.decode()
        assert self.client.get(f"/field/{theirs.number}/").status_code == 404
        assert self.client.get("/admin/queue/").status_code != 200

    def test_a_partner_answers_and_resolves(self) -> None:
        mine, theirs = self.two_operators()
        partner = self.actor("partner.tarang")
        start(mine, actor=partner, at=NOON)
        reply(mine, text="The tower lost power.", actor=partner, at=NOON)
        cause = Cause.objects.get(organisation__code="DOT", code="OPR-02")
        resolve(
            mine, action_taken="Power is back.", cause=cause, actor=partner, at=NOON
        )
        assert mine.status == "resolved"
        with pytest.raises(NotAllowed):
            start(theirs, actor=partner, at=NOON)

    # Other ministries: check 2, in its second half ------------------------------
    def test_a_person_sends_it_on_and_gets_it_back(self) -> None:
        complaint = self.file("DOT", "The train to Ballia had no light at all")
        number, received = complaint.number, complaint.received_by
        rail = Organisation.objects.get(code="RAIL")
        dispatcher = self.actor("dispatcher.dot")
        forward(
            complaint, organisation=rail, office=Area.objects.get(code="RAIL-DESK"),
            department=None, reason="It is about a train", actor=dispatcher, at=NOON,
        )  # fmt: skip
        assert (complaint.number, complaint.status) == (number, "forwarded")
        desk = self.actor("desk.rail")
        assert complaint in Complaint.objects.visible_to(desk)
        bounce(complaint, reason="It is the power company's", actor=desk, at=NOON)
        assert (complaint.status, complaint.organisation) == ("triage", received)

    def test_it_goes_to_another_house_too(self) -> None:
        complaint = self.filed["DOT"]
        mp = Organisation.objects.get(code="MPPMCL")
        forward(
            complaint, organisation=mp, office=None, department=None,
            reason="A power line lies on it", actor=self.actor("dispatcher.dot"),
            at=NOON,
        )  # fmt: skip
        assert "MPPMCL" in {
            Organisation.objects.get(pk=root_of(complaint.organisation_id)).code
        }
        assert complaint in Complaint.objects.visible_to(self.actor("agent.jabalpur"))

    # Brands: check 19, in part --------------------------------------------------
    def test_a_text_names_the_brand_in_its_language(self) -> None:
        for code, name in (("TIM", "TIM"), ("IMPRESA", "Impresa Semplice")):
            complaint = self.file(code, "il cellulare non prende", language="it")
            notice = Notice.objects.get(complaint=complaint, kind="registered")
            with self.subTest(brand=code):
                assert notice.text.startswith(f"{name}: segnalazione ")
                assert notice.account and notice.account.organisation.code == code

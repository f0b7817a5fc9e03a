"""The table of hashtags: whose desk reads it, whom it is for, what it asks for."""

from datetime import date

from django.contrib.admin.sites import AdminSite
from django.db.models import Model
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest
from django.test import RequestFactory

from complaints.models import Category, Complaint
from complaints.services import set_category
from escalation.admin_classes import HashtagAdmin, HashtagForm
from escalation.decisions import routing, rules
from escalation.language.lexicons import find_organisation
from escalation.models import Hashtag
from officers.models import Area, Officer, Organisation
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase, names

DAY = date(2026, 11, 21)


class HashtagCase(WorldTestCase):
    def tag(self, tag: str, target: Organisation, **over: object) -> Hashtag:
        desk = over.pop("desk", self.w.upp)
        row = Hashtag(organisation=desk, tag=tag, target=target, **over)  # type: ignore[misc]  # fields by name
        row.full_clean()
        row.save()
        bump(REFERENCE)
        return row

    def named(self, text: str) -> str:
        found = find_organisation(text, self.w.upp.pk, DAY)
        return Organisation.objects.get(pk=found.organisation_id).code if found else ""


class FindingTests(HashtagCase):
    def test_the_table_comes_before_the_organisations_own(self) -> None:
        self.tag("#mvv", self.w.kes)
        assert self.named("no light #MVV") == "KES"
        assert self.named("no light #kesco") == "KES"

    def test_any_spelling_of_it_will_do(self) -> None:
        self.tag("#BijliSewa", self.w.mvv)
        for text in ("#bijlisewa", "#BIJLISEWA now", "(#BijliSewa)"):
            assert self.named(text) == "MVV"
        assert self.named("bijlisewa") == ""

    def test_a_part_is_meant_rather_than_the_whole(self) -> None:
        self.tag("#PowerSewa", self.w.upp, criticality="high")
        self.tag("#MvvSewa", self.w.mvv)
        assert self.named("#PowerSewa #MvvSewa") == "MVV"
        assert self.named("Madhya discom #PowerSewa") == "MVV"
        assert self.named("no light #PowerSewa") == "UPP"

    def test_a_desk_reads_its_own_and_that_of_the_one_above(self) -> None:
        self.tag("#MvvSewa", self.w.mvv)
        found = find_organisation("#MvvSewa", self.w.mvv.pk, DAY)
        assert found and found.organisation_id == self.w.mvv.pk
        assert find_organisation("#MvvSewa", self.w.kes.pk, DAY) is None
        assert find_organisation("#MvvSewa", self.w.pune.pk, DAY) is None

    def test_one_that_ended_is_a_plain_word(self) -> None:
        self.tag("#OldSewa", self.w.mvv, valid_to=date(2026, 11, 20))
        self.tag("#LastSewa", self.w.mvv, valid_to=DAY)
        assert self.named("#OldSewa") == ""
        assert self.named("#LastSewa") == "MVV"


class UrgencyTests(HashtagCase):
    def test_it_changes_how_bad_and_how_soon(self) -> None:
        self.tag("#MvvSewa", self.w.mvv, criticality="high", horizon="mid")
        complaint = self.w.file(
            "no power in Gomti Nagar #MvvSewa", organisation=self.w.upp
        )
        assert (complaint.criticality, complaint.horizon) == ("high", "mid")
        told = routing.sentence(complaint)
        assert "It is for Madhya discom because of #MvvSewa." in told
        assert "#MvvSewa makes it: High, Mid-term." in told

    def test_it_may_change_neither(self) -> None:
        self.tag("#MvvSewa", self.w.mvv)
        complaint = self.w.file(
            "no power in Gomti Nagar #MvvSewa", organisation=self.w.upp
        )
        assert complaint.criticality == self.w.no_supply.criticality
        assert "makes it" not in routing.sentence(complaint)

    def test_what_a_person_must_sort_is_urgent_too(self) -> None:
        self.tag("#PowerSewa", self.w.upp, criticality="high", horizon="immediate")
        complaint = self.w.file("please look #PowerSewa", organisation=self.w.upp)
        assert complaint.status == "triage"
        assert (complaint.criticality, complaint.horizon) == ("high", "immediate")

    def test_a_category_chosen_later_takes_nothing_of_it_away(self) -> None:
        self.tag("#MvvSewa", self.w.mvv, criticality="emergency", horizon="immediate")
        complaint = self.w.file(
            "no power in Gomti Nagar #MvvSewa", organisation=self.w.upp
        )
        self.sorted_as(complaint, "normal", "long")
        assert (complaint.criticality, complaint.horizon) == ("emergency", "immediate")

    def test_a_category_may_be_the_more_urgent_one(self) -> None:
        self.tag("#MvvSewa", self.w.mvv, criticality="high")
        complaint = self.w.file(
            "no power in Gomti Nagar #MvvSewa", organisation=self.w.upp
        )
        self.sorted_as(complaint, "emergency", "immediate")
        assert complaint.criticality == "emergency"

    def test_what_only_the_category_said_goes_with_it(self) -> None:
        complaint = self.w.file("no power in Gomti Nagar", organisation=self.w.upp)
        self.sorted_as(complaint, "high", "mid")
        assert (complaint.criticality, complaint.horizon) == ("high", "mid")
        self.sorted_as(complaint, "low", "long")
        assert (complaint.criticality, complaint.horizon) == ("low", "long")

    def sorted_as(self, complaint: Complaint, criticality: str, horizon: str) -> None:
        """By a person, as a category of that gravity."""
        kind = Category.objects.create(
            organisation=self.w.upp, code=f"X-{criticality}", names=names("Other"),
            group_code="X", group_names=names("Other"), department=self.w.om,
            criticality=criticality, horizon=horizon,
        )  # fmt: skip
        bump("complaints")
        actor = self.w.actor(self.w.ravi)
        set_category(complaint, category=kind, actor=actor, at=NOW)
        complaint.refresh_from_db()


class SharedPlaceTests(HashtagCase):
    """Places of the organisation above, answered by whom it is for."""

    def setUp(self) -> None:
        super().setUp()
        make = Area.objects.create
        self.north = make(
            organisation=self.w.upp, code="NORTH", names={"en": "North circle"},
            level="circle", office=True, words=["Sitapur"],
        )  # fmt: skip
        self.desk = make(
            organisation=self.w.kes, code="KES-DESK", names={"en": "Kanpur desk"},
            level="desk", office=True,
        )  # fmt: skip
        bump(REFERENCE)

    def test_its_own_desk_answers(self) -> None:
        complaint = self.w.file("no power in Sitapur #kesco", organisation=self.w.upp)
        assert complaint.area == self.north
        assert complaint.office == self.desk
        decision = routing.latest(complaint)
        assert decision and decision.rule == rules.OFFICE

    def test_unless_its_people_sit_at_the_place(self) -> None:
        self.w.ravi.postings.update(organisation=self.w.kes, area=self.north)
        bump(REFERENCE)
        complaint = self.w.file("no power in Sitapur #kesco", organisation=self.w.upp)
        assert complaint.office == self.north
        assert complaint.owner == self.w.ravi


class AdminTests(HashtagCase):
    def form(self, **over: object) -> "ModelForm[Model]":
        made = modelform_factory(Hashtag, form=HashtagForm, fields="__all__")
        given = {
            "organisation": self.w.upp.pk, "tag": "#PowerSewa",
            "target": self.w.mvv.pk,
        }  # fmt: skip
        return made(data=given | over)

    def request(self, officer: Officer) -> HttpRequest:
        request = RequestFactory().get("/admin/")
        request.user = officer
        return request

    def test_it_keeps_it_as_written_and_compares_it_folded(self) -> None:
        form = self.form()
        assert form.is_valid(), form.errors
        row = form.save()
        assert isinstance(row, Hashtag)
        assert (row.tag, row.folded) == ("#PowerSewa", "#powersewa")

    def test_it_wants_one_word_with_its_sign(self) -> None:
        for tag in ("PowerSewa", "#Power Sewa", "#", "##x", "#a-b"):
            with self.subTest(tag=tag):
                assert "tag" in self.form(tag=tag).errors

    def test_it_wants_a_part_of_the_desks_organisation(self) -> None:
        assert "target" in self.form(target=self.w.pune.pk).errors

    def test_it_takes_each_once(self) -> None:
        self.form().save()
        assert "tag" in self.form(tag="#POWERsewa").errors
        assert self.form(tag="#Other").is_valid()

    def test_it_shows_those_of_the_own_organisation(self) -> None:
        mine = self.tag("#CitySewa", self.w.pune, desk=self.w.pune)
        self.tag("#PowerSewa", self.w.upp)
        admin = HashtagAdmin(Hashtag, AdminSite())
        request = self.request(self.w.admin)
        assert list(admin.get_queryset(request)) == [mine]
        assert admin.has_change_permission(request, mine)
        assert not admin.has_delete_permission(request, mine)

    def test_what_is_written_there_works_at_once(self) -> None:
        admin = HashtagAdmin(Hashtag, AdminSite())
        row = Hashtag(
            organisation=self.w.upp, tag="#New", folded="#new", target=self.w.mvv
        )
        assert self.named("#new") == ""
        admin.save_model(self.request(self.w.admin), row, self.form(), change=False)
        assert self.named("#new") == "MVV"

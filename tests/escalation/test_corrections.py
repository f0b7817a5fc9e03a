"""What a person puts right is kept once, and nobody else's doing is."""

import csv
import io
from unittest import mock

from django.contrib.admin.sites import AdminSite
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from complaints.actors import SYSTEM_ACTOR
from complaints.models import Complaint
from complaints.services import assign, bounce, decide, forward, set_category
from escalation.admin_classes import ADMINS
from escalation.decisions.admin_corrections import CorrectionAdmin
from escalation.decisions.corrections import keep_category
from escalation.models import Correction
from helpline.triage import sort_out
from tests.base import NOW, WorldTestCase


class CorrectionTests(WorldTestCase):
    def only(self, complaint: Complaint) -> Correction:
        return Correction.objects.get(complaint=complaint)

    def test_a_changed_kind_is_kept_with_what_routing_said(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")

        set_category(
            complaint,
            category=self.w.resurfacing,
            actor=self.w.actor(self.w.devika),
            at=NOW,
        )

        kept = self.only(complaint)
        assert kept.from_category == self.w.pothole
        assert kept.to_category == self.w.resurfacing
        assert kept.officer == self.w.devika
        assert kept.event.kind == "category_set"
        assert (kept.rule, kept.at) == ("office", NOW)
        assert kept.confidence > 0.5
        assert kept.from_organisation == kept.to_organisation == self.w.pune

    def test_sorting_by_hand_is_a_correction_of_not_knowing(self) -> None:
        complaint = self.w.file("Please do something here")
        assert complaint.status == "triage"

        sort_out(
            complaint,
            category=self.w.pothole,
            area=self.w.kothrud,
            actor=self.w.actor(self.w.devika),
            at=NOW,
        )

        kept = {row.event.kind: row for row in Correction.objects.all()}
        assert kept["category_set"].from_category is None
        assert kept["category_set"].to_category == self.w.pothole
        assert kept["assigned"].from_office is None
        assert kept["assigned"].to_office == self.w.kothrud

    def test_another_office_is_one_and_coming_back_is_none(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")
        actor = self.w.actor(self.w.devika)

        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="The other ward", actor=actor, at=NOW,
        )  # fmt: skip

        kept = self.only(complaint)
        assert (kept.from_office, kept.to_office) == (self.w.kothrud, self.w.aundh)
        assert kept.from_category == kept.to_category == self.w.pothole
        bounce(complaint, reason="Not here", actor=self.w.actor(self.w.nitin), at=NOW)
        assign(
            complaint, organisation=self.w.pune, office=self.w.kothrud,
            department=self.w.roads, owner=None, actor=actor, at=NOW,
        )  # fmt: skip
        assert self.only(complaint) == kept

    def test_forwarding_to_another_house_is_one(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")

        forward(
            complaint, organisation=self.w.mvv, office=None, department=None,
            reason="Not of the city", actor=self.w.actor(self.w.devika), at=NOW,
        )  # fmt: skip

        kept = self.only(complaint)
        assert kept.to_office is None
        assert (kept.from_organisation, kept.to_organisation) == (
            self.w.pune, self.w.mvv,
        )  # fmt: skip

    def test_the_second_levels_word_on_whose_it_is_is_one(self) -> None:
        for office, kept in ((self.w.aundh, True), (self.w.kothrud, False)):
            with self.subTest(office=office.code):
                complaint = self.sent_back_twice()
                decide(
                    complaint, organisation=self.w.pune, office=office,
                    department=self.w.roads, owner=None, reason="It is theirs",
                    actor=self.w.actor(self.w.sunil), at=NOW,
                )  # fmt: skip

                found = Correction.objects.filter(
                    complaint=complaint, event__kind="decided"
                )
                assert found.exists() is kept
                if kept:
                    assert found.get().to_office == office
                    assert found.get().from_office == self.w.kothrud

    def sent_back_twice(self) -> Complaint:
        complaint = self.w.file("Big pothole in Kothrud")
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="The other ward",
            actor=self.w.actor(self.w.devika), at=NOW,
        )  # fmt: skip
        complaint.bounced = 2
        complaint.save(update_fields=["bounced"])
        return complaint

    def test_agreeing_with_routing_is_none(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")

        set_category(
            complaint, category=self.w.pothole, area=self.w.kothrud,
            actor=self.w.actor(self.w.devika), at=NOW,
        )  # fmt: skip

        assert not Correction.objects.exists()

    def test_the_system_corrects_nobody(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")

        set_category(complaint, category=self.w.resurfacing, actor=SYSTEM_ACTOR, at=NOW)

        assert complaint.category == self.w.resurfacing
        assert not Correction.objects.exists()

    def test_a_second_try_of_the_reaction_keeps_no_second_row(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")
        actor = self.w.actor(self.w.devika)
        set_category(complaint, category=self.w.resurfacing, actor=actor, at=NOW)

        keep_category(self.only(complaint).event)

        assert Correction.objects.count() == 1

    def test_a_fault_in_keeping_it_does_not_refuse_the_change(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")
        actor = self.w.actor(self.w.devika)
        broken = mock.patch.object(
            Correction.objects, "get_or_create", side_effect=ValueError
        )
        with broken, self.assertLogs("complaints.unit", "ERROR"):
            set_category(complaint, category=self.w.resurfacing, actor=actor, at=NOW)

        complaint.refresh_from_db()
        assert complaint.category == self.w.resurfacing


class AdminTests(WorldTestCase):
    def test_it_is_a_list_to_read_and_to_save(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")
        actor = self.w.actor(self.w.devika)
        set_category(complaint, category=self.w.resurfacing, actor=actor, at=NOW)
        request = RequestFactory().get("/admin/")
        request.user = self.w.admin
        admin = CorrectionAdmin(Correction, AdminSite())

        assert dict(ADMINS)[Correction] is CorrectionAdmin
        assert not admin.has_add_permission(request)
        assert not admin.has_change_permission(request)
        saved = admin.as_csv(request, admin.get_queryset(request))
        assert isinstance(saved, StreamingHttpResponse)
        text = b"".join(saved).decode("utf-8-sig")
        (row,) = csv.DictReader(io.StringIO(text))
        assert row["from_category"] == "MU01"
        assert row["to_category"] == "MU02"
        assert row["number"] == complaint.number

    def test_others_see_nothing_of_it(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")
        actor = self.w.actor(self.w.devika)
        set_category(complaint, category=self.w.resurfacing, actor=actor, at=NOW)
        request = RequestFactory().get("/admin/")
        request.user = self.w.lata
        admin = dict(ADMINS)[Correction](Correction, AdminSite())

        assert not admin.get_queryset(request).exists()

    def test_the_page_opens_and_filters(self) -> None:
        complaint = self.w.file("Big pothole in Kothrud")
        actor = self.w.actor(self.w.devika)
        set_category(complaint, category=self.w.resurfacing, actor=actor, at=NOW)
        self.client.force_login(self.w.admin)

        by_kind = {"to_category__id__exact": str(self.w.resurfacing.pk)}
        for query in ({}, {"rule": "office"}, by_kind):
            page = self.client.get("/admin/escalation/correction/", query)
            assert page.status_code == 200, query
            assert complaint.number in page.content.decode()

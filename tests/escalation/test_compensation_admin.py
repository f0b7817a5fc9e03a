"""Compensation in the back office and in a preset's file."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.admin.sites import AdminSite
from django.db.models import Model
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest
from django.test import RequestFactory

from escalation.admin_classes import ADMINS
from escalation.claims.admin_claims import CompensationForm
from escalation.models import Claim, Compensation
from officers.models import Officer
from officers.scoped_admin import ScopedAdmin
from operations.generation import forget_all
from presets.faults import BadPreset
from presets.load import Loaded, load, read_and_check
from tests.escalation.compensated import CompensationTestCase
from tests.presets import tiny

HEADER = "category,amount,per,most,pay_within_days,source,valid_from"
LINE = "T01,150,day,1000,60,town rule (a draft: please check),2020-01-01"


class AdminTests(CompensationTestCase):
    def admin(self, model: type[Model]) -> ScopedAdmin:
        return dict(ADMINS)[model](model, AdminSite())

    def request(self, officer: Officer) -> HttpRequest:
        request = RequestFactory().get("/admin/")
        request.user = officer
        return request

    def test_an_administrator_sets_the_sums_of_the_own_house(self) -> None:
        admin, request = self.admin(Compensation), self.request(self.w.admin)
        assert admin.has_add_permission(request)
        assert not admin.has_delete_permission(request)
        assert list(admin.get_queryset(request)) == [self.row]
        self.row.category = self.w.no_supply
        self.row.save()
        assert not admin.get_queryset(request).exists()

    def test_a_sum_that_was_offered_stays_as_it_was(self) -> None:
        admin, request = self.admin(Compensation), self.request(self.w.admin)
        assert not admin.get_readonly_fields(request, self.row)
        self.late()
        kept = admin.get_readonly_fields(request, self.row)
        assert "amount" in kept and "valid_to" not in kept

    def test_claims_are_read_there_and_changed_nowhere(self) -> None:
        self.late()
        admin, request = self.admin(Claim), self.request(self.w.admin)
        assert admin.get_queryset(request).count() == 1
        assert not admin.has_change_permission(request)
        assert not admin.has_add_permission(request)
        self.client.force_login(self.w.admin)
        assert self.client.get("/admin/escalation/claim/").status_code == 200
        assert self.client.get("/admin/escalation/compensation/").status_code == 200

    def test_the_form_refuses_what_cannot_be_meant(self) -> None:
        for over, field in (
            ({"amount": "0"}, "amount"), ({"most": "50"}, "most"),
            ({"valid_to": "2019-01-01"}, "valid_to"),
        ):  # fmt: skip
            assert field in self.form(**over).errors
        assert not self.form(most="100", valid_to="2030-01-01").errors

    def form(self, **over: object) -> "ModelForm[Model]":
        made = modelform_factory(Compensation, form=CompensationForm, fields="__all__")
        given = {
            "category": self.w.no_water.pk, "amount": "100", "per": "day",
            "pay_within_days": 60, "source": "x", "valid_from": "2020-01-01",
        }  # fmt: skip
        return made(data=given | over)


@pytest.mark.django_db
class PresetTests:
    def loaded(self, root: Path, *lines: str) -> Loaded:
        folder = tiny.write(root)
        text = "\n".join((HEADER, *lines)) + "\n"
        (folder / "compensations.csv").write_text(text, encoding="utf-8")
        forget_all()
        return load("town", at=datetime(2026, 11, 21, 3, 42, tzinfo=UTC), root=root)

    def test_it_loads_once_and_ends_what_left_the_file(self, tmp_path: Path) -> None:
        self.loaded(tmp_path, LINE)
        row = Compensation.objects.get()
        assert (row.amount, row.per) == (Decimal(150), "day")
        assert row.most == Decimal(1000)
        assert row.category.code == "T01"
        assert self.loaded(tmp_path, LINE).nothing_changed
        newer = LINE.replace("150", "99.50").replace("2020-01-01", "2026-01-01")
        assert self.loaded(tmp_path, LINE, newer).tally.lines() == [
            "compensations: 1 new"
        ]
        self.loaded(tmp_path, newer)
        row.refresh_from_db()
        assert row.valid_to == date(2026, 11, 20)
        assert Compensation.objects.filter(amount=Decimal("99.5")).exists()

    @pytest.mark.parametrize(
        ("old", "new", "column", "reason"),
        [
            ("T01", "T09", "category", "is not in categories.csv"),
            (",150,", ",much,", "amount", "no sum of money"),
            (",150,", ",-5,", "amount", "no sum of money"),
            (",150,", ",0,", "amount", "no sum of money"),
            (",150,", ",,", "amount", "must not be empty"),
            (",day,", ",week,", "per", "not one of"),
            (",1000,", ",100,", "most", "less than the amount"),
            (",60,", ",9999,", "pay_within_days", "not between"),
            ("town rule (a draft: please check)", "", "source", "must not be empty"),
            ("2020-01-01", "", "valid_from", "must not be empty"),
        ],
    )
    def test_it_names_what_is_wrong(
        self, tmp_path: Path, old: str, new: str, column: str, reason: str
    ) -> None:
        with pytest.raises(BadPreset) as caught:
            self.loaded(tmp_path, LINE.replace(old, new))
        (fault,) = caught.value.faults
        assert (fault.file, fault.line) == ("compensations.csv", 2)
        assert fault.column == column and reason in fault.reason

    def test_the_presets_name_where_each_sum_is_from(self) -> None:
        found = {}
        for name in ("uppcl", "mp_east", "telecom_post"):
            for row in read_and_check(name).compensations:
                assert "check" in row.source or "compare" in row.source, row
                assert " (" in row.source  # what stands before it citizens read
                found[name, row.category] = row.amount
        assert found["uppcl", "EL10"] == 150
        assert found["mp_east", "EL01"] == 100
        assert found["telecom_post", "TP24"] == 1000

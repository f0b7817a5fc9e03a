"""Prescribed times and danger words in the back office; decisions only to look at."""

from django.contrib.admin.sites import AdminSite
from django.db.models import Model
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest
from django.test import RequestFactory

from escalation.admin_classes import ADMINS, EmergencyPhraseForm, ServiceLevelForm
from escalation.models import EmergencyPhrase, RoutingDecision, ServiceLevel, Step
from officers.models import Officer
from officers.scoped_admin import ScopedAdmin
from tests.base import WorldTestCase


class AdminTests(WorldTestCase):
    def _request(self, officer: Officer) -> HttpRequest:
        request = RequestFactory().get("/admin/")
        request.user = officer
        return request

    def _admin(self, model: type[Model]) -> ScopedAdmin:
        return dict(ADMINS)[model](model, AdminSite())

    def test_it_scopes_every_table(self) -> None:
        assert all(issubclass(admin, ScopedAdmin) for _model, admin in ADMINS)

    def test_it_shows_rows_of_the_own_organisation(self) -> None:
        self.w.file()
        request = self._request(self.w.admin)

        for model in (ServiceLevel, EmergencyPhrase, RoutingDecision, Step):
            with self.subTest(model=model.__name__):
                rows = self._admin(model).get_queryset(request)
                assert rows.exists()
        levels = self._admin(ServiceLevel).get_queryset(request)
        assert not levels.filter(category__organisation=self.w.upp).exists()

    def test_it_lets_nobody_change_what_was_decided(self) -> None:
        request = self._request(self.w.admin)

        for model in (RoutingDecision, Step):
            admin = self._admin(model)
            assert not admin.has_add_permission(request)
            assert not admin.has_change_permission(request)
            assert not admin.has_delete_permission(request)

    def test_it_never_shows_the_citizens_words(self) -> None:
        assert "matched" not in (dict(ADMINS)[RoutingDecision].fields or ())


class FormTests(WorldTestCase):
    def _level(self, **over: object) -> "ModelForm[Model]":
        made = modelform_factory(ServiceLevel, form=ServiceLevelForm, fields="__all__")
        given = {
            "category": self.w.pothole.pk, "area_kind": "urban", "hours": 12,
            "calendar": self.w.always.pk, "basis": "general",
            "valid_from": "2027-01-01",
        }  # fmt: skip
        return made(data=given | over)

    def _danger(self, words: str) -> "ModelForm[Model]":
        made = modelform_factory(
            EmergencyPhrase, form=EmergencyPhraseForm, fields="__all__"
        )
        return made(
            data={"organisation": self.w.pune.pk, "language": "en", "words": words}
        )

    def test_it_takes_a_new_time_from_its_day_on(self) -> None:
        assert self._level().is_valid()

    def test_it_refuses_a_calendar_of_another_organisation(self) -> None:
        assert "calendar" in self._level(calendar=self.w.upp_always.pk).errors

    def test_it_refuses_a_time_that_ends_before_it_begins(self) -> None:
        assert "valid_to" in self._level(valid_to="2026-12-31").errors

    def test_it_refuses_danger_words_that_stand_in_any_text(self) -> None:
        assert "words" in self._danger("please sir, it is here now").errors
        assert self._danger("live wire").is_valid()

"""Pages of a rule's try in the back office: ask, watch, read, fetch.

`TryingAdmin` gives them to the rules' ModelAdmin.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.actors import Actor
from complaints.models import Complaint
from escalation.models import RoutingRule
from escalation.trials import trial_shown, trying
from escalation.trials.trial_result import ROWS, Result
from officers.models import Officer
from officers.scoped_admin import ScopedAdmin
from operations import job_files
from operations.models import Job

FAULTS: dict[str, str | Promise] = {
    "not_allowed": _("Your postings have changed since you asked for this try."),
    "no_rule": _("This rule is no longer there."),
    "took_too_long": _("It took too long. Choose fewer days."),
}
FAULT = _("The try could not be finished. Ask again, or tell your administrator.")
GONE = _("A result is kept for a week, and this one is gone. Try the rule again.")


if TYPE_CHECKING:
    _RuleChoice = forms.ModelChoiceField[RoutingRule]
else:
    _RuleChoice = forms.ModelChoiceField  # subscriptable in the stubs only


def _day(label: Any) -> forms.DateField:
    # The format that the browser's own field takes, in every language.
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget)


class TryForm(forms.Form):
    """Days of the organisation, both ends included."""

    first = _day(_("From"))
    last = _day(_("To"))
    instead_of = _RuleChoice(
        label=_("In place of"),
        required=False,
        queryset=RoutingRule.objects.none(),
        empty_label=_("None: it joins the rules in force"),
    )

    def __init__(
        self, *args: Any, rule: RoutingRule, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        if rule.active:
            del self.fields["instead_of"]  # it is in force itself
            return
        others = RoutingRule.objects.filter(
            organisation=rule.organisation_id, active=True
        )
        field = self.fields["instead_of"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared above)
        field.queryset = others.order_by("position", "pk")

    def clean_last(self) -> date:
        last: date = self.cleaned_data["last"]
        if last > self._today:
            raise forms.ValidationError(_("This day lies ahead."))
        return last

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and first > last:
            self.add_error("last", _("It must end after it begins."))
        elif first and last and (last - first).days >= trying.MOST_DAYS:
            self.add_error(
                "first",
                forms.ValidationError(
                    _("Choose at most %(days)s days."),
                    params={"days": trying.MOST_DAYS},
                ),
            )
        return data


class TryingAdmin(ScopedAdmin):
    """For the rules: their try's pages stand before Django's own of the table."""

    def get_urls(self) -> list[URLPattern]:
        name, opened = "escalation_routingrule", self.admin_site.admin_view
        own = [
            path("<int:pk>/try/", opened(self.trying), name=f"{name}_try"),
            path("tries/<str:token>/", opened(self.tried), name=f"{name}_tried"),
            path(
                "tries/<str:token>/list.csv", opened(self.tried_csv),
                name=f"{name}_tried_csv",
            ),
        ]  # fmt: skip
        return own + super().get_urls()

    def trying(self, request: HttpRequest, pk: int) -> HttpResponse:
        officer, at = _officer(request), timezone.now()
        rule = self._rule(request, pk)
        first, last = trying.usual_span(rule, at)
        form = TryForm(
            request.POST or None, rule=rule, today=last,
            initial={"first": first, "last": last},
        )  # fmt: skip
        too_many = False
        if request.method == "POST" and form.is_valid():
            days = form.cleaned_data
            try:
                job = trying.ask(
                    rule, officer, days["first"], days["last"], at,
                    instead_of=days.get("instead_of"),
                )  # fmt: skip
            except trying.TooMany:
                too_many = True
            else:
                return redirect("admin:escalation_routingrule_tried", job.token)
        context = {
            "rule": rule, "form": form, "too_many": too_many,
            "tries": trying.asked_by(officer.pk, rule.pk)[:5],
            "title": _("Try this rule"), "most_days": trying.MOST_DAYS,
        }  # fmt: skip
        return self._page(request, "try", context, 429 if too_many else 200)

    def tried(self, request: HttpRequest, token: str) -> HttpResponse:
        job, rule = self._asked(request, token)
        context: dict[str, Any] = {
            "job": job, "rule": rule, "title": _("Try of a rule"),
            "span": trying.span_of(job.args, rule), "over": job.finished_at is not None,
        }  # fmt: skip
        fault = _fault(job)
        file = job_files.open_result(job.result_file) if _ready(job, fault) else None
        if file is None:
            fault = fault or (str(GONE) if job.state == Job.State.DONE else "")
            return self._page(request, "tried", context | {"fault": fault})
        with file:
            result = Result.read(file)
            context |= _shown(request, job, rule, result)
        return self._page(request, "tried", context)

    def tried_csv(self, request: HttpRequest, token: str) -> HttpResponseBase:
        job, rule = self._asked(request, token)
        file = (
            job_files.open_result(job.result_file) if _ready(job, _fault(job)) else None
        )
        if file is None:
            raise Http404
        language, zone = translation.get_language(), trying.span_of(job.args, rule).zone

        def lines() -> Any:
            with file, translation.override(language):
                yield from trial_shown.csv(Result.read(file), zone)

        response = StreamingHttpResponse(
            lines(), content_type="text/csv; charset=utf-8"
        )
        name = f'attachment; filename="sunwai-rule-{rule.pk}.csv"'
        response["Content-Disposition"] = name
        response["Cache-Control"] = "no-store"
        return response

    def _rule(self, request: HttpRequest, pk: int) -> RoutingRule:
        rule = get_object_or_404(self.get_queryset(request), pk=pk)
        assert isinstance(rule, RoutingRule)  # noqa: S101 (tells mypy what the base calls Model)
        if not trying.may_try(_officer(request), rule, timezone.now()):
            raise Http404
        return rule

    def _asked(self, request: HttpRequest, token: str) -> tuple[Job, RoutingRule]:
        """A try is its requester's alone."""
        job = get_object_or_404(
            Job, token=token, kind=trying.KIND, requested_by=request.user.pk
        )
        return job, self._rule(request, job.args["rule"])

    def _page(
        self,
        request: HttpRequest,
        name: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:
        site: admin.AdminSite = self.admin_site
        given = site.each_context(request) | {"opts": self.opts} | context
        template = f"admin/escalation/routingrule/{name}.html"
        return render(request, template, given, status=status)


def _officer(request: HttpRequest) -> Officer:
    assert isinstance(request.user, Officer)  # noqa: S101 (admin_view said so)
    return request.user


def _fault(job: Job) -> str:
    if job.state == Job.State.FAILED:
        return str(FAULTS.get(job.error, FAULT))
    if job.state == Job.State.DONE and not trying.still_may(job, timezone.now()):
        return str(FAULTS["not_allowed"])
    return ""


def _ready(job: Job, fault: str) -> bool:
    return job.state == Job.State.DONE and bool(job.result_file) and not fault


def _shown(
    request: HttpRequest, job: Job, rule: RoutingRule, result: Result
) -> dict[str, Any]:
    summary, zone = result.summary, trying.span_of(job.args, rule).zone
    last = max(-(-summary["listed"] // ROWS), 1)
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), last) if asked.isdecimal() else 1
    found = result.page(number)
    reader = Actor.of(_officer(request), timezone.now())
    # Read again: it may have gone to somebody else since.
    keys = [row["id"] for row in found]
    seen = Complaint.objects.visible_to(reader).filter(pk__in=keys)
    visible = set(seen.values_list("pk", flat=True))
    return {
        "summary": summary,
        "tables": trial_shown.tables(summary),
        "rows": trial_shown.rows((r for r in found if r["id"] in visible), zone),
        "hidden": summary["changed"] - summary["listed"],
        "page": number, "last_page": last,
        "before": number - 1, "after": number + 1 if number < last else 0,
        "outdated": summary["edition"] != trying.edition(rule),
        "csv": reverse("admin:escalation_routingrule_tried_csv", args=[job.token]),
    }  # fmt: skip

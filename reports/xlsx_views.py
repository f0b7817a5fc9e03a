"""Asking for the month's workbook, and watching it being made."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from operations.models import Job
from reports import asked
from reports.access import Reader, readers
from reports.periods import Period
from reports.scope import reporting
from reports.views import of_month

FAULTS: dict[str, str | Promise] = {
    "not_allowed": _("Your postings have changed since you asked for this file."),
    "too_many_rows": _("This period has more rows than a sheet holds."),
    "took_too_long": _("It took too long. Choose a shorter period."),
}
FAULT = _("The file could not be made. Try again, or tell your administrator.")


@readers(reporting, post=True)
@of_month
def ask(reader: Reader, period: Period) -> HttpResponse:
    language = translation.get_language() or "en"
    try:
        job = asked.ask(reader.actor, period, language=language, at=reader.at)
    except asked.TooMany:
        return reader.render(
            "reports/making.html",
            {"period": period, "too_many": True},
            status=HTTPStatus.TOO_MANY_REQUESTS,
        )
    return redirect("reports:making", token=job.token)


@readers(reporting)
def making(reader: Reader, token: str) -> HttpResponse:
    job = Job.objects.filter(
        token=token, kind=asked.KIND, requested_by=reader.request.user.pk
    ).first()
    if job is None:
        raise Http404
    context: dict[str, Any] = {
        "job": job,
        "period": asked.period_of(job.args),
        "over": job.finished_at is not None,
        "fault": _fault(job, reader),
        "result": reverse("operations:job_result", args=[token]),
    }
    return reader.render("reports/making.html", context)


def _fault(job: Job, reader: Reader) -> str:
    if job.state == Job.State.FAILED:
        return str(FAULTS.get(job.error, FAULT))
    if job.state == Job.State.DONE:
        if not job.result_file:
            return str(_("The file was kept for a week and is gone. Ask again."))
        if not asked.still_may(job, reader.at):
            return str(FAULTS["not_allowed"])
    return ""

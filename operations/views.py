from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import Error
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from operations import figures, job_files, jobs
from operations.health import readiness
from operations.models import Job


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    state = readiness(timezone.now())
    body: dict[str, Any] = {"ready": state.ready, "reasons": state.reasons}
    if "database" not in state.reasons and _is_staff(request):
        body["oldest_job_seconds"] = state.oldest_job_seconds
    response = JsonResponse(body, status=200 if state.ready else 503)
    if not state.ready:
        response["Retry-After"] = "15"
    return response


# What a proxy adds: with one of these a visitor only looks as if they were next door.
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via")


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    if not (_is_next_door(request) or _holds_token(request)):
        raise Http404
    body = figures.written(figures.gather(timezone.now()))
    return HttpResponse(body, content_type="text/plain; version=0.0.4; charset=utf-8")


def _is_next_door(request: HttpRequest) -> bool:
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _holds_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    token: str = settings.METRICS_TOKEN
    return bool(token) and scheme == "Bearer" and constant_time_compare(given, token)


@require_safe
@never_cache
@login_required
def job_progress(request: HttpRequest, token: str) -> HttpResponse:
    job = _own_job(request, token)
    result = reverse("operations:job_result", args=[token]) if job.result_file else None
    return JsonResponse(
        {
            "state": job.state,
            "label": str(job.get_state_display()),
            "done": job.progress,
            "total": job.total,
            "note": job.note,
            "error": job.error,
            "over": job.finished_at is not None,
            "result": result if job.state == Job.State.DONE else None,
        }
    )


@require_safe
@never_cache
@login_required
def job_result(request: HttpRequest, token: str) -> HttpResponseBase:
    job = _own_job(request, token)
    if job.state != Job.State.DONE or not job.result_file:
        raise Http404
    if not jobs.may_fetch(job, at=timezone.now()):
        raise Http404
    file = job_files.open_result(job.result_file)
    if file is None:
        raise Http404
    response = FileResponse(file, as_attachment=True, filename=job.result_name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@never_cache
@login_required
def job_cancel(request: HttpRequest, token: str) -> HttpResponse:
    jobs.cancel(_own_job(request, token), at=timezone.now())
    return HttpResponse(status=204)


def _own_job(request: HttpRequest, token: str) -> Job:
    """A job is its requester's alone; for anybody else it does not exist."""
    job = Job.objects.filter(token=token, requested_by=request.user.pk).first()
    if job is None:
        raise Http404
    return job


def _is_staff(request: HttpRequest) -> bool:
    try:
        return bool(getattr(request.user, "is_staff", False))
    except Error:
        return False

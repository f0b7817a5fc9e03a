"""The page with the phones: demonstration only, 404 everywhere else."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from channels_in.simulator.client import RefusedError, SilentError, ask
from channels_in.simulator.forms import (
    PICTURES,
    TITLES,
    CallForm,
    KnobsForm,
    PhoneForm,
    SayForm,
    positions_of,
)
from channels_in.simulator.knobs import Knobs
from channels_in.simulator.page import Kept, build, numbers
from channels_in.simulator.pictures import NAMES, picture

View = Callable[..., HttpResponse]


def _demo_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEMO and settings.SUNWAI_SIMULATOR_URL):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _pressed(view: View) -> View:
    """Who comes by the address, after a change of language for example, sees phones."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return redirect("simulator:phones")
        return view(request, *args, **kwargs)

    return guarded


def _ask(method: str, path: str, data: Any = None) -> dict[str, Any]:
    return ask(settings.SUNWAI_SIMULATOR_URL, method, path, data)


@_demo_only
@require_GET
def phones(request: HttpRequest) -> HttpResponse:
    return _page(request, Kept())


@_demo_only
@_pressed
def say(request: HttpRequest) -> HttpResponse:
    form = SayForm(request.POST)
    if not form.is_valid():
        words = " ".join(str(each[0]) for each in form.errors.values())
        return _page(request, _kept(request, words))
    given = form.cleaned_data
    said = {
        "from": given["sender"], "to": given["to"], "text": given["text"],
        "photos": given["photos"],
    }  # fmt: skip
    try:
        _ask("POST", "/say", said)
    except (RefusedError, SilentError):
        return _page(request, _kept(request, _("The simulator did not take it.")))
    there = given["sender"].lstrip("+")
    return redirect(f"{reverse('simulator:phones')}#phone-{there}")


def _kept(request: HttpRequest, words: str) -> Kept:
    return Kept(request.POST.get("sender", ""), request.POST.get("text", ""), words)


@_demo_only
@_pressed
def call(request: HttpRequest) -> HttpResponse:
    """Pick up, press a key, hang up. A call that is over meanwhile takes nothing."""
    form = CallForm(request.POST)
    if form.is_valid():
        with suppress(RefusedError, SilentError):
            _ask("POST", "/calls", form.deed())
        there = form.cleaned_data["number"].lstrip("+")
        return redirect(f"{reverse('simulator:phones')}#calls-{there}")
    return redirect("simulator:phones")


@_demo_only
@_pressed
def add(request: HttpRequest) -> HttpResponse:
    form = PhoneForm(request.POST)
    if not form.is_valid():
        return _page(request, Kept(), adding=form)
    return _done(request, "POST", "/phones", form.cleaned_data)


@_demo_only
@_pressed
def knobs(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in TITLES:
        raise Http404
    form = KnobsForm(request.POST, slug=slug)
    well = "well" in request.POST or not form.is_valid()
    return _done(request, "PUT", "/knobs", {slug: {} if well else form.knobs()})


@_demo_only
@_pressed
def release(request: HttpRequest, slug: str) -> HttpResponse:
    order = request.POST.get("order", "reversed")
    return _done(request, "POST", "/release", {"slug": slug, "order": order})


@_demo_only
@_pressed
def reset(request: HttpRequest) -> HttpResponse:
    return _done(request, "POST", "/reset", {})


@_demo_only
@require_GET
def photo(request: HttpRequest, name: str) -> HttpResponse:
    if name not in NAMES:
        raise Http404
    drawn = picture(name)
    return HttpResponse(
        drawn.body,
        content_type=drawn.content_type,
        headers={"Cache-Control": "max-age=3600"},
    )


def _done(request: HttpRequest, method: str, path: str, data: Any) -> HttpResponse:
    try:
        _ask(method, path, data)
    except SilentError:
        pass  # the page says so
    except RefusedError:
        messages.error(request, _("The simulator did not take it."), "late")
    return redirect("simulator:phones")


def _page(
    request: HttpRequest, kept: Kept, adding: PhoneForm | None = None
) -> HttpResponse:
    try:
        state = _ask("GET", "/state")
    except (SilentError, RefusedError):
        return render(request, "channels_in/simulator.html", {"silent": True})
    boards = [
        {
            "slug": slug,
            "title": TITLES[slug],
            "form": KnobsForm(initial=positions_of(turned), slug=slug),
            "well": Knobs().changed(turned) == Knobs(),
            "held": state["held"][slug],
        }
        for slug, turned in state["knobs"].items()
    ]
    context = {
        "page": build(state, numbers(state["knobs"]), kept),
        "boards": boards,
        "adding": adding or PhoneForm(),
        "pictures": PICTURES,
        "keys": "1234567890",
    }
    return render(request, "channels_in/simulator.html", context)

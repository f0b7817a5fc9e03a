"""What the clients send: to the desk, and to the floor."""

import json
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from twilio.request_validator import RequestValidator

from benchmarks.client import Request
from benchmarks.generator.generate import SEED
from benchmarks.generator.vocabulary import ENGLISH, HINDI, NAMES
from complaints.models import Category, Complaint
from notices.credentials import seal
from notices.models import ChannelAccount
from officers.models import Area, Organisation, Posting, Role
from officers.tokens import make_token

ROOT = "PMC"
HOOK_ACCOUNT, HOOK_TOKEN, HOOK_SID = "bench-sms", "not a secret", "AC" + "0" * 32
_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LANGUAGES = ("en", "hi", "mr", "it")


def _random(name: str) -> Random:
    return Random(f"{SEED}:{name}")  # noqa: S311 (made-up requests, not secrets)


def _phone(rng: Random) -> str:
    return f"+9199999{rng.randrange(100_000):05d}"


def _text(rng: Random, phrase: str) -> str:
    words = [word for word, _ in rng.choices(ENGLISH, k=11)]
    if rng.random() < 0.2:
        words += [word for word, _ in rng.choices(HINDI, k=4)]
    return f"{phrase} {' '.join(words)}"


def intakes(count: int, secret: str, *, by_words: bool = False) -> list[Request]:
    """With category and place, as the floor's; or by the words alone."""
    rng = _random("intake")
    top = Organisation.objects.get(code=ROOT)
    kinds = list(Category.objects.filter(organisation=top).order_by("pk"))
    wards = Area.objects.filter(organisation=top, level="ward_office")
    places = list(wards.order_by("pk").values_list("code", flat=True))
    headers = _JSON | {"Authorization": f"Bearer {secret}"}
    found = []
    for _ in range(count):
        kind = rng.choice(kinds)
        body = {
            "text": _text(rng, rng.choice(kind.words.get("en") or [kind.code])),
            "name": rng.choice(NAMES)[0],
            "phone": _phone(rng),
            "language": rng.choice(_LANGUAGES[:3]),
        }
        if not by_words:
            body |= {"category": kind.code, "area": rng.choice(places)}
        found.append(("POST", "/api/v1/complaints/", headers, json.dumps(body)))
    return found


def floor_intakes(count: int) -> list[Request]:
    rng = _random("intake")
    found: list[Request] = []
    for _ in range(count):
        body = {
            "text": _text(rng, "Street light out"),
            "name": rng.choice(NAMES)[0],
            "phone": _phone(rng),
            "kind": f"K{rng.randint(1, 40)}",
            "place": f"P{rng.randint(1, 60)}",
        }
        found.append(("POST", "/complaints/", _JSON, json.dumps(body)))
    return found


def token(at: datetime) -> str:
    """Of the city's call centre, without the limit that a program has."""
    posting = Posting.objects.filter(
        role=Role.AGENT, organisation__code=ROOT, area=None
    ).order_by("pk")[0]
    _row, secret = make_token(
        posting.officer, organisation=posting.organisation, name="benchmarks",
        expires_at=at + timedelta(days=30), at=at, requests_per_minute=10_000_000,
    )  # fmt: skip
    return secret


def hook_account() -> ChannelAccount:
    row, _made = ChannelAccount.objects.get_or_create(
        channel="sms",
        address="+919999990000",
        defaults={
            "organisation": Organisation.objects.get(code=ROOT),
            "sender": "sms_twilio",
            "code": HOOK_ACCOUNT,
            "provider_account": HOOK_SID,
            "sealed": seal({"auth_token": HOOK_TOKEN}),
        },
    )
    return row


def hook_form(rng: Random, number: int) -> dict[str, str]:
    return {
        "MessageSid": f"SM{number:032d}", "SmsSid": f"SM{number:032d}",
        "AccountSid": HOOK_SID, "From": _phone(rng), "To": "+919999990000",
        "Body": _text(rng, rng.choice(("Big pothole", "No water", "Garbage heap"))),
        "NumMedia": "0",
    }  # fmt: skip


def hooks(count: int, first: int = 0) -> list[Request]:
    rng = _random(f"hook:{first}")
    address = f"/hooks/sms_twilio/{HOOK_ACCOUNT}/"
    validator = RequestValidator(HOOK_TOKEN)
    found = []
    for number in range(first, first + count):
        form = hook_form(rng, number)
        signature = validator.compute_signature(settings.PUBLIC_URL + address, form)
        headers = _FORM | {"X-Twilio-Signature": signature}
        found.append(("POST", address, headers, urlencode(form)))
    return found


def statuses(count: int) -> list[Request]:
    """Strangers who typed a number, each from their own address, in four languages."""
    rng = _random("status")
    last = Complaint.objects.order_by("-pk").values_list("pk", flat=True)[0]
    keys = [rng.randint(1, last) for _ in range(count)]
    numbers = Complaint.objects.filter(pk__in=keys).values_list("number", flat=True)
    return [
        ("GET", f"/c/{number}/", _visitor(rng, place), "")
        for place, number in enumerate(numbers)
    ]


def _visitor(rng: Random, place: int) -> dict[str, str]:
    address = ".".join(str(rng.randrange(1, 255)) for _ in range(4))
    return {
        "X-Forwarded-For": address,
        "Accept-Language": _LANGUAGES[place % len(_LANGUAGES)],
    }


def floor_reads(count: int, size: int) -> list[Request]:
    rng = _random("read")
    return [
        ("GET", f"/complaints/{rng.randint(1, size)}/", {}, "") for _ in range(count)
    ]


def floor_lists(count: int) -> list[Request]:
    rng = _random("list")
    return [
        ("GET", f"/list/?status=registered&place={rng.randint(1, 60)}", {}, "")
        for _ in range(count)
    ]

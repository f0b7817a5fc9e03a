"""Where providers post to: /hooks/<wire>/<account>/. Verify, store, 200: nothing else.

Whatever the bytes are, the answer is never 500: a provider that gets one may drop the
message for good.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from channels_in import inbox
from channels_in.models import Inbound
from channels_in.port import QUERY, Envelope, UnverifiedError, Wire
from channels_in.wires import wire_of
from notices.accounts import by_code, keys_of
from notices.port import Keys

RETRY_AFTER_SECONDS = 30
log = logging.getLogger(__name__)


@csrf_exempt
def hook(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    if request.method != "POST":
        return _plain(405, Allow="POST")
    wire = wire_of(slug)
    if wire is None:
        raise Http404
    if _announced(request) > wire.longest_body:
        return _plain(413)
    try:
        return _take(request, wire, code, timezone.now())
    except Error as error:
        # The class alone: the text of a database error names hosts, or the message.
        log.error("hook %s %s: %s", slug, code, type(error).__name__)
        return _plain(503, **{"Retry-After": str(RETRY_AFTER_SECONDS)})


def _take(request: HttpRequest, wire: Wire, code: str, at: datetime) -> HttpResponse:
    account = by_code(wire.slug, code)
    if account is None:
        raise Http404
    envelope = _envelope(request, wire)
    if envelope is None:
        return _plain(400)
    keys = keys_of(account)
    if not _verified(wire, keys, envelope):
        return _plain(403)
    what, provider_id = _identified(wire, keys, envelope)
    inbox.accept(
        account,
        wire.slug,
        envelope,
        what=what,
        provider_id=provider_id,
        at=at,
    )
    return HttpResponse(_reply(wire, keys, envelope), content_type=wire.answer_type)


def _announced(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0  # Django reads no body then


def _envelope(request: HttpRequest, wire: Wire) -> Envelope | None:
    """None when the sender broke off."""
    try:
        body = request.body
    except (UnreadablePostError, RawPostDataException):
        return None
    query = request.META.get("QUERY_STRING", "")
    path = request.path_info + (f"?{query}" if query else "")
    wanted = {name: request.headers.get(name) for name in wire.headers}
    headers = {name: value for name, value in wanted.items() if value is not None}
    if wire.keeps_query:
        headers[QUERY] = query
    return Envelope(f"{settings.PUBLIC_URL}{path}", body, headers)


def _verified(wire: Wire, keys: Keys, envelope: Envelope) -> bool:
    try:
        wire.verify(keys, envelope)
    except UnverifiedError:
        log.info("hook %s %s: refused", wire.slug, keys.code)
        return False
    except Exception:
        log.exception("hook %s %s: cannot be verified", wire.slug, keys.code)
        return False
    return True


def _identified(wire: Wire, keys: Keys, envelope: Envelope) -> tuple[str, str]:
    """What cannot be told is stored all the same, by the digest of its body."""
    try:
        return wire.identify(keys, envelope)
    except Exception:
        log.exception("hook %s %s: has no id", wire.slug, keys.code)
        return Inbound.What.MESSAGE.value, ""


def _reply(wire: Wire, keys: Keys, envelope: Envelope) -> bytes:
    """It is stored by now: whatever fails here must not lose it."""
    try:
        return wire.reply(keys, envelope)
    except Exception:
        log.exception("hook %s %s: has no reply", wire.slug, keys.code)
        return wire.answer


def _plain(status: int, **headers: str) -> HttpResponse:
    return HttpResponse(b"", status=status, content_type="text/plain", headers=headers)

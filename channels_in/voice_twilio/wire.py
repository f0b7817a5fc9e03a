"""Rating calls by Twilio's Programmable Voice. docs/channels/voice_twilio.md"""

from collections.abc import Iterable, Mapping
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from channels_in.port import Envelope, Pressed, Receipt, UnreadableError, Wire
from channels_in.sms_twilio.form import HEADERS, check_signature, fields_of
from channels_in.voice_twilio import calling
from channels_in.voice_twilio.speech import further, hook_of
from channels_in.voice_twilio.steps import NoStepError, Step, after, step_of
from notices.port import Keys, OutboundMessage

# How a call of ours ended; the stages before it say nothing new. What nobody took up
# keeps Twilio's word for it: it rang, and that counts as a try.
ENDS = {
    "completed": ("delivered", ""),
    "no-answer": ("failed", "no-answer"),
    "busy": ("failed", "busy"),
    "failed": ("failed", "failed"),
    "canceled": ("failed", "canceled"),
}
NOBODY = ("failed", "no-answer")  # a machine took it up


class TwilioVoice(Wire):
    slug = calling.SLUG
    channel = "voice"
    source = "ivr"
    tells_arrival = True
    secret_names = ("auth_token",)
    headers: ClassVar[frozenset[str]] = HEADERS
    keeps_query = True
    answer = b'<?xml version="1.0" encoding="UTF-8"?><Response><Hangup /></Response>'
    answer_type = "text/xml"
    settles_in_seconds = 60.0

    def verify(self, keys: Keys, envelope: Envelope) -> None:
        check_signature(keys, envelope)

    def identify(self, keys: Keys, envelope: Envelope) -> tuple[str, str]:
        form = fields_of(envelope)
        sid = form.get("CallSid", "")
        if _is_key(envelope):
            step = _step(envelope)
            return "message", f"{sid}:{step.name}" if sid and step else ""
        stage = form.get("CallStatus", "")
        return ("receipt", f"{sid}:{stage}") if sid and stage else ("message", sid)

    def parse(self, keys: Keys, envelope: Envelope) -> Iterable[Receipt | Pressed]:
        form = fields_of(envelope)
        sid = form.get("CallSid", "")
        if _is_key(envelope):
            return [_pressed(envelope, form)]
        outcome, error = _end(form)
        return [Receipt(sid, outcome, error)] if sid and outcome else []

    def reply(self, keys: Keys, envelope: Envelope) -> bytes:
        step = _step(envelope)
        if step is None:
            return self.answer
        key = fields_of(envelope).get("Digits", "")
        return further(step, after(step, key), hook_of(keys.code)).encode()

    def send(self, message: OutboundMessage) -> str:
        return calling.call(message)

    def look_up(self, message: OutboundMessage) -> str | None:
        return calling.look_up(message)


def _is_key(envelope: Envelope) -> bool:
    """An answer to a question of ours, and no news of how the call goes."""
    return bool(_token(envelope))


def _token(envelope: Envelope) -> str:
    return parse_qs(urlsplit(envelope.url).query).get("step", [""])[0]


def _step(envelope: Envelope) -> Step | None:
    try:
        return step_of(_token(envelope))
    except NoStepError:
        return None


def _pressed(envelope: Envelope, form: Mapping[str, str]) -> Pressed:
    step = _step(envelope)
    if step is None or not form.get("CallSid"):
        raise UnreadableError("no_step" if step is None else "no_call")
    said = after(step, form.get("Digits", ""))
    return Pressed(step.notice_id, said.solved, said.score)


def _end(form: Mapping[str, str]) -> tuple[str, str]:
    end = ENDS.get(form.get("CallStatus", "").lower(), ("", ""))
    by_machine = form.get("AnsweredBy", "").startswith(("machine", "fax"))
    return NOBODY if by_machine and end[0] == "delivered" else end

"""What the call says, in TwiML and in the language of who is called."""

import re
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override
from twilio.twiml.voice_response import Gather, VoiceResponse

from channels_in.voice_twilio.steps import Next, Step

# Twilio, "Text-to-Speech: available voices": Polly has none for Marathi.
VOICES = {
    "en": ("en-IN", "Polly.Aditi"),
    "hi": ("hi-IN", "Polly.Aditi"),
    "mr": ("mr-IN", "Google.mr-IN-Standard-A"),
    "it": ("it-IT", "Polly.Carla"),
}
WAITS_SECONDS = 8
LONGEST_SAID = 600
# Asked again by Twilio itself where we were away for a moment; no part of what is
# signed ("Webhooks: connection overrides").
TRY_AGAIN = "#rc=2&rp=5xx,ct,rt"
_FIGURES = re.compile(r"\d(?:[\d\s.-]*\d)?")


def first(text: str, step: Step, hook: str) -> str:
    """The whole call up to the first key."""
    voice = VoiceResponse()
    with override(step.language):
        _ask(voice, step, hook, [spoken(text[:LONGEST_SAID])])
    return str(voice)


def further(step: Step, after: Next, hook: str) -> str:
    voice = VoiceResponse()
    with override(step.language):
        if after.step is not None:
            sorry = [_("We did not understand that.")] if after.step.again else []
            _ask(voice, after.step, hook, sorry)
        else:
            _say(voice, step.language, _goodbye(after))
            voice.hangup()
    return str(voice)


def _ask(voice: VoiceResponse, step: Step, hook: str, words: list[str]) -> None:
    key = Gather(
        input="dtmf",
        num_digits=1,
        timeout=WAITS_SECONDS,
        finish_on_key="",
        action_on_empty_result=True,
        action=f"{hook}?{urlencode({'step': step.token()})}{TRY_AGAIN}",
        method="POST",
    )
    for each in [*words, *_question(step)]:
        _say(key, step.language, each)
    voice.append(key)
    voice.hangup()


def _say(voice: VoiceResponse | Gather, language: str, words: str) -> None:
    spoken_as, by = VOICES.get(language, VOICES["en"])
    voice.say(words, language=spoken_as, voice=by)


def _question(step: Step) -> list[str]:
    if step.score:
        return [
            _("If the problem is solved, press 1."),
            _("If it is not solved, press 0."),
        ]
    return [
        _("How good was the work? Press a key from 1 to 5. 5 is the best."),
        _("If it is not solved, press 0."),
    ]


def _goodbye(after: Next) -> str:
    if after.solved is None:
        return _(
            "We heard no answer. You can still answer by the link in our message. "
            "Goodbye."
        )
    if after.solved:
        return _("Thank you. Your rating is noted. Goodbye.")
    return _("Thank you. We noted that it is not solved. Goodbye.")


def spoken(text: str) -> str:
    """Numbers figure by figure: 148 302 975 116 is no hundred and forty-eight."""
    return _FIGURES.sub(_figures, text)


def _figures(match: re.Match[str]) -> str:
    found = match.group()
    if sum(each.isdigit() for each in found) < 3:
        return found
    groups = re.split(r"[^\d]+", found)
    return ", ".join(" ".join(group) for group in groups)


def hook_of(code: str) -> str:
    return f"{settings.PUBLIC_URL}/hooks/voice_twilio/{code}/"

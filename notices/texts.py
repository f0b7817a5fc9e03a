"""Which stored text speaks: of which organisation, in which language."""

from notices.models import Template
from officers.models import Organisation
from officers.trees import organisation_path
from operations.generation import ReferenceCache

# Bumped by whoever writes templates, channel accounts or articles.
REFERENCE = "notices"
ANY = "any"


class MissingTemplateError(LookupError):
    """No text for this key in any language: the reaction is kept and tried again."""


_Texts = dict[tuple[int, str, str, str], str]


def _read() -> _Texts:
    rows = Template.objects.values_list(
        "organisation_id", "key", "language", "channel", "text"
    )
    return {(org, key, spoken, way): text for org, key, spoken, way, text in rows}


_texts = ReferenceCache(REFERENCE, _read)


def choose(
    key: str,
    speaker: Organisation,
    other: Organisation,
    language: str,
    channel: str,
) -> tuple[str, str]:
    """The text and its language: the reader's first, then the nearest organisation's.

    An own text in a language one cannot read helps less than the parent's in one's own.
    `other` is asked where the speaker's tree has none. Raises MissingTemplateError.
    """
    texts = _texts.get()
    path = [*organisation_path(speaker.pk), *organisation_path(other.pk)]
    for spoken in (language, speaker.default_language, "en"):
        for pk in path:
            for way in (channel, ANY):
                text = texts.get((pk, key, spoken, way))
                if text is not None:
                    return text, spoken
    raise MissingTemplateError(f"{key} for organisation {speaker.pk}")

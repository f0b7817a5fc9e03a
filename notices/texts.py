"""Which stored text speaks: of which organisation, in which language."""

from dataclasses import dataclass

from notices.models import Template
from officers.models import Organisation
from officers.trees import organisation_path
from operations.generation import ReferenceCache

# Bumped by whoever writes templates, channel accounts or articles.
REFERENCE = "notices"
ANY = "any"


class MissingTemplateError(LookupError):
    """No text for this key in any language: the reaction is kept and tried again."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A stored text, and as the operators have it registered (notices/dlt.py)."""

    text: str
    language: str
    registered_text: str = ""
    registered_id: str = ""


class _Texts:
    def __init__(self) -> None:
        self.by_place: dict[tuple[int, str, str, str], Chosen] = {}
        # organisation and id → the text as registered
        self.registered: dict[tuple[int, str], str] = {}
        rows = Template.objects.values_list(
            "organisation_id", "key", "language", "channel",
            "text", "registered_text", "registered_id",
        )  # fmt: skip
        for organisation, key, spoken, way, text, registered, id_ in rows:
            place = (organisation, key, spoken, way)
            self.by_place[place] = Chosen(text, spoken, registered, id_)
            if registered:
                self.registered[organisation, id_] = registered


_texts = ReferenceCache(REFERENCE, _Texts)


def chosen(
    key: str,
    speaker: Organisation,
    other: Organisation,
    language: str,
    channel: str,
) -> Chosen:
    """The reader's language first, then the nearest organisation's text.

    An own text in a language one cannot read helps less than the parent's in one's own.
    `other` is asked where the speaker's tree has none. Raises MissingTemplateError.
    """
    texts = _texts.get().by_place
    path = [*organisation_path(speaker.pk), *organisation_path(other.pk)]
    for spoken in (language, speaker.default_language, "en"):
        for pk in path:
            for way in (channel, ANY):
                found = texts.get((pk, key, spoken, way))
                if found is not None:
                    return found
    raise MissingTemplateError(f"{key} for organisation {speaker.pk}")


def registration(organisation_id: int, registered_id: str) -> str:
    """The text as this organisation, or one above it, has registered it; "" is none."""
    texts = _texts.get().registered
    path = organisation_path(organisation_id)
    return next(
        (texts[pk, registered_id] for pk in path if (pk, registered_id) in texts), ""
    )

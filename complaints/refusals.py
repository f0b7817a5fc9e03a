"""Clear refusals: what is wrong and how to mend it, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """An action that was not taken. `message` is meant for the person who tried."""

    code = "refused"

    def __init__(
        self,
        message: str | Promise,
        params: Mapping[str, Any] | None = None,
        *,
        code: str = "",
        field: str = "",
    ) -> None:
        super().__init__(str(message))
        self.message = message
        self.params = params
        self.field = field
        if code:
            self.code = code

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.params if self.params else text


class NotAllowed(Refused):
    """This person may not do this to this complaint."""

    code = "not_allowed"


class WrongStage(Refused):
    """The complaint is not at a stage where this can be done."""

    code = "wrong_stage"


class Conflict(Refused):
    """Somebody else was first: `event` says who did what."""

    code = "conflict"


class Invalid(Refused):
    """A value is missing or wrong; `field` names it."""

    code = "invalid"


def missing(field: str) -> Invalid:
    return Invalid(_("Please fill this in."), code="required", field=field)

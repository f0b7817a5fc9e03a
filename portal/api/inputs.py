"""What a request may hold: strict types, no unknown names, words made storable."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from complaints.text import TooLong, clean

if TYPE_CHECKING:
    _Serializer = serializers.Serializer[Any]
else:
    _Serializer = serializers.Serializer  # subscriptable in the stubs only

REQUIRED = _("Please fill this in.")
NOT_TEXT = _("Send text here.")
NOT_NUMBER = _("Send a number here.")
NOT_YES_NO = _("Send true or false here.")
NOT_LIST = _("Send a list here.")
NOT_MOMENT = _("Send a moment with its zone, such as 2026-11-21T09:12:00+05:30.")
NOT_OFFERED = _("“{input}” is not one of the values of this field.")
UNKNOWN = _("This field is not known.")
OUT_OF_RANGE = _("This number is too large or too small.")
TOO_LONG = _("This is too long: at most {max_length} characters.")
TOO_SHORT = _("Please write a little more: at least {min_length} characters.")
TOO_MANY = _("These are too many: at most {max_length}.")
NOT_FITTING = _("This is not written as the schema says.")
# RFC 3339 §5.6; what Python reads besides (2026-W47, 20261121) is not promised.
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
_LARGEST_INT = 2**31 - 1
# Of what can be typed at all: cleaned text is never longer than what was sent, but by
# the few letters that Unicode takes apart.
_ANY_LENGTH = 10**9


class Strict(_Serializer):
    """Refuses names it does not know: nobody sets a field by guessing it."""

    default_error_messages = {"invalid": _("Send an object with named fields.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError(
                    {
                        name[:60]: [ErrorDetail(str(UNKNOWN), "unknown")]
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """Words: cleaned as everywhere, then counted."""

    default_error_messages = {
        "required": REQUIRED,
        "null": REQUIRED,
        "blank": REQUIRED,
        "invalid": NOT_TEXT,
        "max_length": TOO_LONG,
        "min_length": TOO_SHORT,
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            return clean(data, self.max_length or _ANY_LENGTH).strip()
        except TooLong:
            self.fail("max_length", max_length=self.max_length)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """What is empty once it is cleaned is empty."""
        if isinstance(data, str) and not clean(data, _ANY_LENGTH).strip():
            data = ""
        return super().run_validation(data)


class Code(serializers.RegexField):
    """A code or id of ours or of theirs: no words."""

    default_error_messages = {
        "required": REQUIRED,
        "null": REQUIRED,
        "blank": REQUIRED,
        "invalid": NOT_FITTING,
        "max_length": NOT_FITTING,
    }

    def __init__(self, regex: str = r"^[A-Za-z0-9_.:/-]{1,60}$", **kwargs: Any) -> None:
        # \Z: Python's $ also fits before a last line end
        super().__init__(re.compile(regex.replace("$", r"\Z")), **kwargs)
        self.pattern = regex

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return data

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if isinstance(data, str) and not self.allow_blank and not data.strip():
            self.fail("invalid" if data else "blank")
        return super().run_validation(data)


class Choice(serializers.ChoiceField):
    default_error_messages = {
        "required": REQUIRED,
        "null": REQUIRED,
        "invalid_choice": NOT_OFFERED,
    }

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=type(data).__name__)
        if data not in self.choices:
            self.fail("invalid_choice", input=clean(data, _ANY_LENGTH)[:60])
        return data


class Decimal(serializers.FloatField):
    default_error_messages = {
        "required": REQUIRED,
        "null": REQUIRED,
        "invalid": NOT_NUMBER,
        "max_value": OUT_OF_RANGE,
        "min_value": OUT_OF_RANGE,
    }

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """`typed`: from an address, where everything is text."""

    default_error_messages = {
        "required": REQUIRED,
        "null": REQUIRED,
        "invalid": NOT_NUMBER,
        "max_value": OUT_OF_RANGE,
        "min_value": OUT_OF_RANGE,
    }

    def __init__(self, *, typed: bool = False, **kwargs: Any) -> None:
        self.typed = typed
        super().__init__(**{"min_value": 0, "max_value": _LARGEST_INT} | kwargs)

    def to_internal_value(self, data: Any) -> int:
        if self.typed and isinstance(data, str) and _WHOLE.fullmatch(data):
            return int(data)
        if self.typed or isinstance(data, bool) or not isinstance(data, int | float):
            self.fail("invalid")
        if isinstance(data, float) and not data.is_integer():
            self.fail("invalid")
        return int(data)


class YesNo(serializers.BooleanField):
    """true or false, not "yes" or 1."""

    default_error_messages = {
        "required": REQUIRED,
        "null": REQUIRED,
        "invalid": NOT_YES_NO,
    }

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=type(data).__name__)
        return data


class Moment(serializers.DateTimeField):
    default_error_messages = {
        "required": REQUIRED,
        "null": REQUIRED,
        "invalid": NOT_MOMENT,
        "overflow": NOT_MOMENT,
    }

    def to_internal_value(self, value: Any) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value.upper()):
            self.fail("invalid", format="RFC 3339")
        return super().to_internal_value(value.upper())


class Codes(serializers.ListField):
    """A few codes, each once."""

    default_error_messages = {
        "not_a_list": NOT_LIST,
        "null": NOT_LIST,
        "max_length": TOO_MANY,
    }

    def to_internal_value(self, data: Any) -> list[Any]:
        if not isinstance(data, list):
            self.fail("not_a_list", input_type=type(data).__name__)
        return list(dict.fromkeys(super().to_internal_value(data)))


def read(serializer: type[Strict], data: Any) -> dict[str, Any]:
    """The checked values by name. Raises ValidationError."""
    form = serializer(data=data)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values

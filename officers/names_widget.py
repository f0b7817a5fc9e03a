"""One box per language for a `names` field."""

from typing import Any

from django import forms
from django.conf import settings

from officers.names import LANGUAGE_CODES


class NamesWidget(forms.MultiWidget):
    template_name = "officers/names_widget.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            code: forms.TextInput(attrs={"lang": code, "size": 60})
            for code in LANGUAGE_CODES
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Any) -> list[str]:
        names = value if isinstance(value, dict) else {}
        return [names.get(code, "") for code in LANGUAGE_CODES]

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        labels = dict(settings.LANGUAGES)
        boxes = context["widget"]["subwidgets"]
        for code, box in zip(LANGUAGE_CODES, boxes, strict=True):
            box["language"] = labels[code]
            box["code"] = code
        return context


class NamesFormField(forms.MultiValueField):
    def __init__(self, **kwargs: Any) -> None:
        for unused in ("encoder", "decoder", "max_length"):
            kwargs.pop(unused, None)
        kwargs["widget"] = NamesWidget()
        boxes = tuple(forms.CharField(required=False) for _code in LANGUAGE_CODES)
        super().__init__(boxes, require_all_fields=False, **kwargs)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        pairs = zip(LANGUAGE_CODES, data_list or [], strict=False)
        return {code: text.strip() for code, text in pairs if text and text.strip()}

    def has_changed(self, initial: Any, data: Any) -> bool:
        return NamesWidget().decompress(initial) != list(data or [])

"""Back office: the accounts that messages leave from, and their secrets.

A secret goes in and never comes out again: the page says only that it is set, and how
it ends.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.phones import masked, masked_email
from notices.credentials import UnreadableSecretsError, seal, unseal
from notices.models import ChannelAccount, OptOut
from notices.paging import CappedPaginator
from notices.render import EMAIL
from notices.texts import REFERENCE
from officers.scoped_admin import ScopedAdmin

if TYPE_CHECKING:
    _Form = forms.ModelForm[ChannelAccount]
else:
    _Form = forms.ModelForm  # subscriptable in the stubs only

SECRET = "secret_"  # noqa: S105  the beginning of a field's name
# Of a shorter secret four signs would tell too much.
LONG_ENOUGH_TO_SHOW = 16


class AccountForm(_Form):
    sender = forms.ChoiceField(label=_("Sender"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        slugs = dict.fromkeys([*settings.SUNWAI_CHANNELS, self.instance.sender])
        field = self.fields["sender"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(slug, slug) for slug in slugs if slug]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if _takes_in(data.get("sender", "")) and not data.get("code"):
            self.add_error("code", _("The provider needs an address to call."))
        return data


class ChannelAccountAdmin(ScopedAdmin):
    reference = REFERENCE
    when_empty = _(
        "No number or mailbox yet: citizens are written to by no channel. Add the "
        "first one."
    )
    list_display = (
        "channel", "address", "organisation", "sender", "code", "registered", "active",
    )  # fmt: skip
    list_filter = ("channel", "active")
    ordering = ("channel", "address")
    readonly_fields = ("hook", "receipt_hook")

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,
        **kwargs: Any,
    ) -> Any:
        return super().get_form(request, obj, change, form=_form_for(obj), **kwargs)

    def get_fieldsets(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> Any:
        secrets = [SECRET + name for name in _secret_names(obj)]
        return (
            (None, {"fields": ("organisation", "channel", "address", "active")}),
            (
                _("Provider"),
                {
                    "fields": (
                        "sender", "code", "hook", "receipt_hook", "provider_account",
                        *secrets,
                    ),
                    "description": "" if obj else _("Save it, then enter its secrets."),
                },
            ),
            (
                _("Registered texts (India)"),
                {"fields": ("registered", "entity_id", "header", "variable_limit")},
            ),
        )  # fmt: skip

    @admin.display(description=_("Address for messages"))
    def hook(self, obj: ChannelAccount) -> str:
        return _hook(obj, "")

    @admin.display(description=_("Address for receipts"))
    def receipt_hook(self, obj: ChannelAccount) -> str:
        return _hook(obj, "status/")

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: Any, change: bool
    ) -> None:
        if isinstance(obj, ChannelAccount):
            entered = {
                name.removeprefix(SECRET): value
                for name, value in form.cleaned_data.items()
                if name.startswith(SECRET) and value
            }
            if entered:
                obj.sealed = seal(_secrets(obj) | entered)
        super().save_model(request, obj, form, change)


class OptOutAdmin(ScopedAdmin):
    read_only = True
    when_empty = _("Nobody has asked for silence yet. Who writes STOP stands here.")
    paginator = CappedPaginator
    list_display = ("channel", "to", "organisation", "since")
    list_select_related = ("organisation",)
    fields = ("organisation", "channel", "to", "since")
    ordering = ("-pk",)

    @admin.display(description=_("Address"))
    def to(self, obj: OptOut) -> str:
        hide = masked_email if obj.channel == EMAIL else masked
        return hide(obj.address)


def _form_for(obj: models.Model | None) -> type[AccountForm]:
    """With one empty box for each secret; what is left empty stays as it is."""
    fields = {
        SECRET + name: forms.CharField(
            label=name.replace("_", " ").capitalize(),
            required=False,
            max_length=4000,
            strip=True,
            help_text=_shown(obj, name),
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        )
        for name in _secret_names(obj)
    }
    return type("AccountForm", (AccountForm,), fields)


def _secret_names(obj: models.Model | None) -> list[str]:
    if not isinstance(obj, ChannelAccount):
        return []
    wanted = getattr(_sender_class(obj.sender), "secret_names", ())
    return list(dict.fromkeys([*wanted, *_secrets(obj)]))


def _shown(obj: models.Model | None, name: str) -> str:
    if not isinstance(obj, ChannelAccount):
        return ""
    try:
        secret = unseal(obj.sealed).get(name, "")
    except UnreadableSecretsError:
        return gettext("Set, but sealed with a key that is gone: enter it anew.")
    if not secret:
        return gettext("Not set.")
    if len(secret) < LONG_ENOUGH_TO_SHOW:
        return gettext("Set.")
    return gettext("Set, ends with …%(end)s.") % {"end": secret[-4:]}


def _secrets(obj: ChannelAccount) -> dict[str, str]:
    try:
        return unseal(obj.sealed)
    except UnreadableSecretsError:
        return {}


def _hook(obj: ChannelAccount, end: str) -> str:
    if not obj.code or not _takes_in(obj.sender):
        return "-"
    # where channels_in listens
    url = f"{settings.PUBLIC_URL}/hooks/{obj.sender}/{obj.code}/{end}"
    return format_html("<code>{}</code>", url)


def _takes_in(slug: str) -> bool:
    """Whether messages come by it too: its class is a Wire, one floor above us."""
    return hasattr(_sender_class(slug), "parse")


def _sender_class(slug: str) -> type | None:
    path = settings.SUNWAI_CHANNELS.get(slug)
    found = import_string(path) if path else None
    return found if isinstance(found, type) else None

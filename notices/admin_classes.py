"""Back office: the texts and the articles; see admin_accounts.py, admin_notices.py."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices.admin_accounts import ChannelAccountAdmin, OptOutAdmin
from notices.admin_notices import NoticeAdmin
from notices.articles import TOPICS, search_words
from notices.blanks import MOST_SEGMENTS, measure
from notices.kinds import KINDS
from notices.models import Article, ChannelAccount, Notice, OptOut, Template
from notices.render import EMAIL
from notices.texts import REFERENCE
from officers.names import LANGUAGE_CODES
from officers.scoped_admin import Admins, ScopedAdmin

if TYPE_CHECKING:
    _Form = forms.ModelForm[models.Model]
else:
    _Form = forms.ModelForm  # subscriptable in the stubs only


class TemplateForm(_Form):
    key = forms.ChoiceField(label=_("Message"), choices=[(k, k) for k in sorted(KINDS)])
    language = forms.ChoiceField(
        label=_("Language"), choices=[(code, code) for code in LANGUAGE_CODES]
    )
    channel = forms.ChoiceField(
        label=_("Channel"),
        choices=[("any", _("Any")), ("sms", _("SMS")), ("email", _("E-mail"))],
    )


class TemplateAdmin(ScopedAdmin):
    form = TemplateForm
    reference = REFERENCE
    list_display = ("key", "language", "channel", "organisation", "size", "text")
    list_filter = ("language", "channel", "audience")
    search_fields = ("key", "text")
    ordering = ("key", "language", "channel", "pk")
    fields = (
        "organisation", "key", "audience", "language", "channel", "text", "blanks",
        "size", "registered_id", "registered_text",
    )  # fmt: skip
    readonly_fields = ("blanks", "size")

    @admin.display(description=_("SMS parts"))
    def size(self, obj: Template) -> str:
        """Counted with values of the usual length, as the operators bill it."""
        if obj.channel == EMAIL or not obj.text:
            return "-"
        size = measure(obj.text)
        return gettext("%(count)s of %(most)s (%(units)s characters, %(encoding)s)") % {
            "count": size.segments,
            "most": MOST_SEGMENTS,
            "units": size.units,
            "encoding": size.encoding,
        }

    @admin.display(description=_("Blanks you may use"))
    def blanks(self, obj: Template) -> str:
        kind = KINDS.get(obj.key)
        return " ".join(f"{{{name}}}" for name in sorted(kind.blanks)) if kind else "-"


class ArticleForm(_Form):
    topic = forms.ChoiceField(label=_("Topic"), choices=list(TOPICS.items()))


class ArticleAdmin(ScopedAdmin):
    form = ArticleForm
    reference = REFERENCE
    list_display = ("code", "topic", "organisation", "area", "valid_to")
    list_filter = ("topic",)
    ordering = ("topic", "code")
    search_fields = ("code", "search_text")
    exclude = ("search_text",)

    def save_model(
        self, request: HttpRequest, obj: models.Model, form: Any, change: bool
    ) -> None:
        if isinstance(obj, Article):
            obj.search_text = search_words(obj.titles, obj.bodies, obj.words)
        super().save_model(request, obj, form, change)


ADMINS: Admins = [
    (Template, TemplateAdmin),
    (Notice, NoticeAdmin),
    (ChannelAccount, ChannelAccountAdmin),
    (OptOut, OptOutAdmin),
    (Article, ArticleAdmin),
]

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.test import RequestFactory

from notices.admin_classes import ADMINS, ArticleAdmin, TemplateAdmin
from notices.admin_notices import NoticeAdmin
from notices.articles import find
from notices.models import Article, Notice, Template
from officers.models import Officer
from officers.scoped_admin import ScopedAdmin
from tests.base import names
from tests.notices.cases import NoticesTestCase


class AdminTests(NoticesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.site = AdminSite()
        self.templates = TemplateAdmin(Template, self.site)
        self.notices = NoticeAdmin(Notice, self.site)

    def request(self, officer: Officer) -> HttpRequest:
        request = RequestFactory().get("/admin/")
        request.user = officer
        return request

    def data(self, **over: object) -> dict[str, object]:
        return {
            "organisation": self.w.pune.pk, "key": "registered", "audience": "citizen",
            "language": "en", "channel": "sms", "text": "{org}: {no}",
            "registered_id": "",
        } | over  # fmt: skip

    def form(self, **over: object) -> list[str]:
        request = self.request(self.w.admin)
        form = self.templates.get_form(request)(self.data(**over))
        return [str(e) for errors in form.errors.values() for e in errors]

    def test_all_are_scoped(self) -> None:
        assert all(issubclass(admin, ScopedAdmin) for _model, admin in ADMINS)

    def test_a_good_text_is_taken(self) -> None:
        assert self.form() == []

    def test_a_wrong_blank_is_refused_with_its_place(self) -> None:
        (said,) = self.form(text="{org}: {no} {secret}")
        assert said == "Line 1, character 13: {secret} is not known."

    def test_a_text_over_the_limit_is_refused(self) -> None:
        (said,) = self.form(language="mr", text="{org}: " + "तक्रार " * 30)
        assert said.startswith("Too long: 4 SMS of UCS-2, at most 2.")

    def test_the_counter_shows_the_parts(self) -> None:
        row = Template.objects.get(
            organisation=self.w.pune, key="registered", language="hi", channel="any"
        )
        assert self.templates.size(row).startswith("2 of 2 (")
        assert "UCS-2" in self.templates.size(row)
        assert "{due}" in self.templates.blanks(row)
        row.channel = "email"
        assert self.templates.size(row) == "-"

    def test_the_outbox_is_looked_at_only(self) -> None:
        request = self.request(self.w.admin)
        assert self.notices.has_view_permission(request)
        assert not self.notices.has_add_permission(request)
        assert not self.notices.has_change_permission(request)
        assert not self.notices.has_delete_permission(request)

    def test_the_outbox_shows_no_words_and_no_number(self) -> None:
        self.w.file()
        notice = Notice.objects.get()
        assert "99999" not in self.notices.to(notice)
        assert self.notices.to(notice).endswith("0001")
        fields = {*NoticeAdmin.list_display, *NoticeAdmin.fields}
        assert not fields & {"text", "recipient", "subject"}

    def test_the_outbox_is_the_own_organisations(self) -> None:
        self.w.file()
        assert self.notices.get_queryset(self.request(self.w.admin)).count() == 1
        assert self.notices.get_queryset(self.request(self.w.ravi)).count() == 0

    def test_an_article_is_found_as_soon_as_it_is_saved(self) -> None:
        assert find([self.w.pune.pk], "certificate") == []
        article = Article(
            organisation=self.w.pune, code="BIRTH", topic="certificates",
            titles=names("Birth certificate"), bodies=names("Ask the ward office."),
        )  # fmt: skip
        admin = ArticleAdmin(Article, self.site)
        admin.save_model(self.request(self.w.admin), article, None, change=False)
        assert find([self.w.pune.pk], "certificate") == [article]
        assert "ward office" in article.search_text

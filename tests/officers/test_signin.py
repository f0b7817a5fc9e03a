from django.conf import settings
from django.test import override_settings
from django.urls import reverse

from officers.models import Officer
from officers.signin import TRIES_PER_NAME
from operations.models import Counter
from tests.base import PASSWORD, WorldTestCase


class SigninTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.w.asha.set_password(PASSWORD)
        self.w.asha.save()

    def sign_in(self, password: str = PASSWORD, name: str = "asha") -> str:
        response = self.client.post(
            reverse("account_login"), {"login": name, "password": password}
        )
        return str(response.headers.get("Location", response.content.decode()))

    def test_an_agent_lands_in_the_console(self) -> None:
        assert self.sign_in() == "/admin/console/"

    def test_each_role_lands_where_its_day_starts(self) -> None:
        for officer, page in (
            (self.w.devika, "/admin/queue/"),
            (self.w.hema, "/office/"),
            (self.w.chitra, "/reports/"),
            (self.w.farhan, "/field/"),
        ):
            officer.set_password(PASSWORD)
            officer.save()
            self.client.logout()
            assert self.sign_in(name=officer.username) == page

    def test_nobody_signs_up(self) -> None:
        page = self.client.get(reverse("account_signup"))
        self.assertContains(page, "administrator")
        before = Officer.objects.count()
        given = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
        self.client.post(reverse("account_signup"), given)
        assert Officer.objects.count() == before

    def test_too_many_tries_shut_the_door_even_for_the_right_password(self) -> None:
        for _try in range(TRIES_PER_NAME):
            self.sign_in("wrong")
        assert "wait five minutes" in self.sign_in()
        assert Counter.objects.exists()

    def test_a_huge_password_is_refused_before_hashing(self) -> None:
        assert "do not fit" in self.sign_in("x" * 100_000)

    def test_unknown_and_known_names_get_the_same_answer(self) -> None:
        known, unknown = self.sign_in("wrong"), self.sign_in("wrong", "nobody")
        assert "do not fit" in known
        assert "do not fit" in unknown

    def test_it_stays_on_this_host_after_signing_in(self) -> None:
        for bad in ("//evil.example", "/\\evil.example", "https:evil", "javascript:x"):
            self.client.logout()
            response = self.client.post(
                reverse("account_login"),
                {"login": "asha", "password": PASSWORD, "next": bad},
            )
            assert response.headers["Location"] == "/admin/console/"

    def test_the_session_changes_at_sign_in(self) -> None:
        self.client.get("/accounts/login/")
        before = self.client.cookies.get(settings.SESSION_COOKIE_NAME)
        self.sign_in()
        after = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        assert before is None or before.value != after

    @override_settings(FORCE_MFA=True)
    def test_outside_the_demo_the_second_step_is_forced(self) -> None:
        self.client.force_login(self.w.asha)
        response = self.client.get("/admin/")
        self.assertRedirects(
            response, reverse("mfa_activate_totp"), fetch_redirect_response=False
        )

    def test_the_page_speaks_the_officers_language(self) -> None:
        self.client.force_login(self.w.asha)  # Marathi
        page = self.client.get("/accounts/password/change/")
        self.assertContains(page, 'lang="mr"')

    def test_an_ended_login_is_out_at_the_next_request(self) -> None:
        self.client.force_login(self.w.asha)
        Officer.objects.filter(pk=self.w.asha.pk).update(is_active=False)
        assert self.client.get("/admin/").status_code == 302

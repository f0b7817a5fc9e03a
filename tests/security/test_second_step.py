"""A password alone, or a stranger at the door, gets nowhere by trying often."""

from unittest import mock

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.urls import reverse

from officers.signin import RESETS_PER_NAME, TRIES_PER_CODE
from tests.base import NOW, PASSWORD, WorldTestCase


class SecondStepCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        clock = mock.patch("django.utils.timezone.now", return_value=NOW)
        clock.start()
        self.addCleanup(clock.stop)


class CodeTests(SecondStepCase):
    def setUp(self) -> None:
        super().setUp()
        self.w.asha.language = "en"
        self.w.asha.set_password(PASSWORD)
        self.w.asha.save()
        TOTP.activate(self.w.asha, generate_totp_secret())
        self.codes = RecoveryCodes.activate(self.w.asha).get_unused_codes()

    def test_guessing_codes_ends_even_before_the_right_one(self) -> None:
        given = {"login": "asha", "password": PASSWORD}
        self.client.post(reverse("account_login"), given)
        url = reverse("mfa_authenticate")
        for guess in range(TRIES_PER_CODE):
            page = self.client.post(url, {"code": f"{guess:06d}"})
            assert page.status_code == 200
        page = self.client.post(url, {"code": self.codes[0]})
        self.assertContains(page, "wait five minutes")
        assert "_auth_user_id" not in self.client.session

    def test_the_right_code_opens(self) -> None:
        given = {"login": "asha", "password": PASSWORD}
        self.client.post(reverse("account_login"), given)
        page = self.client.post(reverse("mfa_authenticate"), {"code": self.codes[0]})
        assert page.status_code == 302
        assert "_auth_user_id" in self.client.session

    def test_guessing_the_password_again_inside_ends_too(self) -> None:
        self.client.force_login(self.w.asha)
        url = reverse("account_reauthenticate")
        for _try in range(TRIES_PER_CODE):
            self.client.post(url, {"password": "wrong"})
        page = self.client.post(url, {"password": PASSWORD})
        self.assertContains(page, "wait five minutes")


class ForgottenTests(SecondStepCase):
    def ask(self, email: str) -> int:
        url = reverse("account_reset_password")
        return self.client.post(url, {"email": email}).status_code

    def test_a_mailbox_is_not_filled(self) -> None:
        for _try in range(RESETS_PER_NAME):
            assert self.ask("asha@example.org") == 302
        assert self.ask("Asha@example.org") == 200
        assert len(mail.outbox) == RESETS_PER_NAME

    def test_a_stranger_gets_no_mail_and_the_same_answer(self) -> None:
        assert self.ask("victim@example.com") == 302
        assert mail.outbox == []

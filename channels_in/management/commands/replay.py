import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from channels_in.simulator.payloads import Payload, Skipped, read
from channels_in.simulator.server import PROVIDERS
from notices.accounts import by_code, keys_of
from notices.credentials import UnreadableSecretsError
from notices.port import Keys

TIMEOUT_SECONDS = 20.0


class Command(BaseCommand):
    help = (
        "Posts recorded webhooks to the running site, signed with the account's own "
        "secret. A second time they must change nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", metavar="FILE_OR_FOLDER", type=Path)
        parser.add_argument(
            "--account",
            default="",
            metavar="CODE",
            help="to which channel account, whatever the file says",
        )
        parser.add_argument(
            "--url",
            default="",
            help="where the site answers, if not at SUNWAI_PUBLIC_URL",
        )
        parser.add_argument("--times", type=int, default=1, help="each so many times")
        parser.add_argument(
            "--shuffle",
            type=int,
            metavar="SEED",
            help="in an order that this number decides",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        payloads = self._payloads(options["path"])
        codes = {(each.wire, options["account"] or each.account) for each in payloads}
        accounts = {pair: _keys(*pair) for pair in sorted(codes)}
        order = payloads * max(options["times"], 1)
        if options["shuffle"] is not None:
            random.Random(options["shuffle"]).shuffle(order)  # noqa: S311  an order
        url = (options["url"] or settings.PUBLIC_URL).rstrip("/")
        said: Counter[str] = Counter()
        with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False) as client:
            for each in order:
                code = options["account"] or each.account
                said[self._post(client, url, each, accounts[each.wire, code])] += 1
        self._sum_up(said)

    def _payloads(self, path: Path) -> list[Payload]:
        try:
            found = list(read(path, PROVIDERS))
        except OSError as error:
            raise CommandError(f"Cannot read {path}: {error.strerror}") from error
        self._tell_skipped(each for each in found if isinstance(each, Skipped))
        payloads = [each for each in found if isinstance(each, Payload)]
        if not payloads and not path.is_dir():
            raise CommandError(f"{path} holds nothing to post.")
        return payloads

    def _tell_skipped(self, skipped: Iterable[Skipped]) -> None:
        for each in skipped:
            self.stdout.write(f"skipped {each.origin}: {each.reason}")

    def _post(
        self, client: httpx.Client, url: str, payload: Payload, keys: Keys
    ) -> str:
        """Signed over the public address, posted to `url`."""
        provider = PROVIDERS[payload.wire]
        body = provider.readdress(payload.body, keys.provider_account)
        path = _path(payload, keys.code)
        secret = keys.secrets[provider.secret]
        signed = provider.sign(secret, f"{settings.PUBLIC_URL}{path}", body)
        headers = {**payload.headers, **signed}
        try:
            answer = client.post(f"{url}{path}", content=body, headers=headers)
        except httpx.HTTPError as error:
            self.stdout.write(f"--- {payload.origin} {type(error).__name__}")
            return "without an answer"
        self.stdout.write(f"{answer.status_code} {payload.origin} {_id_in(body)}")
        return "taken" if answer.is_success else "refused"

    def _sum_up(self, said: Counter[str]) -> None:
        each = (f"{number} {word}" for word, number in sorted(said.items()))
        words = ", ".join(each) or "nothing in this folder is a payload"
        if said.keys() - {"taken"}:
            raise CommandError(f"{said.total()} posted: {words}.")
        self.stdout.write(f"{said.total()} posted: {words}.")


def _keys(wire: str, code: str) -> Keys:
    if not code:
        raise CommandError("The file names no account. Say which: --account CODE")
    account = by_code(wire, code)
    if account is None:
        raise CommandError(f"No active account of {wire} has the code {code}.")
    try:
        keys = keys_of(account)
    except UnreadableSecretsError as error:
        raise CommandError(f"The secrets of {code} cannot be read.") from error
    if not keys.secrets.get(PROVIDERS[wire].secret):
        raise CommandError(f"{code} has no secret to sign with; enter it in the admin.")
    return keys


def _path(payload: Payload, code: str) -> str:
    """As recorded, if that was this account's; else its hook's."""
    hook = f"/hooks/{payload.wire}/{code}/"
    if payload.path.startswith(hook):
        return payload.path
    return f"{hook}status/" if payload.kind == "receipt" else hook


def _id_in(body: bytes) -> str:
    form = parse_qs(body.decode("utf-8", "replace"))
    return next(
        (form[name][0] for name in ("MessageSid", "SmsSid") if name in form), ""
    )

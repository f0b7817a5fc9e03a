"""The demonstration's numbers: each gets a secret, and the simulator is told of both.

The simulator is another floor's, and another process: it is asked by HTTP only.
"""

import hashlib
import json
import secrets
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from django.conf import settings

from notices.accounts import keys_of
from notices.credentials import UnreadableSecretsError, seal
from notices.models import ChannelAccount
from notices.port import Keys
from notices.texts import REFERENCE
from operations.generation import bump

TWILIO = ("sms_twilio", "voice_twilio")
_SECRET = "auth_token"  # noqa: S105  the name, as the wire reads it


class SimulatorSilent(Exception):
    """It does not take our accounts."""


def equip() -> int:
    """A secret for each number that has none we can read; how many got one."""
    made = 0
    for account in _accounts():
        if _known(account) is not None:
            continue
        account.provider_account = _account_sid(account.code)
        account.sealed = seal({_SECRET: secrets.token_hex(16)})
        account.save(update_fields=["provider_account", "sealed"])
        made += 1
    if made:
        bump(REFERENCE)
    return made


def register(port: int) -> None:
    """Tell the simulator whose numbers there are, and where this desk listens."""
    for account in _accounts():
        keys = _known(account)
        if keys is not None:
            _tell(
                {
                    "slug": account.sender,
                    "code": keys.code,
                    "number": keys.address,
                    "sid": keys.provider_account,
                    "secret": keys.secrets[_SECRET],
                    "public": settings.PUBLIC_URL,
                    "reach": f"http://127.0.0.1:{port}",
                }
            )


def _accounts() -> list[ChannelAccount]:
    rows = ChannelAccount.objects.filter(sender__in=TWILIO, active=True)
    return list(rows.exclude(code="").order_by("pk"))


def _known(account: ChannelAccount) -> Keys | None:
    try:
        keys = keys_of(account)
    except UnreadableSecretsError:
        return None
    whole = keys.provider_account and keys.secrets.get(_SECRET)
    return keys if whole else None


def _account_sid(code: str) -> str:
    """As Twilio's look: AC and 32 hexadecimal digits."""
    return "AC" + hashlib.sha256(code.encode()).hexdigest()[:32]


def _tell(account: dict[str, str]) -> None:
    there = urlsplit(settings.SUNWAI_SIMULATOR_URL)
    simulator = HTTPConnection(there.hostname or "", there.port, timeout=10)
    try:
        simulator.request(
            "POST",
            "/control/accounts",
            json.dumps(account),
            {"Content-Type": "application/json"},
        )
        status = simulator.getresponse().status
    except (OSError, HTTPException) as error:
        raise SimulatorSilent(account["code"]) from error
    finally:
        simulator.close()
    if status != 200:
        raise SimulatorSilent(account["code"])

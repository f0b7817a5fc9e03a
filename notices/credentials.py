"""Secrets of channel accounts, encrypted in the database.

SUNWAI_CREDENTIALS_KEYS holds Fernet keys, the newest first: it seals, all unseal. To
change the key put the new one in front, save each account (or `seal(unseal(…))`), then
drop the old one. A dump of the database without the keys tells nothing.
"""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class UnreadableSecretsError(Exception):
    """Sealed with a key that we do not hold, or a key that is none."""


def seal(secrets: Mapping[str, str]) -> str:
    """What may be stored; no secret, nothing to store."""
    kept = {name: value for name, value in secrets.items() if value}
    if not kept:
        return ""
    return _keys().encrypt(json.dumps(kept).encode()).decode()


def unseal(sealed: str) -> dict[str, str]:
    """Raises UnreadableSecretsError."""
    if not sealed:
        return {}
    try:
        opened = json.loads(_keys().decrypt(sealed.encode()))
    except InvalidToken:
        raise UnreadableSecretsError from None
    return {str(name): str(value) for name, value in opened.items()}


def _keys() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIALS_KEYS])
    except ValueError:
        # Not from it: the library's words quote nothing today, but may tomorrow.
        raise UnreadableSecretsError from None

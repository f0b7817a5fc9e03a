"""Nothing of the simulation leaves this machine, and nobody else may ask it."""

from contextlib import suppress
from ipaddress import ip_address


class NotHere(ValueError):
    """Another machine: the simulator speaks with this one only."""


def is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host or "").is_loopback
    return False

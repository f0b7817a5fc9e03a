import socket
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.test.signals import setting_changed
from django.utils import translation

from complaints import unit

pytest_plugins = ["tests.once"]


class NetworkRefused(Exception):
    """A test called out: give the code under test a stand-in on loopback."""


def _on_this_machine(host: object) -> bool:
    if host in ("", b"", "localhost", b"localhost", None):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_outside(address: object) -> None:
    # A unix socket's address is a path, an internet one a tuple with the host first.
    if isinstance(address, tuple) and not _on_this_machine(address[0]):
        raise NetworkRefused(f"a test tried to reach {address[0]}")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Sockets open to loopback only, and other names are not even looked up."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    sendto, look_up = socket.socket.sendto, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, *args: Any) -> int:
        _refuse_outside(args[-1])
        return sendto(self, *args)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_outside((host,))
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket.socket, "sendto", guarded_sendto)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


@pytest.fixture(autouse=True, scope="session")
def own_data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Files that tests store never land in the desk's own var/."""
    root = tmp_path_factory.mktemp("var")
    storages: dict[str, Any] = settings.STORAGES
    files = {"OPTIONS": {"location": root / "private" / "files"}}
    with override_settings(
        DATA_ROOT=root,
        PRIVATE_ROOT=root / "private",
        EMAIL_FILE_PATH=str(root / "mail"),
        STORAGES=storages | {"default": storages["default"] | files},
        # Staff in tests sign in by name; tests/officers/test_signin.py forces it.
        FORCE_MFA=False,
        # The real hash is slow on purpose; a test signs in many times.
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ):
        yield root


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A page that was read in Hindi leaves its language to the next test."""
    translation.activate(settings.LANGUAGE_CODE)
    yield


@pytest.fixture(autouse=True, scope="session")
def wiring_read_anew() -> Iterator[None]:
    """A test that wires other reactions has them, and the next one its own again."""

    def forget(*, setting: str, **_given: Any) -> None:
        if setting == "SUNWAI_REACTIONS":
            unit._all_reactions.cache_clear()

    setting_changed.connect(forget)
    yield
    setting_changed.disconnect(forget)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if connection.vendor == "postgresql":
        return
    skip = pytest.mark.skip(reason="needs DATABASE_URL to name a PostgreSQL")
    for item in items:
        if item.get_closest_marker("postgres"):
            item.add_marker(skip)

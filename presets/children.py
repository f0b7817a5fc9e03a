"""Web and worker as children of one command: started, watched, never left behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep

GRACE_SECONDS = 15.0
LOOK_SECONDS = 0.2
_PR_SET_PDEATHSIG = 1


def port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        # As servers bind: a port that waits for stray packets of the last run is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def first_page(host: str, port: int) -> None:
    """Ask for it once, so that nobody waits for what is read at the first request."""
    web = HTTPConnection(host, port, timeout=20)
    with suppress(OSError, HTTPException):
        web.request("GET", "/")
        web.getresponse().read()
    web.close()


@dataclass
class Children:
    folder: Path
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, name: str, command: list[str]) -> None:
        """In a group of its own: the terminal's Ctrl-C reaches us alone."""
        self.running[name] = subprocess.Popen(  # noqa: S603  our own commands
            command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_dying_with_us(),
        )

    def ended(self) -> str:
        """The name of a child that is gone, if one is."""
        gone = (
            name for name, child in self.running.items() if child.poll() is not None
        )
        return next(gone, "")

    def stop(self) -> None:
        """Ask all, wait, then kill what is left of their groups."""
        for child in self.running.values():
            with suppress(ProcessLookupError):
                child.send_signal(signal.SIGTERM)
        until = monotonic() + GRACE_SECONDS
        for child in self.running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(until - monotonic(), 0.1))
        for child in self.running.values():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _dying_with_us() -> Callable[[], None] | None:
    """Should this command be killed outright, the kernel tells its children."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

    return tie


class Stop:
    """Set by Ctrl-C and SIGTERM, looked at between steps."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: object) -> None:
        self.asked = True


def watch(children: Children, stop: Stop) -> str:
    """Until told to stop, or until a child ends by itself: then its name."""
    while not stop.asked:
        name = children.ended()
        if name:
            return name
        sleep(LOOK_SECONDS)
    return ""

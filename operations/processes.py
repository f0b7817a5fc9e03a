"""Processes that cannot be left behind.

The cluster's first process leads a session of its own, so that the whole tree can be
killed as one group, and every process in it asks the kernel to be killed when its
parent dies. Without that, killing the worker or the cluster's guard leaves orphans
that go on taking jobs.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.process import BaseProcess
from typing import Any

_PR_SET_PDEATHSIG = 1

# Process id of the worker while it forks its cluster; children keep what they inherit.
_owner: int | None = None
_parent = 0


@contextmanager
def tied_children() -> Iterator[None]:
    """Processes forked in this block, and theirs, die with their parents."""
    global _owner
    _install()
    _owner = os.getpid()
    try:
        yield
    finally:
        _owner = None


def kill_tree(leader: BaseProcess) -> None:
    """Kill a child made under `tied_children` with all that it started."""
    if leader.pid is not None:
        # It may not lead its group yet, or have died and left the group behind.
        with suppress(ProcessLookupError):
            os.killpg(leader.pid, signal.SIGKILL)
        leader.kill()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@cache
def _install() -> None:
    os.register_at_fork(before=_note_parent, after_in_child=_tie)
    _libc()


@cache
def _libc() -> Any:
    # Only Linux knows the death signal. Elsewhere orphans live until the next start.
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _note_parent() -> None:
    global _parent
    _parent = os.getpid()


def _tie() -> None:
    if _owner is None:
        return
    if _parent == _owner:
        os.setsid()
    libc = _libc()
    if libc is not None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != _parent:
        os._exit(1)  # the parent died before the kernel knew of our wish

"""The desk asks the simulator: by its control address, as tests and drills do."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

TIMEOUT_SECONDS = 40.0  # saying something waits for the desk, which may be slow


class SilentError(Exception):
    """It does not answer: it is not running, or not here."""


class RefusedError(Exception):
    """It answered that it cannot do this; the text says why, in English."""


def ask(base: str, method: str, path: str, data: Any = None) -> dict[str, Any]:
    """Raises SilentError or RefusedError."""
    there = urlsplit(base)
    body = None if data is None else json.dumps(data).encode()
    headers = {} if body is None else {"Content-Type": "application/json"}
    simulator = HTTPConnection(
        there.hostname or "", there.port, timeout=TIMEOUT_SECONDS
    )
    try:
        simulator.request(method, f"/control{path}", body, headers)
        answer = simulator.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
    except (OSError, HTTPException, ValueError) as error:
        raise SilentError from error
    finally:
        simulator.close()
    if answer.status != 200:
        raise RefusedError(str(found.get("error", answer.status)))
    return found

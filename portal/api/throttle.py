"""So many requests a minute for each token, counted across all processes."""

from datetime import timedelta
from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from operations import counters
from portal.api.authentication import Caller

if TYPE_CHECKING:  # it reads the settings, which name this class
    from rest_framework.views import APIView

WINDOW = timedelta(minutes=1)


class PerToken(BaseThrottle):
    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        caller = request.auth
        if not isinstance(caller, Caller):
            return True
        seconds = WINDOW.total_seconds()
        self._wait = seconds - caller.at.timestamp() % seconds
        return counters.allowed(
            f"api:{caller.token.pk}",
            limit=caller.token.requests_per_minute,
            window=WINDOW,
            at=caller.at,
        )

    def wait(self) -> float:
        return self._wait

"""Twilio's client over our exchange: time-outs, and the simulator's address."""

from typing import Any

import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from channels_in.sms_twilio import sending
from notices.port import DeliveryError


class TimedHttpClient(TwilioHttpClient):  # type: ignore[misc]  # twilio has no types
    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base
        if base != sending.API:
            self.session.trust_env = False  # no proxy between us and this machine

    def request(
        self,
        method: str,
        url: str,
        params: dict[str, Any] | None = None,
        data: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """The caller's time-out and redirects are not asked for: ours hold."""
        request = requests.Request(
            method.upper(),
            url.replace(sending.API, self._base, 1),
            params=params,
            data=data,
            headers=headers,
            auth=auth,
        )
        response, body = sending.exchange(self.session, request)
        self._wait_if_asked(response)
        text = body.decode("utf-8", "replace")
        return Response(response.status_code, text, response.headers)

    def _wait_if_asked(self, response: Any) -> None:
        """Twilio's own exception drops the header that says how long."""
        asked = response.headers.get("Retry-After", "")
        if response.status_code in (429, 503) and asked.isascii() and asked.isdigit():
            raise DeliveryError(f"http_{response.status_code}", after=float(asked))

"""The control address, in JSON: what tests, drills and the page with the phones use."""

import base64
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from channels_in.simulator.courier import ORDERS
from channels_in.simulator.exchange import NoSuchCall
from channels_in.simulator.knobs import BadKnob
from channels_in.simulator.messages import BadPhone, Photo, UnknownNumber
from channels_in.simulator.pictures import NAMES, picture
from channels_in.simulator.store import Row

if TYPE_CHECKING:
    from channels_in.simulator.server import Simulator

Json = dict[str, Any]


class Refused(Exception):
    def __init__(self, words: str, status: int = 400) -> None:
        super().__init__(words)
        self.status = status


def answer(
    simulator: "Simulator", method: str, path: str, query: str, given: Any
) -> Json:
    """Raises Refused, or ValueError for what it cannot read."""
    if not isinstance(given, dict):
        raise Refused("an object is wanted")
    asked = dict(parse_qsl(query)) | given
    if method == "GET" and path.startswith("/phone/"):
        asked["number"] = unquote(path.removeprefix("/phone/").strip("/"))
        path = "/phone"
    deed = _DEEDS.get((method, path.rstrip("/")))
    if deed is None:
        raise Refused(f"{method} {path} is nothing here", 404)
    try:
        return deed(simulator, asked)
    except KeyError as error:
        raise Refused(f"not given or not known: {error.args[0]}") from error
    except BadPhone as error:
        raise Refused("a telephone is 99999- and five digits") from error
    except BadKnob as error:
        raise Refused(f"no such knob or position: {error}") from error


def _health(simulator: "Simulator", asked: Json) -> Json:
    return {"simulator": "sunwai", "providers": list(simulator.providers)}


def _register(simulator: "Simulator", asked: Json) -> Json:
    names = ("code", "number", "sid", "secret", "public")
    simulator.register(
        asked["slug"],
        **{name: str(asked[name]) for name in names},
        reach=str(asked.get("reach", "")),
    )
    return {"registered": asked["code"]}


def _accounts(simulator: "Simulator", asked: Json) -> Json:
    columns = "slug, code, number, sid, public, reach"  # the secret stays here
    return {"accounts": simulator.store.all(f"SELECT {columns} FROM accounts")}  # noqa: S608  our own names


def _phones(simulator: "Simulator", asked: Json) -> Json:
    return {"phones": simulator.phones()}


def _add_phone(simulator: "Simulator", asked: Json) -> Json:
    name, language = str(asked.get("name", "")), str(asked.get("language", "en"))
    return {"number": simulator.add_phone(str(asked["number"]), name, language)}


def _phone(simulator: "Simulator", asked: Json) -> Json:
    return {"messages": simulator.phone(asked["number"])}


def _say(simulator: "Simulator", asked: Json) -> Json:
    try:
        sid, hooks = simulator.say(
            str(asked["from"]),
            str(asked["to"]),
            str(asked["text"]),
            photos=[_photo(each) for each in asked.get("photos", [])],
            wait=bool(asked.get("wait", True)),
        )
    except UnknownNumber as error:
        raise Refused(f"no account has the number {error}", 404) from error
    return {"sid": sid, "hooks": [_readable(each) for each in hooks]}


def _calls(simulator: "Simulator", asked: Json) -> Json:
    return {"calls": simulator.calls(asked["number"])}


def _in_call(simulator: "Simulator", asked: Json) -> Json:
    """{"sid": "CA…", "do": "pick_up" | "hang_up" | "press", "key": "4"}"""
    exchange, sid, do = simulator.exchange, str(asked["sid"]), str(asked["do"])
    try:
        if do == "pick_up":
            exchange.pick_up(sid)
        elif do == "press":
            exchange.press(sid, _key(str(asked.get("key", ""))))
        elif do == "hang_up":
            exchange.hang_up(sid)
        else:
            raise Refused("do is pick_up, press or hang_up")
    except NoSuchCall as error:
        raise Refused("no such call, or it does not wait for this", 404) from error
    return {}


def _key(typed: str) -> str:
    if len(typed) > 1 or (typed and typed not in "0123456789*#"):
        raise Refused("a key is one of 0 to 9, * and #, or nothing")
    return typed


def _photo(given: Any) -> Photo:
    """The name of a drawn picture, or {content_type, base64}."""
    if given in NAMES:
        return picture(given)
    if not isinstance(given, dict):
        raise Refused(f"pictures are {', '.join(NAMES)}")
    body = base64.b64decode(given["base64"], validate=True)
    return Photo("own", str(given["content_type"]), body)


def _requests(simulator: "Simulator", asked: Json) -> Json:
    found = simulator.requests(asked.get("slug", ""), most=int(asked.get("most", 1000)))
    return {"requests": [_readable(each) for each in found]}


def _webhooks(simulator: "Simulator", asked: Json) -> Json:
    found = simulator.webhooks(most=int(asked.get("most", 1000)))
    return {"webhooks": [_readable(each) for each in found]}


def _knobs(simulator: "Simulator", asked: Json) -> Json:
    return {slug: asdict(simulator.knobs(slug)) for slug in simulator.providers}


def _turn(simulator: "Simulator", asked: Json) -> Json:
    """{"sms_twilio": {"fault": "429", "fault_next": 2}}; {} puts all well again."""
    for slug, values in asked.items():
        if slug not in simulator.providers or not isinstance(values, dict):
            raise Refused(f"no such provider: {slug}")
        if values:
            simulator.turn(slug, **values)
        else:
            simulator.board.well(slug)
    return _knobs(simulator, asked)


def _release(simulator: "Simulator", asked: Json) -> Json:
    order = asked.get("order", "reversed")
    if order not in ORDERS:
        raise Refused(f"orders are {', '.join(ORDERS)}")
    return {"released": simulator.release(asked["slug"], order)}


def _reset(simulator: "Simulator", asked: Json) -> Json:
    simulator.reset()
    return {}


def _state(simulator: "Simulator", asked: Json) -> Json:
    state = simulator.state()
    for name in ("requests", "webhooks"):
        state[name] = [_readable(each) for each in state[name]]
    return state


def _readable(row: Row) -> Row:
    """Bodies as text, headers as they were."""
    shown = dict(row)
    for name, value in row.items():
        if isinstance(value, bytes):
            shown[name] = value.decode("utf-8", "replace")
    shown["headers"] = json.loads(row["headers"])
    return shown


_DEEDS: dict[tuple[str, str], Callable[["Simulator", Json], Json]] = {
    ("GET", ""): _health,
    ("GET", "/accounts"): _accounts,
    ("POST", "/accounts"): _register,
    ("GET", "/phones"): _phones,
    ("POST", "/phones"): _add_phone,
    ("GET", "/phone"): _phone,
    ("POST", "/say"): _say,
    ("GET", "/calls"): _calls,
    ("POST", "/calls"): _in_call,
    ("GET", "/requests"): _requests,
    ("GET", "/webhooks"): _webhooks,
    ("GET", "/knobs"): _knobs,
    ("PUT", "/knobs"): _turn,
    ("POST", "/release"): _release,
    ("POST", "/reset"): _reset,
    ("GET", "/state"): _state,
}

"""STOP and START: whether we may write without being asked."""

from channels_in.turn import Turn
from notices import optouts


def stop(turn: Turn) -> None:
    optouts.stop(turn.account, turn.address, turn.at)
    turn.reply("stop_reply")


def start(turn: Turn) -> None:
    optouts.start(turn.account, turn.address)
    turn.reply("start_reply")

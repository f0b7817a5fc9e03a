from channels_in.turn import Turn


def run(turn: Turn) -> None:
    turn.reply("help_reply")

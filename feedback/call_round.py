"""Once an hour: which calls are owed that no single event asks for."""

from datetime import datetime

from feedback.late_calls import owe_late
from feedback.sample import draw_missing
from operations.hourly import hourly


@hourly("call-backs")
def tick(at: datetime) -> int:
    return draw_missing(at) + owe_late(at)

"""Run in a drill's house: all ticks and jobs, by a clock that is some seconds ahead.

python -m tests.drills.advance SECONDS
"""

import sys
from datetime import datetime, timedelta

import django


def advance(seconds: float) -> int:
    from django.utils import timezone

    from operations.ticks import drain  # models need setup() first

    ahead = timedelta(seconds=seconds)

    def clock() -> datetime:
        return timezone.now() + ahead

    return drain(clock=clock)


if __name__ == "__main__":
    django.setup()
    advance(float(sys.argv[1]))

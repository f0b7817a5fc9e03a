from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from operations import figures, switches
from operations.models import Switch
from operations.switches import BY_HAND, MESSAGES

WAITING = ("inbox", "outbox")


class Command(BaseCommand):
    help = (
        "Stops all that leaves by itself (messages and webhooks), lets it go again, or "
        "shows which it is. After a restore it is stopped."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("freeze", "thaw", "show"))

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        if options["action"] == "freeze":
            switches.freeze(MESSAGES, why=BY_HAND, at=at)
        elif options["action"] == "thaw":
            switches.thaw(MESSAGES, at=at)
        self._show()

    def _show(self) -> None:
        switch = Switch.objects.filter(name=MESSAGES).first()
        if switch is None or not switch.frozen:
            self.stdout.write("Messages leave as they fall due.")
        else:
            since = switch.changed_at.isoformat(timespec="seconds")
            self.stdout.write(f"Messages are frozen since {since} ({switch.why}).")
        for name, value in sorted(figures.gather(timezone.now()).items()):
            if name.startswith(WAITING):
                self.stdout.write(f"  {name} {value:.15g}")

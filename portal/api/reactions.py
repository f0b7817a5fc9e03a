"""Owe each event to the webhooks that ask for it; without any, at no cost."""

from complaints.models import Event
from complaints.unit import Reaction, latest, owe
from portal.api.webhooks import wanted_by
from portal.models import WebhookDelivery


def tell_webhooks(event: Event) -> None:
    for subscription in wanted_by(event, latest(event)):
        owe(
            WebhookDelivery(
                subscription=subscription,
                event=event,
                created_at=event.at,
                not_before=event.at,
            )
        )


REACTIONS: dict[str, tuple[Reaction, ...]] = {"*": (tell_webhooks,)}

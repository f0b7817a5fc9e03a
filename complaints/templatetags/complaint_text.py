"""Numbers, moments and time left, as staff read them."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from complaints import number as numbers
from complaints import times
from complaints.labels import staff_stage
from complaints.models import Complaint
from complaints.status import Status
from officers.models import Organisation

register = template.Library()


@register.filter
def grouped(number: str) -> str:
    return numbers.grouped(number)


@register.filter
def stage(complaint: Complaint) -> str:
    """As those who work on it call it."""
    return staff_stage(complaint.status)


@register.filter
def moment(at: datetime | None, organisation: Organisation) -> SafeString | str:
    """A <time> with the machine's form beside the person's."""
    if at is None:
        return ""
    return format_html(
        '<time datetime="{}">{}</time>',
        times.local(at, organisation).isoformat(timespec="minutes"),
        times.moment(at, organisation),
    )


@register.simple_tag
def time_left(complaint: Complaint, at: datetime) -> SafeString | str:
    """ "5 h left" in its colour and with its shape; nothing once it is over.

    While the citizen owes an answer the promise stands still, so it cannot get late.
    """
    due_at = complaint.due_at
    if not complaint.is_open or due_at is None:
        return ""
    paused_at = complaint.paused_at
    if complaint.status == Status.NEED_INFO and paused_at and due_at >= paused_at:
        return format_html('<span class="muted">{}</span>', _("the time stands still"))
    urgency = times.urgency(due_at, at)
    mark = "" if urgency == "fine" else f" mark mark-{urgency}"
    text = times.time_left(due_at, at)
    return format_html('<span class="left-{}{}">{}</span>', urgency, mark, text)

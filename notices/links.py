"""Addresses that go into messages: short, for 134 characters hold a whole Hindi SMS."""

from django.conf import settings

from complaints.models import Complaint


def status_url(complaint: Complaint) -> str:
    """Opens the citizen's own page; whoever holds the link may read the details."""
    return f"{settings.PUBLIC_URL}/s/{complaint.token}"


def rating_url(token: str) -> str:
    return f"{settings.PUBLIC_URL}/f/{token}"


def panel_url(token: str) -> str:
    return f"{settings.PUBLIC_URL}/p/{token}"


def staff_url(complaint: Complaint) -> str:
    return f"{settings.PUBLIC_URL}/field/{complaint.number}/"


def follow_ups_url() -> str:
    return f"{settings.PUBLIC_URL}/admin/follow-ups/"

"""How far a job is from where the engineer stands."""

from math import asin, cos, isfinite, radians, sin, sqrt
from typing import NamedTuple

from django.utils.translation import gettext as _

from complaints.models import Complaint
from complaints.refusals import Invalid

EARTH_KM = 6371.0


class Point(NamedTuple):
    latitude: float
    longitude: float


def read(typed: str) -> Point | None:
    """ "18.51,73.83"; "" is nowhere. Raises Invalid."""
    if not typed:
        return None
    try:
        latitude, longitude = (float(part) for part in typed[:60].split(","))
    except ValueError:
        raise _unread() from None
    if not (isfinite(latitude) and isfinite(longitude)):
        raise _unread()
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise _unread()
    return Point(latitude, longitude)


def _unread() -> Invalid:
    return Invalid(_("We could not read where you are. The list is by time."))


def kilometres(here: Point, complaint: Complaint) -> float | None:
    """Along the great circle; None where the complaint has no point."""
    if complaint.latitude is None or complaint.longitude is None:
        return None
    up, across = radians(here.latitude), radians(here.longitude)
    up2, across2 = radians(complaint.latitude), radians(complaint.longitude)
    half = sin((up2 - up) / 2) ** 2
    half += cos(up) * cos(up2) * sin((across2 - across) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def said(km: float) -> str:
    if km < 1:
        return _("%(n)s m") % {"n": round(km * 100) * 10}
    return _("%(n)s km") % {"n": f"{km:.1f}" if km < 10 else round(km)}

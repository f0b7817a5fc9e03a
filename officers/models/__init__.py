from officers.models.area import Area, AreaPin
from officers.models.calendar import Calendar, CalendarHours, Holiday
from officers.models.officer import Leave, Officer, Shift
from officers.models.organisation import Department, Organisation
from officers.models.posting import Posting, Role
from officers.models.token import ApiToken

__all__ = [
    "ApiToken",
    "Area",
    "AreaPin",
    "Calendar",
    "CalendarHours",
    "Department",
    "Holiday",
    "Leave",
    "Officer",
    "Organisation",
    "Posting",
    "Role",
    "Shift",
]

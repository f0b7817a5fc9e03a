"""Citizens whom who does the work phones today."""

from feedback import office_calls
from feedback.office_calls import Today
from fieldwork import jobs
from fieldwork.access import Staff


def today(staff: Staff) -> Today:
    zone = next((p.organisation.timezone for p in staff.actor.postings), "UTC")
    return office_calls.today(jobs.mine(staff), staff.actor, staff.at, zone)

"""Holidays from an iCal address: what is taken over, what never, and what is said."""

from datetime import date, timedelta
from io import StringIO
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.test import SimpleTestCase, override_settings

from escalation import reference
from escalation.promise import clock
from officers import ical
from officers.models import Calendar, CalendarHours, Holiday
from operations import hourly
from operations.jobs import RunningJob
from operations.models import Job
from tests.base import NOW, WorldTestCase, names
from tests.operations.test_outgoing import listening

TODAY = date(2026, 11, 22)


def event(*lines: str, summary: str = "Festa") -> str:
    return "\r\n".join(
        ("BEGIN:VEVENT", "UID:a", f"SUMMARY:{summary}", *lines, "END:VEVENT")
    )


def published(*events: str) -> bytes:
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN")
    return ("\r\n".join((*head, *events, "END:VCALENDAR")) + "\r\n").encode()


ONE = event("DTSTART;VALUE=DATE:20261208", "DTEND;VALUE=DATE:20261209")


class ReadingTests(SimpleTestCase):
    def days(self, *events: str) -> dict[str, str]:
        self.found = ical.read(published(*events), TODAY)
        return {day.isoformat(): name for day, name in self.found.days.items()}

    def test_it_takes_a_day_and_its_name(self) -> None:
        assert self.days(ONE) == {"2026-12-08": "Festa"}

    def test_it_takes_a_day_without_an_end(self) -> None:
        assert [*self.days(event("DTSTART;VALUE=DATE:20261208"))] == ["2026-12-08"]

    def test_it_takes_several_days_running(self) -> None:
        several = (
            event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"),
            event("DTSTART;VALUE=DATE:20270101", "DURATION:P2D"),
        )
        assert [*self.days(*several)] == [
            "2026-12-24", "2026-12-25", "2026-12-26", "2027-01-01", "2027-01-02",
        ]  # fmt: skip

    def test_it_takes_what_comes_every_year(self) -> None:
        yearly = event("DTSTART;VALUE=DATE:19480126", "RRULE:FREQ=YEARLY")
        assert [*self.days(yearly)] == [
            "2026-01-26", "2027-01-26", "2028-01-26", "2029-01-26",
        ]  # fmt: skip
        last = event(
            "DTSTART;VALUE=DATE:20001126",
            "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;UNTIL=20271201T000000Z",
            "EXDATE;VALUE=DATE:20261126",
        )
        assert [*self.days(last)] == ["2025-11-27", "2027-11-25"]

    def test_it_counts_the_years_and_ends_where_no_day_fits(self) -> None:
        third = "RRULE:FREQ=YEARLY;COUNT=3"
        assert [*self.days(event("DTSTART;VALUE=DATE:20251201", third))] == [
            "2025-12-01", "2026-12-01", "2027-12-01",
        ]  # fmt: skip
        for rule in ("BYMONTH=2;BYMONTHDAY=30", "INTERVAL=0", "INTERVAL=-1"):
            event_ = event("DTSTART;VALUE=DATE:20200101", f"RRULE:FREQ=YEARLY;{rule}")
            assert self.days(event_) == {}, rule
        far = event("DTSTART;VALUE=DATE:20500101", "RRULE:FREQ=YEARLY")
        assert self.days(far) == {}

    def test_it_follows_a_year_that_was_moved_or_called_off(self) -> None:
        series = event("DTSTART;VALUE=DATE:20200815", "RRULE:FREQ=YEARLY")
        moved = event(
            "RECURRENCE-ID;VALUE=DATE:20270815", "DTSTART;VALUE=DATE:20270816"
        )
        off = event(
            "RECURRENCE-ID;VALUE=DATE:20280815", "DTSTART;VALUE=DATE:20280815",
            "STATUS:CANCELLED",
        )  # fmt: skip
        assert [*self.days(series, moved, off)] == ["2026-08-15", "2027-08-16"]

    def test_it_leaves_out_what_is_cancelled_and_says_nothing_of_it(self) -> None:
        assert self.days(event("DTSTART;VALUE=DATE:20261208", "STATUS:CANCELLED")) == {}
        assert self.found.left_out == 0

    def test_it_counts_what_it_cannot_read(self) -> None:
        odd = (
            event("DTSTART:20261208T090000Z", "DTEND:20261208T100000Z"),
            event("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=WEEKLY"),
            event("DTSTART;VALUE=DATE:20261201", "RRULE:FREQ=YEARLY;BYSETPOS=1"),
            event("DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20270301"),
            event("DTSTART;VALUE=DATE:20261201", "RDATE;VALUE=DATE:20261203"),
            event("SUMMARY:no day at all"),
        )
        assert self.days(*odd, ONE) == {"2026-12-08": "Festa"}
        assert self.found.left_out == len(odd)

    def test_it_looks_a_year_back_and_two_ahead(self) -> None:
        far = (
            event("DTSTART;VALUE=DATE:20240101"),
            event("DTSTART;VALUE=DATE:20300101"),
        )
        assert self.days(*far) == {}

    def test_it_refuses_what_is_no_calendar(self) -> None:
        for body in (b"", b"<html>", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"):
            with pytest.raises(ical.UnreadableError):
                ical.read(body, TODAY)
        with patch.object(ical, "MOST_EVENTS", 1), pytest.raises(ical.UnreadableError):
            ical.read(published(ONE, ONE), TODAY)


@override_settings(OUTGOING_LOOPBACK=True)
class FetchTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.calendar = self.w.office_hours

    def fetch(self, body: bytes, status: int = 200, **over: Any) -> bool:
        with listening() as there:
            there.body, there.status = body, status
            there.headers = over.get("headers", {})
            self.calendar.ical_url = there.url + "/feste.ics"
            self.calendar.save()
            done = ical.fetch(self.calendar, over.get("at", NOW))
        self.calendar.refresh_from_db()
        return done

    def rows(self) -> dict[str, tuple[str, str, bool]]:
        found = Holiday.objects.filter(calendar=self.calendar).order_by("date")
        return {str(row.date): (row.name, row.source, row.working) for row in found}

    def test_it_writes_the_days_and_says_when(self) -> None:
        assert self.fetch(published(ONE))

        assert self.rows() == {"2026-12-08": ("Festa", "ical", False)}
        assert (self.calendar.ical_read_at, self.calendar.ical_days) == (NOW, 1)
        assert self.calendar.ical_error == ""

    def test_the_promise_counts_without_them(self) -> None:
        monday = event("DTSTART;VALUE=DATE:20261123", summary="Patrono")
        self.fetch(published(monday))

        time = reference.working_time(
            reference.calendars.get()[self.calendar.pk], "Asia/Kolkata"
        )
        assert date(2026, 11, 23) in time.holidays
        told = clock.promise(self.w.pune, None, None, NOW)
        assert told.reason["always"] is True

    def test_it_follows_the_address(self) -> None:
        self.fetch(published(ONE, event("DTSTART;VALUE=DATE:20261225")))
        self.fetch(
            published(event("DTSTART;VALUE=DATE:20261208", summary="Immacolata"))
        )

        assert self.rows() == {"2026-12-08": ("Immacolata", "ical", False)}

    def test_it_never_touches_what_people_wrote(self) -> None:
        Holiday.objects.create(
            calendar=self.calendar, date="2026-12-08", names=names("Ours")
        )
        Holiday.objects.create(
            calendar=self.calendar, date="2026-12-26", names=names("Worked"),
            working=True, source="ical",
        )  # fmt: skip
        Holiday.objects.create(
            calendar=self.calendar, date="2027-01-26", names=names("Republic"),
            source="library holidays",
        )  # fmt: skip

        self.fetch(published(ONE))

        assert self.rows() == {
            "2026-12-08": ("Ours", "", False),
            "2026-12-26": ("Worked", "ical", True),
            "2027-01-26": ("Republic", "library holidays", False),
        }

    def test_it_keeps_the_days_it_has_when_nothing_can_be_read(self) -> None:
        self.fetch(published(ONE))
        later = NOW + timedelta(days=1)
        cases = {
            "status_404": {"body": b"gone", "status": 404},
            "no_calendar": {"body": b"<html>"},
            "too_long": {"body": published(ONE) + b" " * ical.LONGEST},
            "too_many_redirects": {
                "body": b"", "status": 302, "headers": {"Location": "/feste.ics"},
            },
        }  # fmt: skip
        for code, given in cases.items():
            with self.subTest(code=code):
                assert not self.fetch(at=later, **given)  # type: ignore[arg-type]  # by name
                assert self.calendar.ical_error == code
        assert [*self.rows()] == ["2026-12-08"]
        assert self.calendar.ical_read_at == NOW
        assert self.calendar.ical_tried_at == later

    @override_settings(OUTGOING_LOOPBACK=False)
    def test_it_goes_to_public_https_addresses_only(self) -> None:
        for url, code in (
            ("http://example.org/a.ics", "not_https"),
            ("https://127.0.0.1/a.ics", "private_address"),
            ("https://10.0.0.1/a.ics", "private_address"),
        ):
            self.calendar.ical_url = url
            assert not ical.fetch(self.calendar, NOW)
            self.calendar.refresh_from_db()
            assert self.calendar.ical_error == code

    def test_it_is_a_command(self) -> None:
        with listening() as there:
            there.body = published(ONE)
            Calendar.objects.filter(pk=self.calendar.pk).update(
                ical_url=f"{there.url}/a.ics"
            )
            out = StringIO()
            call_command("fetch_holidays", "--calendar", "office", stdout=out)
            assert "PUNE office: 1 days, 0 entries left out" in out.getvalue()
            there.status = 500
            with pytest.raises(CommandError):
                call_command("fetch_holidays", stdout=out)
            assert "cannot be read: status_500" in out.getvalue()

    def test_it_is_a_job_once_a_day(self) -> None:
        Calendar.objects.filter(pk=self.calendar.pk).update(
            ical_url="https://example.org/a.ics"
        )
        asked = []
        for hours in (0, 1.1, 19.5, 20.5):
            hourly._last.clear()
            asked.append(ical.tick(NOW + timedelta(hours=hours)))
        assert asked == [1, 0, 0, 1]
        Calendar.objects.update(ical_error="timeout")
        hourly._last.clear()
        assert ical.tick(NOW + timedelta(hours=22)) == 1  # soon again after a failure
        job = Job.objects.filter(kind="fetch_holidays").first()
        assert job is not None
        with (
            patch.object(ical, "fetch", return_value=False) as fetch,
            self.assertLogs("officers.ical", "WARNING"),
        ):
            ical.fetch_job(RunningJob(job, clock=lambda: NOW))
        assert fetch.call_args.args[1] == NOW


class AdminTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.w.admin)
        self.calendar = self.w.office_hours
        self.url = f"/admin/officers/calendar/{self.calendar.pk}/change/"

    def save(self, **over: Any) -> Any:
        data: dict[str, Any] = {
            "organisation": self.w.pune.pk, "code": "office", "kind": "office_hours",
            "names_en": "office", "hours": "mon-fri 10:00-18:00", "ical_url": "",
        }  # fmt: skip
        for prefix in ("changes", "holidays"):
            data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
        return self.client.post(self.url, data | over)

    def test_it_shows_when_the_address_was_read(self) -> None:
        Calendar.objects.filter(pk=self.calendar.pk).update(
            ical_url="https://example.org/a.ics", ical_read_at=NOW, ical_days=12,
            ical_left_out=1, ical_tried_at=NOW, ical_error="timeout",
        )  # fmt: skip
        page = self.client.get(self.url).content.decode()
        for told in ("12 days.", "1 entry was left out", "timeout"):
            assert told in page

    def test_it_refuses_hours_that_cannot_be_read(self) -> None:
        for over in (
            {"hours": "sometimes"}, {"hours": ""},
            {"ical_url": "http://example.org/a.ics"},
        ):  # fmt: skip
            assert self.save(**over).status_code == 200, over

    def test_it_takes_hours_that_change(self) -> None:
        row = {
            "changes-TOTAL_FORMS": 1, "changes-0-valid_from": "2026-12-01",
            "changes-0-hours": "mon-fri 08:00-14:00",
            "changes-0-calendar": self.calendar.pk,
        }  # fmt: skip
        response = self.save(**row)
        assert response.status_code == 302, response.content
        assert CalendarHours.objects.get().hours == "mon-fri 08:00-14:00"
        time = reference.working_time(
            reference.calendars.get()[self.calendar.pk], "Asia/Kolkata"
        )
        assert [day for day, _week in time.changes] == [date(2026, 12, 1)]

    def test_what_a_person_changes_is_theirs(self) -> None:
        row = Holiday.objects.create(
            calendar=self.calendar, date="2026-12-08", names=names("Festa"),
            source="ical",
        )  # fmt: skip
        response = self.save(**{
            "holidays-TOTAL_FORMS": 1, "holidays-INITIAL_FORMS": 1,
            "holidays-0-id": row.pk, "holidays-0-calendar": self.calendar.pk,
            "holidays-0-date": "2026-12-08", "holidays-0-names_en": "Ours",
            "holidays-0-working": "on",
        })  # fmt: skip
        assert response.status_code == 302, response.content
        row.refresh_from_db()
        assert (row.source, row.working) == ("", True)

    def test_it_reads_an_address_when_asked(self) -> None:
        Calendar.objects.filter(pk=self.calendar.pk).update(
            ical_url="https://example.org/a.ics"
        )
        response = self.client.post(
            "/admin/officers/calendar/",
            {"action": "read_ical", "_selected_action": [self.calendar.pk]},
        )
        assert response.status_code == 302
        job = Job.objects.get(kind="fetch_holidays")
        assert job.args == {"calendar": self.calendar.pk}
        assert job.requested_by == self.w.admin.pk

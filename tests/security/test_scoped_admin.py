"""What an organisation's administrator, auditor or supervisor must not get hold of."""

from datetime import date
from typing import Any

from officers.models import Area, Officer, Organisation, Posting, Role
from officers.trees import organisation_subtree, root_of
from operations.generation import bump, forget_all
from tests.base import WorldTestCase


class ScopedAdminCase(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.w.admin)

    def status(self, url: str) -> int:
        return self.client.get(f"/admin/{url}").status_code

    def post_of(self, officer: Officer, role: str, organisation: Organisation) -> None:
        Posting.objects.create(
            officer=officer, role=role, organisation=organisation,
            valid_from=date(2020, 1, 1),
        )  # fmt: skip


class LookupTests(ScopedAdminCase):
    """A05: a filter typed into the address would tell a secret letter by letter."""

    def test_only_offered_filters_work(self) -> None:
        self.w.file()
        for url in (
            "officers/officer/?password__startswith=pbkdf2",
            "notices/notice/?text__contains=/s/a",
            "notices/notice/?recipient__startswith=%2B9199999",
            "complaints/connection/?number__startswith=1",
            "helpline/call/?phone__startswith=%2B91",
            "feedback/rating/?words__contains=a",
            "notices/notice/?complaint__text__contains=a",
        ):
            assert self.status(url) == 400, url
        for url in (
            "officers/officer/?is_active__exact=1",
            "officers/area/?kind__exact=urban&o=1",
            "notices/notice/?state=queued",
            "officers/officer/?q=asha",
        ):
            assert self.status(url) == 200, url


class OfficerTests(ScopedAdminCase):
    def change(self, officer: Officer) -> int:
        given: dict[str, Any] = {
            "username": officer.username, "first_name": "Taken", "last_name": "",
            "email": "mine@example.org", "phone": "", "language": "en",
            "is_active": "on", "is_superuser": "on", "is_staff": "on", "groups": "1",
            "shift-TOTAL_FORMS": 0, "shift-INITIAL_FORMS": 0,
            "leaves-TOTAL_FORMS": 0, "leaves-INITIAL_FORMS": 0,
        }  # fmt: skip
        url = f"/admin/officers/officer/{officer.pk}/change/"
        status = self.client.post(url, given).status_code
        officer.refresh_from_db()
        return status

    def test_the_own_people_are_changed_but_never_made_superusers(self) -> None:
        assert self.change(self.w.asha) == 302
        assert self.w.asha.email == "mine@example.org"
        assert not self.w.asha.is_superuser

    def test_nobody_takes_a_superuser_over(self) -> None:
        Officer.objects.filter(pk=self.w.asha.pk).update(is_superuser=True)
        assert self.change(self.w.asha) == 403
        assert self.w.asha.email == "asha@example.org"

    def test_nobody_takes_over_who_works_elsewhere_too(self) -> None:
        self.post_of(self.w.lata, Role.AGENT, self.w.pune)
        assert self.change(self.w.lata) == 403
        assert self.w.lata.email == "lata@example.org"

    def test_a_stranger_is_not_found(self) -> None:
        assert self.change(self.w.ravi) == 302  # Django's way: back to the first page
        assert self.w.ravi.email == "ravi@example.org"


class RoleByOrganisationTests(ScopedAdminCase):
    """Administrator here and auditor there reads there and changes nothing there."""

    def setUp(self) -> None:
        super().setUp()
        self.post_of(self.w.admin, Role.AUDITOR, self.w.upp)

    def test_it_cannot_change_what_it_only_reads(self) -> None:
        url = f"officers/department/{self.w.om.pk}/change/"
        assert self.status(url) == 200
        given = {"organisation": self.w.upp.pk, "code": "OM", "names_0": "Mine"}
        assert self.client.post(f"/admin/{url}", given).status_code == 403

    def test_it_cannot_post_itself_there(self) -> None:
        given = {
            "officer": self.w.admin.pk,
            "role": Role.ADMIN,
            "organisation": self.w.upp.pk,
        }
        before = Posting.objects.count()
        for organisation in (self.w.upp, self.w.mvv):
            given["organisation"] = organisation.pk
            answer = self.client.post("/admin/officers/posting/add/", given)
            assert answer.status_code == 200
        assert Posting.objects.count() == before
        given["organisation"] = self.w.pune.pk
        answer = self.client.post("/admin/officers/posting/add/", given)
        assert answer.status_code == 302


class TreeTests(ScopedAdminCase):
    def test_no_new_organisation_and_no_other_parent(self) -> None:
        assert self.status("officers/organisation/add/") == 403
        page = self.client.get(f"/admin/officers/organisation/{self.w.pune.pk}/change/")
        form = page.context["adminform"].form
        assert not {"parent", "code"} & set(form.fields)

    def test_nothing_hangs_below_itself(self) -> None:
        page = self.client.get(f"/admin/officers/area/{self.w.zone.pk}/change/")
        form_class = type(page.context["adminform"].form)
        form = form_class({"parent": self.w.aundh.pk}, instance=self.w.zone)
        assert form.errors["parent"] == ["This would hang below itself."]

    def test_a_circle_in_the_data_does_not_hang_the_site(self) -> None:
        Organisation.objects.filter(pk=self.w.upp.pk).update(parent=self.w.mvv)
        bump("officers")
        forget_all()
        both = organisation_subtree(self.w.upp.pk)
        assert {self.w.upp.pk, self.w.mvv.pk} <= both
        assert root_of(self.w.mvv.pk) in both

    def test_a_time_zone_must_be_one(self) -> None:
        page = self.client.get(f"/admin/officers/organisation/{self.w.pune.pk}/change/")
        form_class = type(page.context["adminform"].form)
        form = form_class({"timezone": "../../etc/passwd"}, instance=self.w.pune)
        assert form.errors["timezone"] == ["No time zone has this name."]
        assert Area.objects.exists()


class StaffingTests(ScopedAdminCase):
    def test_a_fresh_login_can_be_seen_and_posted(self) -> None:
        fresh = Officer.objects.create(username="nisha", is_staff=True)
        assert self.status(f"officers/officer/{fresh.pk}/change/") == 200
        page = self.client.get(f"/admin/officers/officer/{fresh.pk}/change/")
        assert b'name="shift-0-hours"' in page.content or b"shift-TOTAL" in page.content

    def test_the_rows_under_a_calendar_can_be_changed(self) -> None:
        url = f"/admin/officers/calendar/{self.w.always.pk}/change/"
        self.assertContains(self.client.get(url), "holidays-TOTAL_FORMS")

    def test_queued_jobs_are_not_written_by_hand(self) -> None:
        Officer.objects.filter(pk=self.w.admin.pk).update(is_superuser=True)
        assert self.status("django_q/schedule/add/") == 404

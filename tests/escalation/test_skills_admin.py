"""Who has learned what: written by the own administrator, for the own people."""

from escalation.decisions import duty
from escalation.models import Skill
from officers.models import Officer, Posting, Role
from officers.trees import REFERENCE
from operations.generation import bump
from tests.base import NOW, WorldTestCase

URL = "/admin/escalation/skill/"


class SkillAdminTests(WorldTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(self.w.admin)

    def add(self, officer: Officer, category: int) -> int:
        given = {"officer": officer.pk, "category": category, "active": "on"}
        return self.client.post(f"{URL}add/", given).status_code

    def test_it_is_written_and_counts_at_once(self) -> None:
        Posting.objects.create(
            officer=self.w.nitin, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.kothrud, department=self.w.roads,
        )  # fmt: skip
        bump(REFERENCE)
        where = (self.w.pune, self.w.kothrud, self.w.roads, NOW)
        assert duty.choose(*where, category=self.w.pothole) == self.w.omkar

        assert self.add(self.w.nitin, self.w.pothole.pk) == 302
        assert duty.choose(*where, category=self.w.pothole) == self.w.nitin

        skill = Skill.objects.get()
        ended = {"officer": self.w.nitin.pk, "category": self.w.pothole.pk}
        self.client.post(f"{URL}{skill.pk}/change/", ended)
        assert duty.choose(*where, category=self.w.pothole) == self.w.omkar

    def test_it_shows_each_once_and_none_of_strangers(self) -> None:
        mine = Skill.objects.create(officer=self.w.omkar, category=self.w.pothole)
        Posting.objects.create(
            officer=self.w.omkar, role=Role.OFFICER, organisation=self.w.pune,
            area=self.w.aundh,
        )  # fmt: skip
        other = Skill.objects.create(officer=self.w.ravi, category=self.w.no_supply)

        page = self.client.get(URL)
        assert [row.pk for row in page.context["cl"].result_list] == [mine.pk]
        stranger = self.client.get(f"{URL}{other.pk}/change/")
        assert stranger.status_code in (302, 403, 404)

    def test_it_takes_nobody_elses_people_or_kinds(self) -> None:
        assert self.add(self.w.ravi, self.w.pothole.pk) == 200
        assert self.add(self.w.omkar, self.w.no_supply.pk) == 200
        assert not Skill.objects.exists()

    def test_others_do_not_write_it(self) -> None:
        self.client.force_login(self.w.omkar)

        assert self.client.get(f"{URL}add/").status_code in (302, 403)

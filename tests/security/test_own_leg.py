"""A06: who held a complaint once reads what was said until then, and no more."""

from complaints.services import accept, forward, note
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import to_stage


class OwnLegTests(WorldTestCase):
    def test_later_notes_stay_with_the_new_office(self) -> None:
        complaint = to_stage(self.w, "assigned")
        omkar, nitin = self.w.actor(self.w.omkar), self.w.actor(self.w.nitin)
        note(complaint, text="Seen by us", actor=omkar, at=self.later(minutes=1))
        forward(
            complaint, organisation=self.w.pune, office=self.w.aundh,
            department=self.w.roads, reason="Lies in Aundh", actor=omkar,
            at=self.later(hours=1),
        )  # fmt: skip
        accept(complaint, owner=self.w.nitin, actor=nitin, at=self.later(hours=2))
        note(complaint, text="Kept to us", actor=nitin, at=self.later(hours=3))
        url = f"/admin/complaint/{complaint.number}/"
        self.client.force_login(self.w.omkar)
        page = self.client.get(url)
        self.assertContains(page, "Seen by us")
        self.assertNotContains(page, "Kept to us")
        self.client.force_login(self.w.nitin)
        self.assertContains(self.client.get(url), "Kept to us")
        assert complaint.registered_at == NOW

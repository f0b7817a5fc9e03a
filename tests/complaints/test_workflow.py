"""The whole table: every action, stage and role, allowed or clearly refused."""

from complaints.actors import Actor
from complaints.refusals import NotAllowed, Refused, WrongStage
from complaints.services.guards import may, permit
from complaints.status import OPEN_STATUSES, Status
from complaints.workflow import BY_ACTION, CITIZEN, SYSTEM, TRANSITIONS, actions_from
from officers.models import Role
from tests.base import NOW, WorldTestCase
from tests.complaints.stage import to_stage


class TableTests(WorldTestCase):
    def test_every_role_of_the_table_is_a_role(self) -> None:
        known = {*Role.values, CITIZEN, SYSTEM}
        assert all(row.roles <= known for row in TRANSITIONS)

    def test_each_action_stands_once(self) -> None:
        assert len(BY_ACTION) == len(TRANSITIONS)

    def test_every_stage_can_be_reached_and_every_open_one_left(self) -> None:
        reached = {row.target for row in TRANSITIONS if row.target}
        assert reached | {Status.REGISTERED} == set(Status)
        left = {stage for row in TRANSITIONS if row.target for stage in row.sources}
        assert set(OPEN_STATUSES) <= left

    def test_agents_never_resolve_and_officers_never_close_or_reject_alone(
        self,
    ) -> None:
        assert Role.AGENT not in BY_ACTION["resolve"].roles
        for action in ("confirm", "auto_close", "reject"):
            assert not BY_ACTION[action].roles & {Role.OFFICER, Role.FIELD_STAFF}

    def test_a_door_opens_just_where_the_table_says(self) -> None:
        people = {
            Role.AGENT: self.w.asha,
            Role.DISPATCHER: self.w.devika,
            Role.SUPERVISOR: self.w.sunil,
            Role.OFFICER: self.w.omkar,
            Role.DEPT_HEAD: self.w.hema,
            Role.COMMISSIONER: self.w.chitra,
            Role.ADMIN: self.w.admin,
        }
        for stage in (Status.ASSIGNED, Status.RESOLVED, Status.FORWARDED):
            complaint = to_stage(self.w, stage)
            for role, officer in people.items():
                actor = self.w.actor(officer)
                covered = role in actor.roles_on(complaint)
                for row in TRANSITIONS:
                    wanted = covered and role in row.roles and stage in row.sources
                    with self.subTest(stage=stage, role=role, action=row.action):
                        assert may(complaint, row.action, actor) == wanted

    def test_the_office_next_door_may_do_nothing(self) -> None:
        complaint = to_stage(self.w, Status.ASSIGNED)
        for officer in (self.w.nitin, self.w.ravi, self.w.admin):
            with self.assertRaises(NotAllowed):
                permit(complaint, "start", self.w.actor(officer))

    def test_a_wrong_stage_is_named_in_the_refusal(self) -> None:
        complaint = to_stage(self.w, Status.RESOLVED)
        with self.assertRaises(WrongStage) as caught:
            permit(complaint, "start", self.w.actor(self.w.omkar))
        assert "Solved" in str(caught.exception)

    def test_a_refusal_speaks_the_readers_language(self) -> None:
        complaint = to_stage(self.w, Status.CLOSED)
        assert issubclass(WrongStage, Refused)
        with self.assertRaises(Refused) as caught:
            permit(complaint, "confirm", self.w.citizen(complaint))
        assert str(caught.exception)

    def test_buttons_follow_the_table(self) -> None:
        roles = frozenset({str(Role.OFFICER)})
        assert "resolve" in actions_from(Status.IN_PROGRESS, roles)
        assert "reject" not in actions_from(Status.ASSIGNED, roles)

    def test_yesterdays_posting_gives_no_rights_today(self) -> None:
        complaint = to_stage(self.w, Status.ASSIGNED)
        self.w.omkar.postings.update(valid_to=self.later(days=-1).date())
        with self.assertRaises(NotAllowed):
            permit(complaint, "start", Actor.of(self.w.omkar, NOW))

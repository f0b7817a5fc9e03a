from complaints.models import Complaint
from incidents.models import Membership
from incidents.services import restore
from tests.base import NOW
from tests.incidents.stage import burst_pipe, declared, prepare
from tests.portal.api import ApiTestCase, Program

DRY = {"text": "No water in Kothrud since the morning", "phone": "+919999900077"}


class ApiIncidentTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        prepare(self.w)
        self.app = Program(self.w.asha)

    def test_it_tells_of_the_open_incident(self) -> None:
        incident = declared(self.w)
        told = self.app.post("/complaints/", DRY).json()
        (known,) = told["incidents"]
        assert known["id"] == incident.pk
        assert known["area"]["name"] == "Kothrud"
        assert not Membership.objects.exists()

    def test_it_joins_by_the_incidents_key(self) -> None:
        incident = declared(self.w)
        answer = self.app.post("/complaints/", DRY | {"incident": incident.pk})
        assert answer.status_code == 201, answer.content
        member = Membership.objects.get()
        assert (member.incident, member.how) == (incident, "api")
        assert member.complaint.number == answer.json()["number"]

    def test_it_refuses_one_that_is_over_and_registers_nothing(self) -> None:
        incident = declared(self.w)
        devika = self.w.actor(self.w.devika)
        restore(incident, cause=burst_pipe(self.w), actor=devika, at=NOW)
        answer = self.app.post("/complaints/", DRY | {"incident": incident.pk})
        assert (answer.status_code, answer.json()["field"]) == (400, "incident")
        assert not Complaint.objects.exists()

    def test_another_house_knows_nothing_of_it(self) -> None:
        incident = declared(self.w)
        other = Program(self.w.lata)
        answer = other.post(
            "/complaints/", {"text": "बिजली नहीं", "incident": incident.pk}
        )
        assert answer.status_code == 400

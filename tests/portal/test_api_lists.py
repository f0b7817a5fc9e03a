"""Reference rows, photos, and the document that describes it all."""

import json
import re
from datetime import timedelta
from typing import Any, ClassVar
from unittest import mock

import jsonschema  # type: ignore[import-untyped]  # comes with drf-spectacular
import pytest
import yaml
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings
from django.urls import resolve
from drf_spectacular.validation import validate_schema

from complaints.models import Attachment, Complaint
from officers.models import Area
from officers.trees import REFERENCE
from operations.generation import bump
from portal.api import listing
from portal.api.documents import document
from tests.base import NOW
from tests.complaints.stage import to_stage
from tests.portal.api import ApiTestCase, Program


class ReferenceTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.asha)

    def rows(self, path: str, **query: Any) -> list[dict[str, Any]]:
        answer = self.app.get(path, **query)
        assert answer.status_code == 200, answer.content
        rows: list[dict[str, Any]] = answer.json()["results"]
        return rows

    def test_categories_have_names_in_every_language(self) -> None:
        row = next(r for r in self.rows("/categories/") if r["code"] == "MU19")
        assert row["names"] == {
            "en": "Manhole cover missing", "hi": "मैनहोल खुला", "mr": "मॅनहोल उघडे",
            "it": "Tombino aperto",
        }  # fmt: skip
        assert (row["department"], row["criticality"], row["safety"]) == (
            "ROAD", "emergency", True,
        )  # fmt: skip
        assert row["organisation"] == "PUNE"

    def test_areas_are_a_tree(self) -> None:
        parents = {row["code"]: row["parent"] for row in self.rows("/areas/")}
        assert parents["PUNE"] is None
        assert (parents["Z2"], parents["Z2-AUNDH"]) == ("PUNE", "Z2")
        Area.objects.filter(code="Z2-AUNDH").update(valid_to="2020-01-01")
        bump(REFERENCE)
        assert "Z2-AUNDH" not in [row["code"] for row in self.rows("/areas/")]

    def test_the_other_lists_are_told_too(self) -> None:
        codes = {
            path: {row["code"] for row in self.rows(path)}
            for path in ("/departments/", "/causes/", "/sources/", "/reject-reasons/")
        }
        assert codes["/departments/"] == {"ROAD", "WATER", "VIG", "CC"}
        assert codes["/causes/"] == {"WEAR"}
        assert codes["/sources/"] >= {"api", "web"}
        assert codes["/reject-reasons/"] >= {"abuse"}
        mine = {row["code"]: row["mine"] for row in self.rows("/organisations/")}
        assert mine == {"PUNE": True, "UPP": False}

    def test_pages_join_up(self) -> None:
        whole = [row["code"] for row in self.rows("/areas/")]
        found, cursor = [], ""
        for _page in range(len(whole)):
            asked = {"page_size": 1} | ({"cursor": cursor} if cursor else {})
            page = self.app.get("/areas/", **asked).json()
            found += [row["code"] for row in page["results"]]
            cursor = page["next"]
            if not cursor:
                break
        assert found == whole
        other = self.app.get("/areas/", page_size=1).json()["next"]
        assert self.app.get("/categories/", cursor=other).status_code == 400

    def test_what_has_not_changed_is_not_sent_again(self) -> None:
        first = self.app.get("/categories/")
        again = self.app.get("/categories/", headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        self.w.pothole.names = self.w.pothole.names | {"en": "Hole in the road"}
        self.w.pothole.save()
        bump("complaints")
        again = self.app.get("/categories/", headers={"if-none-match": first["ETag"]})
        assert again.status_code == 200
        assert again["ETag"] != first["ETag"]

    def test_rows_are_kept_in_the_process(self) -> None:
        self.app.get("/areas/")
        with self.assertNumQueries(3):  # who calls, and how often
            self.app.get("/areas/")


class ShortPageTests(ApiTestCase):
    """A page looks at so many complaints and no more, and tells where to go on."""

    potholes: ClassVar[list[Complaint]]
    dry: ClassVar[list[Complaint]]

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        moments = [NOW + timedelta(minutes=2 * n) for n in range(4)]
        cls.potholes = [cls.w.file("Big pothole in Kothrud", at=at) for at in moments]
        cls.dry = [cls.w.file("no water in Kothrud", at=at) for at in moments]

    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.asha)
        self.now = NOW + timedelta(hours=1)

    def walk(self, app: Program, **query: Any) -> list[list[str]]:
        pages: list[list[str]] = []
        cursor = ""
        while len(pages) < 20:
            asked = query | ({"cursor": cursor} if cursor else {})
            page = app.get("/complaints/", **asked).json()
            pages.append([row["number"] for row in page["results"]])
            cursor = page["next"]
            if not cursor:
                return pages
        raise AssertionError("no last page")

    def check(self, app: Program, wanted: list[Complaint], **query: Any) -> None:
        numbers = [row.number for row in wanted]
        for most in (1, 2, 3, 100):
            with (
                self.subTest(most=most, **query),
                mock.patch.object(listing, "MOST_KEYS", most),
                mock.patch.multiple(listing, LEAST_HITS=most, HITS_A_ROW=1),
            ):
                pages = self.walk(app, page_size=1 if most < 3 else 2, **query)
                assert [number for page in pages for number in page] == numbers

    def test_pages_join_up_however_little_is_looked_at(self) -> None:
        newest = self.potholes[::-1]
        self.check(self.app, newest, category="MU01")
        self.check(self.app, newest, category="MU01", held="ever")
        self.check(self.app, [], category="MU01", source="phone")
        self.check(Program(self.w.omkar), newest, department="ROAD", held="ever")
        self.check(Program(self.w.wasim), [], category="MU01", held="ever")
        self.check(self.app, self.potholes, category="MU01", held="ever", order="due")

    def test_it_does_so_for_a_holding_too(self) -> None:
        here = self.w.file("no light", area=self.w.gomti, organisation=self.w.mvv)
        self.check(Program(self.w.lata), [here], category="EL01")

    def test_a_page_may_be_empty_and_not_the_last(self) -> None:
        with mock.patch.object(listing, "MOST_KEYS", 2):
            page = self.app.get("/complaints/", source="phone").json()
            assert (page["results"], bool(page["next"])) == ([], True)

    def test_what_is_done_is_not_late_and_not_due(self) -> None:
        done = to_stage(self.w, "closed")
        for status in ("closed", "resolved", "rejected"):
            page = self.app.get("/complaints/", status=status, late="true").json()
            assert page == {"results": [], "next": None}
        answer = self.app.get("/complaints/", status="closed", order="due")
        assert (answer.status_code, answer.json()["field"]) == (400, "order")
        for status in ("resolved", "appealed", "triage"):
            asked = {"status": status, "order": "due"}
            assert self.app.get("/complaints/", **asked).status_code == 200
        assert self.numbers(self.app.get("/complaints/", status="closed")) == [
            done.number
        ]


class PhotoTests(ApiTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.app = Program(self.w.asha)

    def send(self, name: str, body: bytes, field: str = "photo") -> Any:
        upload = SimpleUploadedFile(name, body, content_type="image/jpeg")
        return self.app.client.post("/api/v1/attachments/", {field: upload})

    def test_it_is_stored_until_it_is_named(self) -> None:
        token = self.app.photo()
        row = Attachment.objects.get(token=token)
        assert (row.complaint, row.width, row.content_type) == (None, 40, "image/jpeg")

    def test_what_is_no_photo_is_refused(self) -> None:
        for answer in (
            self.send("p.jpg", b"no photo"), self.send("p.svg", b"<svg/>"),
            self.send("p.jpg", b"x", field="file"), self.send("p.jpg", b""),
        ):  # fmt: skip
            assert (answer.status_code, answer.json()["field"]) == (400, "photo")
        assert self.app.post("/attachments/", {"photo": "x"}).status_code == 415

    def test_a_photo_that_is_too_large_is_not_kept(self) -> None:
        with override_settings(MAX_PHOTO_BYTES=10_000):
            answer = self.send("p.jpg", b"\xff" * 200_000)
        assert answer.json()["code"] == "photo_too_large"
        assert not Attachment.objects.exists()


class DocumentTests(ApiTestCase):
    def test_it_is_valid_and_the_same_as_json_and_yaml(self) -> None:
        answer = self.client.get("/api/schema/")
        told = json.loads(answer.content)
        validate_schema(told)  # type: ignore[no-untyped-call]  # untyped library
        assert answer["Content-Type"].startswith("application/vnd.oai.openapi+json")
        written = self.client.get("/api/schema/?format=yaml")
        assert yaml.safe_load(written.content) == told
        again = self.client.get(
            "/api/schema/", headers={"if-none-match": answer["ETag"]}
        )
        assert again.status_code == 304

    def test_it_tells_every_address_and_what_each_may_answer(self) -> None:
        for path, methods in document()["paths"].items():
            resolve(re.sub(r"\{number\}", "1", path.replace("{token}", "x")))
            for operation in methods.values():
                assert {"401", "429"} <= operation["responses"].keys()
                assert operation["summary"]

    def test_answers_are_as_it_says(self) -> None:
        complaint = to_stage(self.w, "need_info")
        app = Program(self.w.asha)
        told = app.post("/complaints/", {"text": "One more hole", "external_id": "7"})
        for path, method, answer in (
            ("/complaints/", "post", told),
            ("/complaints/", "get", app.get("/complaints/")),
            ("/complaints/{number}/", "get",
             app.get(f"/complaints/{complaint.number}/")),
            ("/complaints/{number}/actions/reply/", "post",
             app.act(complaint, "reply", text="Coming")),
            ("/areas/", "get", app.get("/areas/")),
            ("/organisations/", "get", app.get("/organisations/")),
            ("/complaints/", "post", app.post("/complaints/", {"text": 7, "x": 1})),
            ("/complaints/", "get", app.get("/complaints/", cursor="x")),
            ("/complaints/{number}/", "get", app.get("/complaints/1/")),
        ):  # fmt: skip
            with self.subTest(path=path, status=answer.status_code):
                self.conforms(path, method, answer)

    def conforms(self, path: str, method: str, answer: Any) -> None:
        operation = document()["paths"][f"/api/v1{path}"][method]
        told = operation["responses"][str(answer.status_code)]
        schema = told["content"]["application/json"]["schema"]
        whole = schema | {"components": nullable(document()["components"])}
        jsonschema.validate(answer.json(), whole)

    def test_the_page_for_people_names_what_there_is(self) -> None:
        page = (settings.BASE_DIR / "docs/api.md").read_text()
        named = set(re.findall(r"(/api/v1/[\w/-]+/|/api/schema/)", page))
        assert len(named) >= 10
        for path in named:
            assert resolve(path).url_name, path
        for field in re.findall(r"^\| `([a-z_]+)`", page, re.MULTILINE):
            assert field in json.dumps(document()), field


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable: true` where JSON Schema has a list of types."""
    if isinstance(schema, list):
        return [nullable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: nullable(each) for name, each in schema.items()}
    if told.pop("nullable", None) is True:
        return {"anyOf": [told, {"type": "null"}]}
    return told


@pytest.mark.parametrize("path", ["/api/v1/complaints", "/api/v2/complaints/"])
def test_there_is_no_redirect_that_would_lose_what_was_posted(
    client: Any, path: str
) -> None:
    answer = client.post(path, {"text": "x"}, content_type="application/json")
    assert answer.status_code == 404

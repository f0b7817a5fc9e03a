"""Two things in one text: what is seen as two, and what is not."""

from complaints.models import Category
from escalation.decisions import two_things
from tests.base import NOW, WorldTestCase


class TwoThingsTests(WorldTestCase):
    def found(self, text: str, first: Category | None = None) -> list[str] | None:
        seen = two_things.of(text, self.w.pune, NOW, first)
        return [seen.first.category.code, seen.second.category.code] if seen else None

    def test_it_sees_two_in_every_language(self) -> None:
        for text in (
            "There is a big pothole in Kothrud and no water since Monday",
            "Pothole near the school. No water in our lane",
            "कोथरूड में सड़क में गड्ढा है और तीन दिन से पानी नहीं आ रहा",
            "कोथरूडमध्ये रस्त्यावरील खड्डा आहे आणि पाणी नाही",
            "kothrud me gaddha hai aur pani nahi aa raha",
            "C'è una buca stradale a Kothrud e manca l'acqua",
        ):
            with self.subTest(text=text):
                assert self.found(text) == ["MU01", "MU24"]

    def test_it_gives_each_its_own_words(self) -> None:
        seen = two_things.of(
            "Big pothole in Kothrud, near the school and no water since Monday",
            self.w.pune,
            NOW,
        )

        assert seen is not None
        assert seen.first.text == "Big pothole in Kothrud, near the school"
        assert seen.second.text == "no water since Monday"

    def test_it_sees_no_two_in_one(self) -> None:
        for text in (
            "Big pothole in Kothrud",
            "pothole and a bad road in Kothrud",  # the same people
            "pothole and more pothole and again a pothole",
            "Andheri andheri and andheri",
            "",
        ):
            with self.subTest(text=text):
                assert self.found(text) is None

    def test_it_looks_for_the_other_where_one_is_known(self) -> None:
        text = "no water since Monday and a big pothole"

        assert self.found(text, self.w.pothole) == ["MU01", "MU24"]
        assert self.found(text, self.w.no_water) == ["MU24", "MU01"]
        assert self.found("big pothole", self.w.no_water) is None

    def test_it_reads_no_endless_text(self) -> None:
        assert self.found("pothole and no water. " * 500) is None

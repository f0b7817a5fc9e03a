"""Type-ahead: from two letters, in any of the languages and as it sounds."""

from complaints.models import Category
from escalation.language import suggest
from operations.generation import bump
from tests.base import WorldTestCase


class CategoryTests(WorldTestCase):
    def _codes(self, typed: str) -> list[str]:
        return [row.code for row in suggest.categories(self.w.pune, typed)]

    def test_it_finds_a_kind_by_two_letters_in_any_language(self) -> None:
        for typed in ("po", "PO", "खड्", "गड्", "buc", "gadd", "gad", "MU01"):
            with self.subTest(typed=typed):
                assert "MU01" in self._codes(typed)

    def test_it_finds_a_kind_as_it_sounds(self) -> None:
        assert self._codes("paani")[0] == "MU24"
        assert self._codes("pani nahin")[0] == "MU24"

    def test_it_needs_every_word_that_was_typed(self) -> None:
        assert self._codes("no wat") == ["MU24"]
        assert self._codes("no road water light") == []

    def test_it_puts_names_before_key_words(self) -> None:
        assert self._codes("road")[0] == "MU02"  # "Road needs resurfacing"
        assert "MU01" in self._codes("road")  # "hole in road"

    def test_it_says_nothing_to_less_than_two_letters(self) -> None:
        for typed in ("", " ", "p", "?!", "\x00"):
            with self.subTest(typed=typed):
                assert self._codes(typed) == []

    def test_it_keeps_to_the_organisation(self) -> None:
        assert self._codes("no supply") == []
        assert suggest.categories(self.w.mvv, "no supply") == [self.w.no_supply]

    def test_it_leaves_out_kinds_that_have_ended(self) -> None:
        Category.objects.filter(code="MU01").update(valid_to="2026-01-01")
        bump("complaints")

        assert self._codes("pothole") == []

    def test_it_offers_as_many_as_were_asked_for(self) -> None:
        assert len(suggest.categories(self.w.pune, "group", limit=2)) == 2

    def test_it_asks_the_database_for_nothing_once_it_is_warm(self) -> None:
        self._codes("pothole")

        with self.assertNumQueries(0):
            self._codes("water")


class AreaTests(WorldTestCase):
    def _codes(self, typed: str) -> list[str]:
        return [row.code for row in suggest.areas(self.w.pune, typed)]

    def test_it_finds_an_area_by_name_locality_and_pin(self) -> None:
        for typed in ("ko", "कोथ", "karve", "4110", "411038", "४११०३८"):
            with self.subTest(typed=typed):
                assert "Z2-KOTHRUD" in self._codes(typed)

    def test_it_puts_names_before_localities(self) -> None:
        assert self._codes("ba") == ["Z2-AUNDH"]
        assert self._codes("au")[0] == "Z2-AUNDH"

    def test_it_looks_below_the_organisation_and_not_beside_it(self) -> None:
        assert self._codes("gomti") == []
        assert suggest.areas(self.w.upp, "gomti") == [self.w.gomti]

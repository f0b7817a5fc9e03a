from datetime import timedelta

from django.db import connection

from complaints import search_index
from complaints.models import Complaint, ContactPoint
from complaints.search import digits_of, hits, search, terms_of
from tests.base import MEERA, NOW, WorldTestCase


class SearchTests(WorldTestCase):
    def _numbers(self, typed: str) -> list[str]:
        everything = Complaint.objects.visible_to(self.w.actor(self.w.asha))
        return [c.number for c in search(everything, typed)]

    def _file(self, text: str, name: str, caller: int) -> str:
        phone = f"+91999990000{caller}"
        return self.w.file(text, name=name, phone=phone).number

    def test_it_finds_a_number_however_it_is_spaced(self) -> None:
        number = self.w.file().number
        spaced = " ".join(number[i : i + 3] for i in range(0, 12, 3))
        devanagari = number.translate(str.maketrans("0123456789", "०१२३४५६७८९"))
        for typed in (number, spaced, f"No. {number}", devanagari):
            assert self._numbers(typed) == [number]

    def test_it_finds_a_phone_in_any_form(self) -> None:
        number = self.w.file(phone="+919999912345").number
        self.w.file()
        for typed in (
            "99999 12345", "099999-12345", "+91 99999 12345", "0091 9999912345",
            "९९९९९ १२३४५", "12345",
        ):  # fmt: skip
            assert self._numbers(typed) == [number], typed

    def test_it_finds_by_a_phone_learned_after_the_complaint(self) -> None:
        complaint = self.w.file()
        assert complaint.citizen is not None
        ContactPoint.objects.create(
            citizen=complaint.citizen, root=self.w.pune, channel="phone",
            address="+919999954321",
        )  # fmt: skip
        assert self._numbers("99999 54321") == [complaint.number]

    def test_it_finds_names_and_words_in_any_script(self) -> None:
        hindi = self._file("गली में नल से पानी नहीं आ रहा", "मीरा जोशी", 2)
        english = self._file("No light on Karve Road", "Ravi Kulkarni", 3)
        italian = self._file("Perché manca l'acqua?", "Chiara Però", 4)
        assert self._numbers("मीरा") == [hindi]
        assert self._numbers("पानी नही") == [hindi]
        assert self._numbers("KARVE") == [english]
        assert self._numbers("ravi karve") == [english]
        assert self._numbers("perche") == [italian]
        assert self._numbers("pero") == [italian]

    def test_it_finds_words_of_two_letters_at_their_start(self) -> None:
        hindi = self.w.file("हमारे नल में पानी नहीं").number
        self.w.file("मनल नाम की जगह पर गड्ढा")
        assert self._numbers("नल") == [hindi]

    def test_it_puts_the_newest_first(self) -> None:
        first, second = self.w.file().number, self.w.file().number
        assert self._numbers("school") == [second, first]

    def test_it_shows_nothing_that_the_reader_may_not_see(self) -> None:
        complaint = self.w.file()
        stranger = Complaint.objects.visible_to(self.w.actor(self.w.ravi))
        for typed in (complaint.number, "school", "Meera", MEERA):
            assert not search(stranger, typed).exists()

    def test_it_forgets_words_that_were_erased(self) -> None:
        complaint = self.w.file("Dragon near the lake")
        assert hits(["dragon"]) == [complaint.pk]
        Complaint.objects.filter(pk=complaint.pk).update(search_text=complaint.number)
        assert hits(["dragon"]) == []

    def test_it_bears_signs_of_the_query_language(self) -> None:
        number = self.w.file('He said "100% AND_more" \\ near (NEAR) school*').number
        for typed in ('"100%', "and_more", "100% and_more", "school*", '"', "\\ near"):
            found = self._numbers(typed)
            assert found in ([number], []), typed
        assert self._numbers("and_more") == [number]
        assert self._numbers("and%more") == []
        assert self._numbers("") == []
        assert self._numbers("\0\ud800 a") == []


class QueryTests:
    def test_it_knows_digits_from_words(self) -> None:
        assert digits_of("+91 (999) 99-00001") == "919999900001"
        assert digits_of("९९९९") == "9999"
        assert digits_of("12") == ""
        assert digits_of("Gali 1234") == ""

    def test_it_folds_terms_and_leaves_out_single_letters(self) -> None:
        assert terms_of("a Karve ROAD नल") == ["karve", "road", " नल"]


class IndexTests(WorldTestCase):
    def test_it_stands_after_all_migrations(self) -> None:
        wanted = (
            {search_index.INDEX, *search_index.TRIGGERS}
            if connection.vendor == "sqlite"
            else {"complaint_search_trgm"}
        )
        assert wanted <= search_index.installed(connection)

    def test_it_is_made_whole_again_after_triggers_were_lost(self) -> None:
        if connection.vendor != "sqlite":
            return
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER complaints_search_added")
        complaint = self.w.file("Unicorn at the gate", at=NOW + timedelta(hours=1))
        assert hits(["unicorn"]) == []
        search_index.install(connection)
        assert hits(["unicorn"]) == [complaint.pk]

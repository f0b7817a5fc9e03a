import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.phones import (
    BadEmail,
    BadPhone,
    last_four,
    masked,
    masked_email,
    parse_email,
    parse_phone,
    parse_service_number,
)

ASHA = "+919999900001"
ANY_TEXT = st.text(st.characters(exclude_categories=()))
DIGITS = st.text("0123456789+- ()", max_size=30)


class ParsePhoneTests:
    @pytest.mark.parametrize(
        "typed",
        [
            "9999900001",
            "99999 00001",
            "99999-00001",
            "09999900001",
            "919999900001",
            "+91 99999 00001",
            "+91-0-99999-00001",
            "0091 99999 00001",
            "(99999) 00001",
            "९९९९९ ००००१",
            "\uff19\uff19\uff19\uff19\uff19 00001",
            "\u202a+91\u00a099999\u00a000001\u202c",
            " 99999\u200b00001\n",
        ],
    )
    def test_it_reads_a_mobile_as_people_write_it(self, typed: str) -> None:
        assert parse_phone(typed) == ASHA

    @given(st.integers(0, 99_999))
    def test_it_accepts_every_number_of_the_demonstration(self, last: int) -> None:
        assert parse_phone(f"99999-{last:05d}") == f"+9199999{last:05d}"

    def test_it_reads_other_countries(self) -> None:
        assert parse_phone("333 123 4567", "IT") == "+393331234567"
        assert parse_phone("06 1234 5678", "IT") == "+390612345678"
        assert parse_phone("+39 333 123 4567") == "+393331234567"

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "1912",
            "112",
            "12345",
            "999990000",
            "99999000011",
            "00000 00000",
            "1800-FLOWERS",
            "99999OOOO1",
            "9999900001 9999900002",
            "call me",
            "EM123456789IN",
            "9" * 5_000,
            "\U0001f4de",
        ],
    )
    def test_it_refuses_what_is_no_number(self, typed: str) -> None:
        with pytest.raises(BadPhone):
            parse_phone(typed)

    def test_it_does_not_put_the_number_into_the_refusal(self) -> None:
        with pytest.raises(BadPhone) as refused:
            parse_phone("99999 000011")
        assert "99999" not in repr(refused.value)
        assert refused.value.__cause__ is None

    @given(st.one_of(ANY_TEXT, DIGITS))
    def test_it_reads_its_own_answer_again_or_refuses(self, typed: str) -> None:
        try:
            number = parse_phone(typed)
        except BadPhone:
            return
        assert parse_phone(number) == number


class ServiceNumberTests:
    @pytest.mark.parametrize("typed", ["1912", "112", "155260", " 19 12 ", "१९१२"])
    def test_it_accepts_short_numbers(self, typed: str) -> None:
        assert parse_service_number(typed) in {"1912", "112", "155260"}

    def test_it_accepts_long_numbers_too(self) -> None:
        assert parse_service_number("99999 00001") == ASHA

    @pytest.mark.parametrize("typed", ["", "12", "1234567", "call"])
    def test_it_refuses_the_rest(self, typed: str) -> None:
        with pytest.raises(BadPhone):
            parse_service_number(typed)


class MaskTests:
    def test_it_shows_country_and_last_four(self) -> None:
        assert masked(ASHA) == "+91 ••••• •0001"
        assert masked("+393331234567") == "+39 ••••• •4567"
        assert last_four(ASHA) == "0001"

    def test_it_shows_less_of_a_short_number(self) -> None:
        assert masked("+3906123") == "+39 •••••"

    def test_it_never_shows_what_it_cannot_read(self) -> None:
        assert masked("99999 00001") == "•••••"
        assert masked("") == "•••••"

    @given(st.integers(0, 99_999))
    def test_it_hides_all_but_four_digits(self, last: int) -> None:
        shown = masked(f"+9199999{last:05d}").removeprefix("+91 ")
        assert sum(map(str.isdigit, shown)) == 4

    def test_it_masks_an_address(self) -> None:
        assert masked_email("asha@example.org") == "a•••@example.org"
        assert masked_email("a@example.org") == "•••@example.org"
        assert masked_email('"a@b"@example.org') == '"•••@example.org'
        assert masked_email("nothing") == "•••"
        assert masked_email("@example.org") == "•••"


class EmailTests:
    @pytest.mark.parametrize(
        "typed",
        ["asha@example.org", " Asha@Example.ORG ", "asha\uff20example.org\u200b"],
    )
    def test_it_reads_an_address(self, typed: str) -> None:
        assert parse_email(typed) == "asha@example.org"

    @pytest.mark.parametrize(
        "typed",
        [
            "",
            "asha",
            "asha@",
            "@example.org",
            "asha@example",
            "asha@@example.org",
            "Asha <asha@example.org>",
            "asha@example.org, ravi@example.org",
            "asha@exa mple.org",
            f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 60}.{'e' * 60}.example.org",
        ],
    )
    def test_it_refuses_the_rest(self, typed: str) -> None:
        with pytest.raises(BadEmail) as refused:
            parse_email(typed)
        assert str(refused.value) == ""

    @given(ANY_TEXT)
    def test_it_answers_any_text(self, typed: str) -> None:
        try:
            address = parse_email(typed)
        except BadEmail:
            return
        assert parse_email(address) == address

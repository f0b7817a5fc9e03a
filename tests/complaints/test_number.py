import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.number import WrongNumber, check, grouped, new_number, normalise

NUMBERS = st.integers(0, 10**10 - 1).map(lambda n: new_number(lambda _: n))
KNOWN = new_number(lambda _: 4830297511)


def refusal(typed: str) -> str:
    with pytest.raises(WrongNumber) as refused:
        check(typed)
    return refused.value.reason


class NewNumberTests:
    def test_it_is_one_then_ten_chosen_digits_then_a_check_digit(self) -> None:
        number = new_number(lambda _: 42)
        assert number[:-1] == "10000000042"
        assert len(number) == 12

    def test_it_asks_for_ten_digits_of_chance(self) -> None:
        asked: list[int] = []

        def choose(limit: int) -> int:
            asked.append(limit)
            return limit - 1

        assert new_number(choose).startswith("19999999999")
        assert asked == [10**10]

    def test_it_is_accepted_as_it_stands(self) -> None:
        number = new_number()
        assert check(number) == number

    def test_it_is_shown_in_threes(self) -> None:
        assert grouped("148302975116") == "148 302 975 116"
        assert check(grouped(KNOWN)) == KNOWN


class TypedNumberTests:
    @pytest.mark.parametrize(
        "shape",
        [
            "{}",
            "  {}\n",
            "#{}",
            "# {}",
            "No. {}",
            "no.{}",
            "no {}",
            "NO{}",
            "No: {}",
            "\u2116 {}",
            "no. #{}",
            "\u202a{}\u202c",
            "{}\u200b",
            "{}.",
        ],
    )
    def test_it_accepts_the_number_in_the_clothes_people_give_it(
        self, shape: str
    ) -> None:
        assert check(shape.format(KNOWN)) == KNOWN
        assert check(shape.format(grouped(KNOWN))) == KNOWN

    @pytest.mark.parametrize(
        "joint",
        ["-", ".", " - ", "\u2013", "\u2011", "\u2212", "\u00a0", "\u200c", "\t"],
    )
    def test_it_accepts_any_joint_between_the_groups(self, joint: str) -> None:
        assert check(grouped(KNOWN).replace(" ", joint)) == KNOWN

    @pytest.mark.parametrize("zero", ["०", "\uff10", "\u06f0", "\u09e6"])
    def test_it_accepts_the_digits_of_other_scripts(self, zero: str) -> None:
        script = {ord(str(n)): chr(ord(zero) + n) for n in range(10)}
        assert check(KNOWN.translate(script)) == KNOWN
        assert check("\uff03" + KNOWN.translate(script)) == KNOWN

    def test_it_says_characters_when_letters_remain(self) -> None:
        assert refusal("EM123456789IN") == "characters"
        assert refusal(KNOWN[:-1] + "O") == "characters"
        assert refusal("none") == "characters"
        assert refusal("12½345") == "characters"

    def test_it_says_length_when_digits_are_missing_or_too_many(self) -> None:
        assert refusal("") == "length"
        assert refusal(" - ") == "length"
        assert refusal(KNOWN[:-1]) == "length"
        assert refusal(KNOWN + "0") == "length"

    def test_it_refuses_a_number_that_does_not_begin_with_one(self) -> None:
        aadhaar_like = "23456789012"
        for last in "0123456789":
            assert refusal(aadhaar_like + last) == "check_digit"

    def test_it_refuses_a_mobile_with_country_code(self) -> None:
        assert refusal("+91 99999 00001") == "characters"
        assert refusal("91 99999 00001") == "check_digit"


class SlipTests:
    @given(NUMBERS)
    def test_it_catches_every_wrong_digit(self, number: str) -> None:
        for place in range(12):
            for digit in "0123456789":
                slip = number[:place] + digit + number[place + 1 :]
                if slip != number:
                    assert refusal(slip) == "check_digit"

    @given(NUMBERS)
    def test_it_catches_every_swap_of_neighbours(self, number: str) -> None:
        for place in range(11):
            one, two = number[place], number[place + 1]
            slip = number[:place] + two + one + number[place + 2 :]
            if one != two:
                assert refusal(slip) == "check_digit"

    @given(st.text())
    def test_it_answers_any_text(self, typed: str) -> None:
        try:
            assert normalise(check(typed)) == normalise(typed)
        except WrongNumber as refused:
            assert refused.reason in {"length", "check_digit", "characters"}

    @given(NUMBERS, st.lists(st.integers(0, 12), max_size=4))
    def test_it_reads_a_number_with_fillers_anywhere(
        self, number: str, places: list[int]
    ) -> None:
        typed = number
        for place in sorted(places, reverse=True):
            typed = typed[:place] + " \u200d" + typed[place:]
        assert check(typed) == number

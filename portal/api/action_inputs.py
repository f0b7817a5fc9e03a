"""What each action asks for. Lengths and rules are the doors' own."""

from complaints.models.category import Criticality, Horizon
from complaints.services.proof import Unreachable
from complaints.wording import LONGEST_TEXT
from feedback.took import MOST_MINUTES
from portal.api.creating import FILE, MOST_FILES
from portal.api.inputs import (
    Choice,
    Code,
    Codes,
    Moment,
    Strict,
    Text,
    Whole,
    YesNo,
)

OFFICER = r"^[A-Za-z0-9_.@+-]{1,150}$"
SEEN = "The version you looked at; another one is answered 409. Or send If-Match."


class Bare(Strict):
    version = Whole(required=False, help_text=SEEN)


class WithText(Bare):
    text = Text(max_length=LONGEST_TEXT)


class WithWords(Bare):
    """Words, and photos that were sent before."""

    text = Text(max_length=LONGEST_TEXT)
    attachments = Codes(child=Code(FILE), required=False, max_length=MOST_FILES)


class Note(Strict):
    """For staff only. It bears that somebody else was first, so no version."""

    text = Text(max_length=LONGEST_TEXT)
    attachments = Codes(child=Code(FILE), required=False, max_length=MOST_FILES)


class More(Strict):
    """More words of the citizen, or photos; one of both."""

    text = Text(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    attachments = Codes(child=Code(FILE), required=False, max_length=MOST_FILES)


class Reply(Bare):
    text = Text(max_length=1000)
    attachments = Codes(child=Code(FILE), required=False, max_length=MOST_FILES)


class Optional(Bare):
    text = Text(required=False, allow_blank=True, max_length=500)


class Reason(Bare):
    reason = Text(min_length=3, max_length=LONGEST_TEXT)


class Owner(Bare):
    owner = Code(OFFICER, help_text="User name of the officer.")


class Accept(Bare):
    owner = Code(
        OFFICER,
        required=False,
        help_text="Else who is on duty at the office; where there is none, yourself.",
    )


class Assign(Bare):
    office = Code()
    organisation = Code(required=False, help_text="Where two have such an office.")
    department = Code(required=False)
    owner = Code(OFFICER, required=False, help_text="Else who is on duty there.")


class Forward(Bare):
    """An office, an organisation, or an office of an organisation."""

    office = Code(required=False)
    organisation = Code(required=False)
    department = Code(required=False)
    reason = Text(min_length=3, max_length=LONGEST_TEXT)


class Question(Bare):
    question = Text(min_length=5, max_length=500)


class Hold(Bare):
    reason = Text(min_length=5, max_length=500)
    new_date = Moment()


class RefuseHold(Bare):
    reason = Text(min_length=5, max_length=500, help_text="Whoever asked reads it.")


class TakeUp(Bare):
    plan = Text(min_length=10, max_length=500, help_text="The citizen reads it.")
    until = Moment()


class Resolve(Bare):
    action_taken = Text(min_length=10, max_length=LONGEST_TEXT)
    cause = Code(help_text="From /api/v1/causes/.")
    attachments = Codes(child=Code(FILE), required=False, max_length=MOST_FILES)
    reading = Text(
        required=False, allow_blank=True, max_length=40,
        help_text="Of the meter, where the category has `reading_required`.",
    )  # fmt: skip
    code = Text(
        required=False, allow_blank=True, max_length=40,
        help_text="The citizen's closing code, sent by the action send_code.",
    )  # fmt: skip
    unreachable = Choice(
        choices=Unreachable.values, required=False,
        help_text="Why there is no code, where the category has `code_required`.",
    )  # fmt: skip


class Reject(Bare):
    reason = Code(help_text="From /api/v1/reject-reasons/.")
    text = Text(required=False, allow_blank=True, max_length=500)


class Category(Bare):
    category = Code()
    area = Code(required=False)


class Priority(Bare):
    criticality = Choice(choices=Criticality.values)
    horizon = Choice(choices=Horizon.values)
    reason = Text(min_length=3, max_length=500)


class Join(Bare):
    number = Text(max_length=40, help_text="Of the complaint it is the same as.")


class Appeal(Bare):
    text = Text(min_length=10, max_length=LONGEST_TEXT)


class Order(Bare):
    order = Text(min_length=20, max_length=LONGEST_TEXT)


class Rate(Bare):
    """What the citizen said, for a desk's program: a call, a chat, its own form."""

    score = Whole(min_value=1, max_value=5, help_text="1 is the lowest, 5 the best.")
    solved = YesNo(help_text="false opens it again, whatever the score.")
    took_minutes = Whole(
        required=False,
        max_value=MOST_MINUTES,
        help_text="How long it took, by the citizen's own word.",
    )
    trouble = YesNo(required=False)
    comment = Text(required=False, allow_blank=True, max_length=2000)

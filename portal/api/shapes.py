"""The answers as the schema tells them; portal/api/showing.py makes them."""

from typing import TYPE_CHECKING, Any

from rest_framework import serializers
from rest_framework.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateTimeField,
    FloatField,
    IntegerField,
    ListField,
    URLField,
)

from complaints.models import Message
from complaints.models.category import Criticality, Horizon
from complaints.models.complaint import ClosedHow, Kind
from complaints.status import Status
from escalation.models import Claim as ClaimRow

if TYPE_CHECKING:
    _Shape = serializers.Serializer[Any]
else:
    _Shape = serializers.Serializer  # subscriptable in the stubs only

ACTORS = ("citizen", "officer", "system")


class Names(_Shape):
    """One name in each of the desk's languages."""

    en = CharField(required=False)
    hi = CharField(required=False)
    mr = CharField(required=False)
    it = CharField(required=False)


class Named(_Shape):
    code = CharField()
    name = CharField(help_text="In the language of Accept-Language.")


class ProblemItem(_Shape):
    code = CharField()
    message = CharField()
    field = CharField(allow_blank=True)


class Problem(ProblemItem):
    """Why nothing was done: a code for programs and a sentence for people."""

    errors = ProblemItem(many=True, required=False)  # type: ignore[assignment]  # a name, not DRF's attribute
    number = CharField(required=False, help_text="With code external_id_taken.")


class OpenIncident(_Shape):
    """A known fault that the complaint may be about; its `id` joins the next one."""

    id = IntegerField()
    category = Named()
    area = Named()
    expected_at = DateTimeField(allow_null=True)


class Made(_Shape):
    """A complaint that was just registered."""

    number = CharField()
    status = ChoiceField(choices=Status.values)
    version = IntegerField()
    registered_at = DateTimeField()
    due_at = DateTimeField(allow_null=True)
    organisation = Named()
    office = Named(allow_null=True)
    category = Named(allow_null=True)
    external_id = CharField(allow_blank=True)
    incidents = OpenIncident(many=True)
    link = URLField(
        help_text="For the citizen. A desk's token gets the personal link, which opens"
        " the details: give it to nobody else. Others get the page of the number."
    )


class Moved(_Shape):
    """Where a complaint stands after an action."""

    number = CharField()
    status = ChoiceField(choices=Status.values)
    version = IntegerField()
    due_at = DateTimeField(allow_null=True)
    step_due_at = DateTimeField(allow_null=True)
    organisation = CharField(help_text="Its code.")
    office = CharField(allow_null=True, help_text="Its code.")
    department = CharField(allow_null=True, help_text="Its code.")
    actions = ListField(child=CharField(), help_text="What this caller may do next.")


class Row(_Shape):
    number = CharField()
    status = ChoiceField(choices=Status.values)
    version = IntegerField()
    kind = ChoiceField(choices=Kind.values)
    source = CharField()  # type: ignore[assignment]  # a name, not DRF's attribute
    category = Named(allow_null=True)
    organisation = Named()
    office = Named(allow_null=True)
    department = Named(allow_null=True)
    area = Named(allow_null=True)
    owner = CharField(allow_null=True, help_text="User name of the officer.")
    criticality = ChoiceField(choices=Criticality.values)
    horizon = ChoiceField(choices=Horizon.values)
    level = IntegerField()
    registered_at = DateTimeField()
    due_at = DateTimeField(allow_null=True)
    step_due_at = DateTimeField(allow_null=True)
    late = BooleanField()
    resolved_at = DateTimeField(allow_null=True)
    closed_at = DateTimeField(allow_null=True)
    closed_how = ChoiceField(choices=[*ClosedHow.values, ""], allow_blank=True)
    rating = IntegerField(allow_null=True)
    reopened = IntegerField()
    language = CharField()
    text = CharField(allow_blank=True)
    place = CharField(allow_blank=True)
    pin = CharField(allow_blank=True)
    latitude = FloatField(allow_null=True)
    longitude = FloatField(allow_null=True)


class Page(_Shape):
    results = Row(many=True)
    next = CharField(
        allow_null=True, help_text="Send it as `cursor`; null on the last page."
    )


class Happened(_Shape):
    seq = IntegerField()
    kind = CharField()
    label = CharField()  # type: ignore[assignment]  # a name, not DRF's attribute
    at = DateTimeField()
    by = ChoiceField(choices=ACTORS)
    from_status = CharField(allow_blank=True)
    to_status = ChoiceField(choices=Status.values)


class Said(_Shape):
    kind = ChoiceField(choices=Message.Kind.values)
    at = DateTimeField()
    text = CharField()


class File(_Shape):
    url = URLField(help_text="Needs the same token.")
    content_type = CharField()
    size = IntegerField()
    width = IntegerField(allow_null=True)
    height = IntegerField(allow_null=True)


class Citizen(_Shape):
    name = CharField(allow_blank=True)
    contact = CharField(allow_blank=True, help_text="Masked.")
    phone = CharField(
        allow_blank=True, help_text="Whole, to the owner while the work is open."
    )


class Claim(_Shape):
    """Compensation for the missed promise, as of now."""

    number = CharField()
    state = ChoiceField(choices=ClaimRow.State.values)
    minutes_late = IntegerField(help_text="Counted on until the work is solved.")
    amount = CharField(help_text="Granted, or what it comes to now.")
    currency = CharField()


class Detail(Row):
    external_id = CharField(allow_blank=True)
    parent = CharField(  # type: ignore[assignment]  # a name, not DRF's attribute
        allow_null=True, help_text="The number it was joined to."
    )
    citizen = Citizen()
    why_office = CharField(allow_blank=True)
    why_date = ListField(child=CharField())
    claim = Claim(allow_null=True)
    events = Happened(many=True)
    messages = Said(many=True)
    attachments = File(many=True)
    actions = ListField(child=CharField(), help_text="What this caller may do now.")


class Stored(_Shape):
    token = CharField(help_text="Name it in `attachments` within a day.")
    size = IntegerField()
    width = IntegerField(allow_null=True)
    height = IntegerField(allow_null=True)


class Coded(_Shape):
    """A row that complaints refer to by its code."""

    code = CharField()
    names = Names()


class OwnedCode(Coded):
    organisation = CharField(help_text="Code of the organisation it belongs to.")


class CategoryRow(OwnedCode):
    group = CharField()
    group_names = Names()
    department = CharField()
    criticality = ChoiceField(choices=Criticality.values)
    horizon = ChoiceField(choices=Horizon.values)
    photo_required = BooleanField()
    reading_required = BooleanField()
    code_required = BooleanField()
    safety = BooleanField()


class AreaRow(OwnedCode):
    parent = CharField(allow_null=True)  # type: ignore[assignment]  # a name, not DRF's attribute
    level = CharField()
    level_names = Names()
    kind = CharField()
    office = BooleanField(help_text="Complaints can be sent to it.")


class CauseRow(OwnedCode):
    department = CharField(allow_null=True)


class OrganisationRow(Coded):
    parent = CharField(allow_null=True)  # type: ignore[assignment]  # a name, not DRF's attribute
    kind = CharField()
    mine = BooleanField(help_text="This caller's own, or below it.")

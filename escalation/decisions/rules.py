"""The codes of routing decisions and what they mean; see docs/routing.md."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Sent to an office.
OFFICE = "office"
CENTRAL = "central"
ELSEWHERE = "elsewhere"
DESK = "desk"
RULING = "ruling"
# A person must sort it.
NO_CATEGORY = "no_category"
NO_PLACE = "no_place"
NO_OFFICE = "no_office"
CONFLICT = "conflict"
# Opened again, kept on the event of the assignment only.
SECOND_LEVEL = "second_level"

RULES: dict[str, str | Promise] = {
    OFFICE: _("The office of the place, the department of the kind"),
    CENTRAL: _("The department sits at the head office, for every place"),
    ELSEWHERE: _("Not to the office complained about, but above it"),
    DESK: _("Suggestions and questions go to the call centre"),
    RULING: _("A rule of this desk names the office"),
    NO_CATEGORY: _("The kind of complaint is not sure"),
    NO_PLACE: _("The place is not known"),
    NO_OFFICE: _("No office answers for this place"),
    CONFLICT: _("The organisation named and the place contradict each other"),
    SECOND_LEVEL: _("Opened again: to the second level"),
}
SORTED_BY_HAND = frozenset({NO_CATEGORY, NO_PLACE, NO_OFFICE, CONFLICT})

# How the category was found; RULING where a rule of the desk named it.
GIVEN, HASHTAG, WORDS, DANGER, KIND = "given", "hashtag", "words", "danger", "kind"
# How the organisation was chosen; RULING here too.
BY_HASHTAG, BY_NAME, BY_PLACE, BY_KIND = "hashtag", "name", "place", "kind"

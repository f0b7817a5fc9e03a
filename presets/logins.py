"""The demonstration's logins: one for each role of each organisation."""

from dataclasses import dataclass

from officers.models import Officer, Posting, Role

# Whose page has the most to see, where several hold a role.
CHOSEN = {
    "PMC": {
        Role.OFFICER: "officer.kothrud", Role.FIELD_STAFF: "field.ravi",
        Role.DEPT_HEAD: "head.kothrud", Role.ZONE_HEAD: "zone.two",
    },
    "UPPCL": {
        Role.OFFICER: "je.gomtinagar", Role.FIELD_STAFF: "field.raju",
        Role.DEPT_HEAD: "ee.gomtinagar", Role.ZONE_HEAD: "ce.gomtinagar",
        Role.COMMISSIONER: "chairman.uppcl",
    },
    "MPPMCL": {
        Role.OFFICER: "je.jabalpurcity", Role.FIELD_STAFF: "field.golu",
        Role.DEPT_HEAD: "se.jabalpurcity", Role.ZONE_HEAD: "ce.jabalpur",
    },
    "DOT": {
        Role.OFFICER: "nodal.bsnl", Role.PARTNER: "partner.tarang",
        Role.DEPT_HEAD: "head.pgdot",
    },
    "TITALIA": {Role.OFFICER: "tecnico.ti", Role.DEPT_HEAD: "capo.tecnico"},
}  # fmt: skip
HOME = {
    Role.OFFICER: "/field/", Role.FIELD_STAFF: "/field/", Role.PARTNER: "/field/",
    Role.DEPT_HEAD: "/office/",
    Role.ZONE_HEAD: "/office/", Role.COMMISSIONER: "/reports/",
    Role.MONITORING_TEAM: "/reports/", Role.AUDITOR: "/reports/",
    Role.AGENT: "/admin/console/", Role.SOCIAL_DESK: "/admin/console/",
}  # fmt: skip
DESK = "/admin/queue/"


@dataclass(frozen=True)
class Login:
    organisation: str
    role: str
    username: str
    page: str


def logins(codes: tuple[str, ...] = tuple(CHOSEN)) -> list[Login]:
    found = []
    for code in codes:
        holders = _holders(code)
        for role in Role.values:
            if role in holders:
                page = HOME.get(Role(role), "/admin/" if role == Role.ADMIN else DESK)
                found.append(Login(code, role, holders[role], page))
    return found


def _holders(code: str) -> dict[str, str]:
    """role → username, of the organisation and all below it."""
    found: dict[str, str] = {}
    rows = Posting.objects.filter(organisation__code=code, valid_to=None)
    for role, username in rows.order_by("pk").values_list("role", "officer__username"):
        found.setdefault(role, username)
    chosen = set(
        Officer.objects.filter(username__in=CHOSEN[code].values()).values_list(
            "username", flat=True
        )
    )
    for each, username in CHOSEN[code].items():
        if username in chosen:
            found[each] = username
    return found

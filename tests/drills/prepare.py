"""Run in a drill's house: accounts and people as the drill needs them.

python -m tests.drills.prepare
"""

import django

from tests.drills.citizens import CODE, NUMBER, SECRET, SID


def prepare() -> None:
    # Models can be imported after setup() alone.
    from notices.credentials import seal
    from notices.models import ChannelAccount
    from officers.models import Officer, Organisation
    from officers.trees import REFERENCE
    from operations.generation import bump

    city = Organisation.objects.get(code="PMC")
    account, _new = ChannelAccount.objects.update_or_create(
        channel="sms",
        address=NUMBER,
        defaults={
            "organisation": city,
            "sender": "sms_twilio",
            "code": CODE,
            "provider_account": SID,
            "sealed": seal({"auth_token": SECRET}),
            "active": True,
        },
    )
    ChannelAccount.objects.filter(channel="sms").exclude(pk=account.pk).update(
        active=False
    )
    # Whatever hour the drill is held at, every message may go out at once.
    Organisation.objects.update(quiet_from="00:00", quiet_to="00:00")
    # Citizens alone are told: the drill counts one thing.
    Officer.objects.update(phone="", email="")
    bump(REFERENCE)
    bump("notices")


if __name__ == "__main__":
    django.setup()
    prepare()

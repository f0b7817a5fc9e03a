"""An unknown outcome: looked at again after a while, and sent once more at the most."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0001_initial"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="notice",
            name="notice_in_flight",
        ),
        migrations.AddField(
            model_name="notice",
            name="resent",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state__in", ["sending", "unsure"])),
                fields=["lease_until"],
                name="notice_in_flight",
            ),
        ),
    ]

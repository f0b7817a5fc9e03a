"""When the office first called it solved; and an index of what nobody has yet."""

from typing import Any

from django.db import migrations, models
from django.db.models import F


def from_the_last(apps: Any, schema_editor: Any) -> None:
    complaints = apps.get_model("complaints", "Complaint")
    rows = complaints._default_manager.filter(resolved_at__isnull=False)
    rows.update(first_resolved_at=F("resolved_at"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0008_proofs_and_told_time")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="first_resolved_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="complaint",
            index=models.Index(
                condition=models.Q(("owner__isnull", True), ("status", "assigned")),
                fields=["registered_at", "id"],
                name="complaint_unowned",
            ),
        ),
        migrations.RunPython(from_the_last, migrations.RunPython.noop),
    ]

"""Events become append-only. The statements live in complaints/append_only.py."""

from django.db import migrations


def install(apps, schema_editor):
    from complaints.append_only import install as install_triggers

    install_triggers(schema_editor.connection)


def lift(apps, schema_editor):
    from complaints.append_only import lift as lift_triggers

    lift_triggers(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial")]
    operations = [migrations.RunPython(install, lift)]

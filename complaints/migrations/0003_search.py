"""Search by word in any script. The statements live in complaints/search_index.py."""

from django.db import migrations


def install(apps, schema_editor):
    from complaints.search_index import install as install_index

    install_index(schema_editor.connection)


def remove(apps, schema_editor):
    from complaints.search_index import remove as remove_index

    remove_index(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_append_only")]
    operations = [migrations.RunPython(install, remove)]

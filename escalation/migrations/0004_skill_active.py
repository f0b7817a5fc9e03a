from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("escalation", "0003_rules_claims_learning")]

    operations = [
        migrations.AddField(
            model_name="skill",
            name="active",
            field=models.BooleanField(default=True),
        ),
    ]

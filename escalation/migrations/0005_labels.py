import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0007_later_dates_and_levels"),
        ("escalation", "0004_skill_active"),
        ("officers", "0003_calendar_hours_and_ical"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="claim",
            name="amount",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=10,
                null=True,
                verbose_name="amount",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="claimed_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="claimed at"
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="counted_to",
            field=models.DateTimeField(verbose_name="counted until"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="decided_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="decided at"
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AlterField(
            model_name="claim",
            name="due_at",
            field=models.DateTimeField(verbose_name="due at"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="minutes_late",
            field=models.PositiveIntegerField(default=0, verbose_name="minutes late"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="number",
            field=models.CharField(max_length=20, unique=True, verbose_name="number"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="offered_at",
            field=models.DateTimeField(verbose_name="offered at"),
        ),
        migrations.AlterField(
            model_name="claim",
            name="state",
            field=models.CharField(
                choices=[
                    ("offered", "Offered"),
                    ("claimed", "Claimed"),
                    ("granted", "Granted"),
                    ("refused", "Refused"),
                ],
                default="offered",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="amount",
            field=models.DecimalField(
                decimal_places=2, max_digits=10, verbose_name="amount"
            ),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.category",
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="most",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Never more than this, if there is a limit.",
                max_digits=10,
                null=True,
                verbose_name="at most",
            ),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="pay_within_days",
            field=models.PositiveSmallIntegerField(
                default=60, verbose_name="days to pay it"
            ),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="per",
            field=models.CharField(
                choices=[("day", "For each day begun"), ("once", "Once")],
                default="day",
                max_length=4,
                verbose_name="for each",
            ),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="source",
            field=models.CharField(max_length=300, verbose_name="source"),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="valid_from",
            field=models.DateField(verbose_name="valid from"),
        ),
        migrations.AlterField(
            model_name="compensation",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AlterField(
            model_name="correction",
            name="at",
            field=models.DateTimeField(verbose_name="corrected at"),
        ),
        migrations.AlterField(
            model_name="correction",
            name="confidence",
            field=models.FloatField(verbose_name="confidence"),
        ),
        migrations.AlterField(
            model_name="correction",
            name="from_category",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.category",
                verbose_name="category before",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="from_office",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.area",
                verbose_name="office before",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="from_organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation before",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="officer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="officer",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="rule",
            field=models.CharField(max_length=40, verbose_name="decided by"),
        ),
        migrations.AlterField(
            model_name="correction",
            name="to_category",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.category",
                verbose_name="category after",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="to_office",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.area",
                verbose_name="office after",
            ),
        ),
        migrations.AlterField(
            model_name="correction",
            name="to_organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation after",
            ),
        ),
        migrations.AlterField(
            model_name="emergencyphrase",
            name="category",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.category",
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="emergencyphrase",
            name="language",
            field=models.CharField(max_length=10, verbose_name="language"),
        ),
        migrations.AlterField(
            model_name="emergencyphrase",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="emergencyphrase",
            name="words",
            field=models.CharField(max_length=100, verbose_name="words"),
        ),
        migrations.AlterField(
            model_name="hashtag",
            name="criticality",
            field=models.CharField(
                blank=True,
                choices=[
                    ("emergency", "Emergency"),
                    ("high", "High"),
                    ("normal", "Normal"),
                    ("low", "Low"),
                ],
                max_length=10,
                verbose_name="criticality",
            ),
        ),
        migrations.AlterField(
            model_name="hashtag",
            name="horizon",
            field=models.CharField(
                blank=True,
                choices=[
                    ("immediate", "Immediate"),
                    ("mid", "Mid-term"),
                    ("long", "Long-term"),
                ],
                max_length=10,
                verbose_name="horizon",
            ),
        ),
        migrations.AlterField(
            model_name="hashtag",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="desk that reads it",
            ),
        ),
        migrations.AlterField(
            model_name="hashtag",
            name="tag",
            field=models.CharField(max_length=50, verbose_name="hashtag"),
        ),
        migrations.AlterField(
            model_name="hashtag",
            name="target",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="whom it is for",
            ),
        ),
        migrations.AlterField(
            model_name="hashtag",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="area",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.area",
                verbose_name="area",
            ),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="at",
            field=models.DateTimeField(verbose_name="decided at"),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="category",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.category",
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="confidence",
            field=models.FloatField(verbose_name="confidence"),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="department",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.department",
                verbose_name="department",
            ),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="inputs",
            field=models.JSONField(default=dict, verbose_name="what was known"),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="office",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.area",
                verbose_name="office",
            ),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="rule",
            field=models.CharField(max_length=40, verbose_name="decided by"),
        ),
        migrations.AlterField(
            model_name="routingdecision",
            name="ruling",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="escalation.routingrule",
                verbose_name="routing rule",
            ),
        ),
        migrations.AlterField(
            model_name="routingrule",
            name="active",
            field=models.BooleanField(default=False, verbose_name="switched on"),
        ),
        migrations.AlterField(
            model_name="routingrule",
            name="name",
            field=models.CharField(
                help_text="Staff see it as the reason.",
                max_length=120,
                verbose_name="name",
            ),
        ),
        migrations.AlterField(
            model_name="routingrule",
            name="organisation",
            field=models.ForeignKey(
                help_text="It reads what comes in there and below.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="area_kind",
            field=models.CharField(max_length=10, verbose_name="kind of area"),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="basis",
            field=models.CharField(
                choices=[
                    ("sourced", "From a published charter"),
                    ("general", "Usual practice"),
                    ("default", "Set here; please check"),
                ],
                max_length=10,
                verbose_name="basis",
            ),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="calendar",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.calendar",
                verbose_name="calendar",
            ),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.category",
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="hours",
            field=models.PositiveIntegerField(verbose_name="hours promised"),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="source",
            field=models.CharField(blank=True, max_length=300, verbose_name="source"),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="valid_from",
            field=models.DateField(verbose_name="valid from"),
        ),
        migrations.AlterField(
            model_name="servicelevel",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AlterField(
            model_name="skill",
            name="active",
            field=models.BooleanField(default=True, verbose_name="switched on"),
        ),
        migrations.AlterField(
            model_name="skill",
            name="category",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.category",
                verbose_name="category",
            ),
        ),
        migrations.AlterField(
            model_name="skill",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="officer",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken at"),
        ),
        migrations.AlterField(
            model_name="step",
            name="for_at",
            field=models.DateTimeField(verbose_name="limit it belongs to"),
        ),
        migrations.AlterField(
            model_name="step",
            name="name",
            field=models.CharField(max_length=20, verbose_name="step"),
        ),
    ]

import django.db.models.deletion
import officers.names
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0007_later_dates_and_levels"),
        ("helpline", "0001_initial"),
        ("notices", "0003_delivery"),
        ("officers", "0003_calendar_hours_and_ical"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="call",
            name="article",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notices.article",
                verbose_name="article",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="complaint",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaint",
                verbose_name="complaint",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="ended_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
        ),
        migrations.AlterField(
            model_name="call",
            name="first_contact",
            field=models.BooleanField(default=False, verbose_name="answered at once"),
        ),
        migrations.AlterField(
            model_name="call",
            name="language",
            field=models.CharField(max_length=5, verbose_name="language"),
        ),
        migrations.AlterField(
            model_name="call",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="officer",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="call",
            name="source",
            field=models.CharField(max_length=20, verbose_name="way in"),
        ),
        migrations.AlterField(
            model_name="call",
            name="started_at",
            field=models.DateTimeField(verbose_name="started at"),
        ),
        migrations.AlterField(
            model_name="call",
            name="wrap_up",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="helpline.wrapupcode",
                verbose_name="wrap-up code",
            ),
        ),
        migrations.AlterField(
            model_name="reveal",
            name="at",
            field=models.DateTimeField(verbose_name="looked at"),
        ),
        migrations.AlterField(
            model_name="reveal",
            name="complaint",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaint",
                verbose_name="complaint",
            ),
        ),
        migrations.AlterField(
            model_name="reveal",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="officer",
            ),
        ),
        migrations.AlterField(
            model_name="wrapupcode",
            name="code",
            field=models.CharField(max_length=10, unique=True, verbose_name="code"),
        ),
        migrations.AlterField(
            model_name="wrapupcode",
            name="counts_as",
            field=models.CharField(
                choices=[
                    ("complaint", "Complaint"),
                    ("FCR", "Answered at once"),
                    ("survey", "Survey"),
                    ("service", "Service"),
                    ("safety", "Safety"),
                    ("transfer", "Transfer"),
                    ("callback", "Call back"),
                    ("none", "Not counted"),
                ],
                max_length=10,
                verbose_name="counts as",
            ),
        ),
        migrations.AlterField(
            model_name="wrapupcode",
            name="names",
            field=officers.names.NamesField(default=dict, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="wrapupcode",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
    ]

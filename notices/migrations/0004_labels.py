import django.db.models.deletion
import officers.names
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0007_later_dates_and_levels"),
        ("notices", "0003_delivery"),
        ("officers", "0003_calendar_hours_and_ical"),
    ]

    operations = [
        migrations.AlterField(
            model_name="article",
            name="area",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.area",
                verbose_name="area",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="bodies",
            field=officers.names.NamesField(default=dict, verbose_name="text"),
        ),
        migrations.AlterField(
            model_name="article",
            name="code",
            field=models.CharField(max_length=30, verbose_name="code"),
        ),
        migrations.AlterField(
            model_name="article",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="titles",
            field=officers.names.NamesField(default=dict, verbose_name="title"),
        ),
        migrations.AlterField(
            model_name="article",
            name="topic",
            field=models.CharField(max_length=20, verbose_name="topic"),
        ),
        migrations.AlterField(
            model_name="article",
            name="valid_to",
            field=models.DateField(blank=True, null=True, verbose_name="valid until"),
        ),
        migrations.AlterField(
            model_name="article",
            name="words",
            field=models.JSONField(blank=True, default=list, verbose_name="words"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notices.channelaccount",
                verbose_name="account",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="audience",
            field=models.CharField(max_length=10, verbose_name="readers"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="cause",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=60,
                verbose_name="cause",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="channel",
            field=models.CharField(max_length=10, verbose_name="channel"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="complaint",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.complaint",
                verbose_name="complaint",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="created_at",
            field=models.DateTimeField(verbose_name="made at"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="delivered_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="delivered at"
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="error",
            field=models.CharField(blank=True, max_length=200, verbose_name="fault"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="event",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="complaints.event",
                verbose_name="event",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="expires_at",
            field=models.DateTimeField(verbose_name="valid until"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(max_length=30, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="language",
            field=models.CharField(max_length=5, verbose_name="language"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="not_before",
            field=models.DateTimeField(verbose_name="not before"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="priority",
            field=models.PositiveSmallIntegerField(default=5, verbose_name="priority"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="provider_id",
            field=models.CharField(
                blank=True, max_length=100, verbose_name="number at the provider"
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="resent",
            field=models.BooleanField(default=False, verbose_name="sent again"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="segments",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="SMS parts"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="sent_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sent at"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("sending", "Being sent"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("failed", "Failed"),
                    ("unsure", "Outcome unknown"),
                    ("expired", "Dropped: too late"),
                    ("stopped", "Not sent: the person asked us to stop"),
                ],
                default="queued",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="template_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=40,
                verbose_name="registered template",
            ),
        ),
        migrations.AlterField(
            model_name="template",
            name="audience",
            field=models.CharField(
                choices=[("citizen", "Citizen"), ("staff", "Staff"), ("area", "Area")],
                max_length=10,
                verbose_name="readers",
            ),
        ),
        migrations.AlterField(
            model_name="template",
            name="channel",
            field=models.CharField(
                default="any", max_length=10, verbose_name="channel"
            ),
        ),
        migrations.AlterField(
            model_name="template",
            name="key",
            field=models.CharField(max_length=30, verbose_name="message"),
        ),
        migrations.AlterField(
            model_name="template",
            name="language",
            field=models.CharField(max_length=5, verbose_name="language"),
        ),
        migrations.AlterField(
            model_name="template",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="template",
            name="text",
            field=models.TextField(verbose_name="text"),
        ),
    ]

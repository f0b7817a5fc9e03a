import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("officers", "0003_calendar_hours_and_ical"),
        ("portal", "0001_webhooks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="webhookdelivery",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="created_at",
            field=models.DateTimeField(verbose_name="made at"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="done_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="done at"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="error",
            field=models.CharField(blank=True, max_length=100, verbose_name="error"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="not_before",
            field=models.DateTimeField(verbose_name="not before"),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="response_code",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="answer"
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "Waiting"),
                    ("sending", "Being sent"),
                    ("done", "Delivered"),
                    ("dropped", "Not sent: no right to see it"),
                    ("dead", "Given up"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="portal.webhooksubscription",
                verbose_name="webhook",
            ),
        ),
        migrations.AlterField(
            model_name="webhooksubscription",
            name="active",
            field=models.BooleanField(default=True, verbose_name="switched on"),
        ),
        migrations.AlterField(
            model_name="webhooksubscription",
            name="created_at",
            field=models.DateTimeField(verbose_name="made at"),
        ),
        migrations.AlterField(
            model_name="webhooksubscription",
            name="officer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="officer",
            ),
        ),
        migrations.AlterField(
            model_name="webhooksubscription",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="officers.organisation",
                verbose_name="organisation",
            ),
        ),
        migrations.AlterField(
            model_name="webhooksubscription",
            name="url",
            field=models.CharField(max_length=500, verbose_name="address"),
        ),
    ]

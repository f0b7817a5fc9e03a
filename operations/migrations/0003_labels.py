from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0002_switches"),
    ]

    operations = [
        migrations.AlterField(
            model_name="heartbeat",
            name="beat_at",
            field=models.DateTimeField(verbose_name="last sign of life"),
        ),
        migrations.AlterField(
            model_name="heartbeat",
            name="host",
            field=models.CharField(max_length=100, verbose_name="host"),
        ),
        migrations.AlterField(
            model_name="heartbeat",
            name="name",
            field=models.CharField(max_length=40, unique=True, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="heartbeat",
            name="pid",
            field=models.PositiveIntegerField(verbose_name="process"),
        ),
        migrations.AlterField(
            model_name="heartbeat",
            name="progress_at",
            field=models.DateTimeField(verbose_name="last round of work"),
        ),
        migrations.AlterField(
            model_name="heartbeat",
            name="started_at",
            field=models.DateTimeField(verbose_name="started at"),
        ),
        migrations.AlterField(
            model_name="job",
            name="args",
            field=models.JSONField(default=dict, verbose_name="arguments"),
        ),
        migrations.AlterField(
            model_name="job",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
        migrations.AlterField(
            model_name="job",
            name="cancel_requested",
            field=models.BooleanField(default=False, verbose_name="asked to stop"),
        ),
        migrations.AlterField(
            model_name="job",
            name="created_at",
            field=models.DateTimeField(verbose_name="made at"),
        ),
        migrations.AlterField(
            model_name="job",
            name="error",
            field=models.CharField(blank=True, max_length=100, verbose_name="error"),
        ),
        migrations.AlterField(
            model_name="job",
            name="finished_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="finished at"
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="handed_at",
            field=models.DateTimeField(verbose_name="given to the queue at"),
        ),
        migrations.AlterField(
            model_name="job",
            name="kind",
            field=models.CharField(max_length=50, verbose_name="kind"),
        ),
        migrations.AlterField(
            model_name="job",
            name="lease_until",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="held until"
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="note",
            field=models.CharField(blank=True, max_length=50, verbose_name="note"),
        ),
        migrations.AlterField(
            model_name="job",
            name="progress",
            field=models.PositiveIntegerField(default=0, verbose_name="done so far"),
        ),
        migrations.AlterField(
            model_name="job",
            name="requested_by",
            field=models.BigIntegerField(
                blank=True, null=True, verbose_name="asked for by"
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="runner",
            field=models.CharField(blank=True, max_length=80, verbose_name="worker"),
        ),
        migrations.AlterField(
            model_name="job",
            name="started_at",
            field=models.DateTimeField(
                blank=True, null=True, verbose_name="started at"
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Waiting"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                ],
                default="queued",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AlterField(
            model_name="job",
            name="total",
            field=models.PositiveIntegerField(default=0, verbose_name="in total"),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0002_closing_and_panel'),
    ]

    operations = [
        migrations.AlterField(
            model_name='callback',
            name='why',
            field=models.CharField(choices=[('sample', 'Drawn by the system'), ('long', 'Long work'), ('reopened', 'Was opened again'), ('emergency', 'Emergency'), ('unreachable', 'Solved without meeting the citizen'), ('silent', 'Did not answer our messages'), ('not_solved', 'Said it is not solved'), ('asked', 'Asked for a call'), ('late', 'Past its promise')], max_length=12),
        ),
        migrations.AddField(
            model_name='sampledraw',
            name='percent',
            field=models.PositiveSmallIntegerField(default=15, verbose_name='percent'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='sampledraw',
            name='frame',
            field=models.JSONField(default=dict),
        ),
    ]

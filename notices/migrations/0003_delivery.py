import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('complaints', '0001_initial'),
        ('notices', '0002_channel_accounts'),
        ('officers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Breaker',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('since', models.DateTimeField()),
                ('open_until', models.DateTimeField(blank=True, null=True)),
                ('pause_seconds', models.PositiveIntegerField(default=0)),
                ('probing', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'circuit breaker',
                'verbose_name_plural': 'circuit breakers',
            },
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=10, verbose_name='channel')),
                ('address', models.CharField(max_length=254, verbose_name='address')),
                ('since', models.DateTimeField(verbose_name='since')),
            ],
            options={
                'verbose_name': 'opt-out',
                'verbose_name_plural': 'opt-outs',
            },
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_state_known',
        ),
        migrations.AddField(
            model_name='notice',
            name='cause',
            field=models.CharField(blank=True, db_default='', default='', max_length=60),
        ),
        migrations.AddField(
            model_name='notice',
            name='claimed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='delivered_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='template_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddField(
            model_name='template',
            name='registered_text',
            field=models.TextField(blank=True, db_default='', default='', help_text='Exactly as registered, with {#var#}, {#numeric#}, {#alphanumeric#}, {#url#}, {#cbn#} or {#email#} where our text has its blanks.', verbose_name='text as registered'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='complaint',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.complaint'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='event',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='complaints.event'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='state',
            field=models.CharField(choices=[('queued', 'Waiting'), ('sending', 'Being sent'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Failed'), ('unsure', 'Outcome unknown'), ('expired', 'Dropped: too late'), ('stopped', 'Not sent: the person asked us to stop')], default='queued', max_length=10),
        ),
        migrations.AlterField(
            model_name='template',
            name='registered_id',
            field=models.CharField(blank=True, help_text="The content template id of the operators' register (India).", max_length=40, verbose_name='registered under'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['expires_at'], name='notice_too_late'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['account', 'provider_id'], name='notice_at_provider'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('error', ''), _negated=True), fields=['-id'], name='notice_trouble'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('state', 'unsure')), fields=['id'], name='notice_unsure'),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('lease_until__isnull', False)), fields=['lease_until'], name='notice_leased'),
        ),
        migrations.RemoveIndex(
            model_name='notice',
            name='notice_in_flight',
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('cause', ''), _negated=True), fields=('cause', 'kind', 'recipient'), name='notice_once_a_cause'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sending', 'sent', 'delivered', 'failed', 'unsure', 'expired', 'stopped'])), name='notice_state_known'),
        ),
        migrations.AddField(
            model_name='optout',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='officers.organisation', verbose_name='organisation'),
        ),
        migrations.AddConstraint(
            model_name='optout',
            constraint=models.UniqueConstraint(fields=('address', 'channel', 'organisation'), name='opt_out_once'),
        ),
    ]

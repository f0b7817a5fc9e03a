import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_initial'),
        ('officers', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='channelaccount',
            name='code',
            field=models.SlugField(blank=True, db_default='', db_index=False, default='', help_text='Stands in the address that the provider calls.', max_length=40, verbose_name='code'),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='entity_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=30, verbose_name='principal entity id'),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='header',
            field=models.CharField(blank=True, db_default='', default='', max_length=11, verbose_name='registered header'),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='provider_account',
            field=models.CharField(blank=True, db_default='', default='', max_length=100, verbose_name='account at the provider'),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='registered',
            field=models.BooleanField(db_default=False, default=False, help_text='India: operators drop an SMS that differs from its registration.', verbose_name='texts are registered'),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='sealed',
            field=models.TextField(blank=True, db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='channelaccount',
            name='variable_limit',
            field=models.PositiveSmallIntegerField(db_default=40, default=40, help_text='Characters that the operator takes in one variable: 30 or 40.', validators=[django.core.validators.MinValueValidator(10), django.core.validators.MaxValueValidator(200)], verbose_name='longest value'),
        ),
        migrations.AlterField(
            model_name='channelaccount',
            name='active',
            field=models.BooleanField(default=True, verbose_name='active'),
        ),
        migrations.AlterField(
            model_name='channelaccount',
            name='address',
            field=models.CharField(max_length=254, verbose_name='address'),
        ),
        migrations.AlterField(
            model_name='channelaccount',
            name='channel',
            field=models.CharField(max_length=10, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='channelaccount',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='officers.organisation', verbose_name='organisation'),
        ),
        migrations.AlterField(
            model_name='channelaccount',
            name='sender',
            field=models.CharField(max_length=20, verbose_name='sender'),
        ),
        migrations.AddConstraint(
            model_name='channelaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('code',), name='channel_account_code_once'),
        ),
    ]

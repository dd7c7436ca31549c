"""Measures belong to an edition of their plan, so that an approved set can be opened again; interests in a plan."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from commonweal_web.audit.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ('organisations', '0002_end_a_platform_administrator'),
        ('planning', '0002_decided_is_kept'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Interest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.TextField(help_text='What ties them to the plan.')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='planmeasure',
            name='plan_measure_ref_once',
        ),
        migrations.AddField(
            model_name='plan',
            name='edition',
            field=models.PositiveSmallIntegerField(default=1, help_text='Counts up when approved measures are opened again.'),
        ),
        migrations.AddField(
            model_name='planmeasure',
            name='edition',
            field=models.PositiveSmallIntegerField(default=1, help_text="The plan's edition that it belongs to."),
        ),
        migrations.AlterField(  # rows that are there belong to the first edition; a new one takes its plan's
            model_name='planmeasure',
            name='edition',
            field=models.PositiveSmallIntegerField(default=0, help_text="The plan's edition that it belongs to."),
        ),
        migrations.AddConstraint(
            model_name='planmeasure',
            constraint=models.UniqueConstraint(fields=('plan', 'edition', 'ref'), name='plan_measure_ref_once'),
        ),
        migrations.AddField(
            model_name='interest',
            name='plan',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='interests', to='planning.plan'),
        ),
        migrations.AddField(
            model_name='interest',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='interest',
            constraint=models.UniqueConstraint(fields=('plan', 'user'), name='interest_once'),
        ),
        AppendOnly("planning_interest", "A declared interest stays as it was declared."),
    ]

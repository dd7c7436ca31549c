import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import commonweal_web.core.fields


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('is_active', models.BooleanField(default=True)),
                ('joined_at', models.DateTimeField(blank=True, null=True)),
                ('last_seen_moved', models.DateTimeField(blank=True, null=True)),
                ('sign_in_epoch', models.PositiveIntegerField(default=0, help_text="Raised to end every session of the person at once, in the act's own transaction.")),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=200)),
                ('short_name', models.CharField(blank=True, max_length=60)),
                ('is_authority', models.BooleanField(default=False)),
                ('is_shared_service', models.BooleanField(default=False)),
                ('is_supplier', models.BooleanField(default=False)),
                ('is_vcse', models.BooleanField(default=False)),
                ('is_platform', models.BooleanField(default=False)),
                ('size', models.CharField(blank=True, max_length=10)),
                ('place', models.CharField(blank=True, help_text="The place in the engine's list that means local here.", max_length=80)),
                ('email_domain', models.CharField(blank=True, max_length=100)),
                ('token_sharing', models.BooleanField(default=True, help_text='Person tokens are compared across bodies that share, to find one person claimed twice.')),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Directorate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('head', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='directorates', to='organisations.organisation')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(fields=('organisation', 'name'), name='directorate_once')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('role', models.CharField(choices=[('PA', 'platform administrator'), ('BA', 'buyer administrator'), ('SVL', 'social value lead'), ('COM', 'commissioner'), ('PRO', 'procurement officer'), ('EVA', 'evaluator'), ('MOD', 'moderator'), ('APP', 'strategic director'), ('CAT', 'category panel member'), ('CM', 'contract manager'), ('SCR', 'scrutiny councillor'), ('SA', 'supplier administrator'), ('SBW', 'bid writer'), ('SDL', 'delivery lead'), ('VCS', 'community organisation member'), ('AUD', 'auditor'), ('PUB', 'member of the public')], max_length=3)),
                ('contract_id', models.BigIntegerField(blank=True, null=True)),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('directorate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.directorate')),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('limit_pence', commonweal_web.core.fields.PenceField(blank=True, null=True)),
                ('starts', models.DateField()),
                ('ends', models.DateField()),
                ('reason', models.CharField(max_length=500)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_reason', models.CharField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('approver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_given', to=settings.AUTH_USER_MODEL)),
                ('delegate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations_held', to=settings.AUTH_USER_MODEL)),
                ('directorate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.directorate')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delegations', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('approver', models.F('delegate')), _negated=True), name='delegation_to_another'), models.CheckConstraint(condition=models.Q(('ends__gte', models.F('starts'))), name='delegation_dates')],
            },
        ),
        migrations.CreateModel(
            name='ActingFor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts', models.DateField()),
                ('ends', models.DateField(blank=True, null=True)),
                ('partner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='services', to='organisations.organisation')),
                ('service', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partners', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('service', 'partner', 'starts'), name='acting_for_once'), models.CheckConstraint(condition=models.Q(('service', models.F('partner')), _negated=True), name='acting_for_another')],
            },
        ),
        migrations.CreateModel(
            name='SignInEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('signed_in', 'signed in'), ('failed', 'did not get in'), ('slowed', 'had to wait after failures'), ('signed_out', 'signed out'), ('ended', 'sessions ended by the service'), ('password', 'changed the password'), ('password_reset', 'reset the password by mail'), ('factor_added', 'added a second factor'), ('factor_removed', 'removed a second factor'), ('factor_reset', 'had the second factor reset')], max_length=20)),
                ('how', models.CharField(blank=True, max_length=60)),
                ('address', models.GenericIPAddressField(blank=True, null=True)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SignInFailure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['key', 'at'], name='sign_in_failure_key')],
            },
        ),
        migrations.CreateModel(
            name='TwoPersonRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('organisation', 'create an organisation and its first administrator'), ('second_factor', 'reset a second factor'), ('platform_admin', 'make another platform administrator')], max_length=20)),
                ('state', models.CharField(choices=[('waiting', 'waiting for a second person'), ('done', 'done'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='waiting', max_length=10)),
                ('facts', models.JSONField(blank=True, default=dict)),
                ('reason', models.CharField(max_length=500)),
                ('asked_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decision_reason', models.CharField(blank=True, max_length=500)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['done', 'refused']), _negated=True), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='request_decided_by_another'), models.CheckConstraint(condition=models.Q(('person__isnull', True), models.Q(('person', models.F('asked_by')), _negated=True), _connector='OR'), name='request_not_about_oneself')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('PA', 'platform administrator'), ('BA', 'buyer administrator'), ('SVL', 'social value lead'), ('COM', 'commissioner'), ('PRO', 'procurement officer'), ('EVA', 'evaluator'), ('MOD', 'moderator'), ('APP', 'strategic director'), ('CAT', 'category panel member'), ('CM', 'contract manager'), ('SCR', 'scrutiny councillor'), ('SA', 'supplier administrator'), ('SBW', 'bid writer'), ('SDL', 'delivery lead'), ('VCS', 'community organisation member'), ('AUD', 'auditor'), ('PUB', 'member of the public')], max_length=3)),
                ('starts', models.DateField()),
                ('ends', models.DateField(blank=True, null=True)),
                ('at_once', models.BooleanField(default=False, help_text='It was ended in the middle of a day, so `ends` is before.')),
                ('directorate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.directorate')),
                ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('handed_to', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('ends__isnull', True), ('ends__gte', models.F('starts')), ('at_once', True), _connector='OR'), name='membership_dates'), models.CheckConstraint(condition=models.Q(('given_by__isnull', True), models.Q(('given_by', models.F('user')), _negated=True), _connector='OR'), name='membership_not_to_oneself'), models.UniqueConstraint(fields=('user', 'organisation', 'role', 'directorate', 'starts'), name='membership_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='Identifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scheme', models.CharField(max_length=20)),
                ('value', models.CharField(max_length=40)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='identifiers', to='organisations.organisation')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('scheme', 'value'), name='identifier_once')],
            },
        ),
        migrations.AddIndex(
            model_name='signinevent',
            index=models.Index(fields=['user', 'at'], name='sign_in_event_user'),
        ),
    ]

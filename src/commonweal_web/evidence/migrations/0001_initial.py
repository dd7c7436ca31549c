import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contracts', '0001_initial'),
        ('organisations', '0001_initial'),
        ('organisations', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('size', models.BigIntegerField()),
                ('media_type', models.CharField(max_length=120)),
                ('scan', models.CharField(choices=[('pending', 'waiting for the scanner'), ('clean', 'clean'), ('infected', 'infected'), ('none', 'not scanned: no scanner is configured')], default='pending', max_length=10)),
                ('scanned_at', models.DateTimeField(blank=True, null=True)),
                ('virus', models.CharField(blank=True, max_length=200)),
                ('stored_at', models.DateTimeField()),
                ('discarded_at', models.DateTimeField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('spoilt', models.CharField(blank=True, help_text='What is wrong with the stored bytes.', max_length=200)),
            ],
        ),
        migrations.CreateModel(
            name='HeldUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('name', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('period_starts', models.DateField(blank=True, null=True)),
                ('kind', models.CharField(max_length=10)),
                ('received', models.CharField(max_length=64)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('scan', models.CharField(choices=[('pending', 'waiting for the scanner'), ('clean', 'clean'), ('infected', 'infected'), ('none', 'not scanned: no scanner is configured')], max_length=10)),
                ('choices', models.JSONField(blank=True, default=dict)),
                ('go_to', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contracts.contract')),
            ],
        ),
        migrations.CreateModel(
            name='EvidenceItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('period_starts', models.DateField(blank=True, null=True)),
                ('has_people', models.BooleanField(default=False)),
                ('consent', models.BooleanField(default=False, help_text='People shown in it agreed to that.')),
                ('is_redacted', models.BooleanField(default=False, help_text='A copy made here, without the people.')),
                ('uploaded_at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='contracts.contract')),
                ('redacted_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='redacted', to='evidence.evidenceitem')),
                ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='evidence.evidenceitem')),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='evidence.storedfile')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
    ]

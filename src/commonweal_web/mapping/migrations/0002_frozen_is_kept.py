"""A summary under a permanent link is never changed or removed."""

from django.db import migrations

from commonweal_web.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("mapping", "0001_initial")]
    operations = [AppendOnly("mapping_frozen", "A summary under a permanent link is never changed.")]

"""What was published, said or withdrawn stays as it was: the database refuses to change it."""

from django.db import migrations

from commonweal_web.audit.append_only import AppendOnly

SAID = ("consultation_id", "row", "text", "name", "kind", "received_at")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("frameworks", "0001_initial")]
    operations = [
        AppendOnly(
            "frameworks_pack",
            "A published release is never changed. Publish a new one that replaces it.",
            when="OLD.state = 'published'",
            name="published",
        ),
        AppendOnly("frameworks_withdrawal", "A withdrawal stays as it was recorded."),
        AppendOnly(
            "frameworks_comment",
            "A comment stays as it was sent.",
            delete=False,
            truncate=False,
            when=" OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in SAID),
            name="said",
        ),
        AppendOnly("frameworks_comment", "A comment stays as it was sent.", update=False, name="kept"),
    ]

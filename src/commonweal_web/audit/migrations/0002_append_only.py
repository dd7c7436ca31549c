from django.db import migrations

from commonweal_web.audit.append_only import AppendOnly


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log")]

    operations = [
        AppendOnly("audit_event", "The log is only appended to: an event is never changed or deleted."),
        AppendOnly(
            "audit_chainhead",
            "The head of a chain only moves on by one event.",
            when="NEW.seq <> OLD.seq + 1 OR NEW.chain <> OLD.chain",
            delete=False,
        ),
        AppendOnly("audit_chainhead", "The head of a chain is never deleted.", update=False, truncate=False),
    ]

"""Answers and the summary of a consultation stay as they were published: the database refuses to change them."""

from django.db import migrations, models

from commonweal_web.audit.append_only import AppendOnly

ANSWERED = ("outcome", "answer", "answered_by_id", "answered_at")
SUMMED_UP = ("summary", "summary_by_id", "summary_at")
STATES = [
    ("draft", "draft"),
    ("proposed", "proposed"),
    ("published", "published"),
    ("left", "given up"),
]


def changed(names: tuple[str, ...]) -> str:
    """One of these columns would become another."""
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in names)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("frameworks", "0004_moved_and_cancelled_sessions")]
    operations = [
        migrations.AlterField(
            model_name="pack",
            name="state",
            field=models.CharField(choices=STATES, default="draft", max_length=10),
        ),
        AppendOnly(
            "frameworks_comment",
            "The answers were published and stay as they are.",
            delete=False,
            truncate=False,
            lookup=(
                f"(({changed(ANSWERED)}) AND EXISTS (SELECT 1 FROM frameworks_consultation c "
                "WHERE c.id = {row}.consultation_id AND c.summary_at IS NOT NULL))"
            ),
            name="answered",
        ),
        AppendOnly(
            "frameworks_consultation",
            "The summary was published with its answers and stays as it is.",
            delete=False,
            truncate=False,
            when=f"OLD.summary_at IS NOT NULL AND ({changed(SUMMED_UP)})",
            name="summed_up",
        ),
        AppendOnly(
            "frameworks_consultation",
            "The summary was published with its answers and stays as it is.",
            update=False,
            truncate=False,
            when="OLD.summary_at IS NOT NULL",
            name="kept",
        ),
    ]

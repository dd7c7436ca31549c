"""What was adopted, voted, waived or approved stays as it was: the database refuses to change it."""

from django.db import migrations

from commonweal_web.audit.append_only import AppendOnly

SAID = ("priority_id", "ward", "ranking", "text", "received_at")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("planning", "0001_initial")]
    operations = [
        AppendOnly(
            "planning_policy",
            "An adopted policy is never changed. Adopt a new version from a later day.",
            when="OLD.state = 'adopted'",
            name="adopted",
        ),
        AppendOnly("planning_planversion", "An approved version of a plan stays as it was approved."),
        AppendOnly("planning_vote", "A vote stays as it was cast. Vote again before the meeting is held."),
        AppendOnly("planning_waiver", "A waiver stays as it was recorded."),
        AppendOnly("planning_weightapproval", "An approval of a weight stays as it was given."),
        AppendOnly(
            "planning_sitting",
            "What was put before the panel, and what it decided, stays as it was.",
            when="OLD.decision <> '' OR NEW.content IS DISTINCT FROM OLD.content",
            delete=False,
            truncate=False,
            name="put",
        ),
        AppendOnly("planning_sitting", "What was put before the panel stays.", update=False, name="kept"),
        AppendOnly(
            "planning_planmeasure",
            "An approved measure of a plan stays as it was approved.",
            when="OLD.state = 'approved'",
            name="approved",
        ),
        AppendOnly(
            "planning_priorityanswer",
            "An answer stays as it was sent.",
            delete=False,
            truncate=False,
            when=" OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in SAID),
            name="said",
        ),
        AppendOnly("planning_priorityanswer", "An answer stays as it was sent.", update=False, name="kept"),
    ]

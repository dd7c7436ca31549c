"""An approved version of a KPI and its targets are locked by the database itself."""

from django.db import migrations

from commonweal_web.audit.append_only import AppendOnly

LOCKED = (
    "measure",
    "deliverable",
    "unit",
    "kind",
    "profile",
    "over_time",
    "over_contracts",
    "better",
    "evidence_rule",
    "place",
    "cohort",
    "scalable",
    "sensitive",
    "theme",
    "outcome",
    "data",
    "kpi_id",
    "number",
    "target",
    "value_per_unit",
    "value_series",
    "value_source",
    "value_on",
    "value_licensed",
    "adjustments",
    "change_id",
    "effective",
    "proposed_by_id",
    "proposed_at",
    "decided_by_id",
    "decided_at",
    "delegation_id",
    "decision_reason",
)
CHANGED = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in LOCKED)
APPROVED = "('approved', 'superseded')"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log"), ("contracts", "0001_initial")]

    operations = [
        AppendOnly(
            "contracts_kpiversion",
            "An approved version of a KPI is locked. Propose a change, which makes a new version.",
            when=f"OLD.state IN {APPROVED} AND (NEW.state NOT IN {APPROVED}"
            f" OR (OLD.state = 'superseded' AND NEW.state <> 'superseded') OR {CHANGED})",
            delete=False,
            truncate=False,
        ),
        AppendOnly(
            "contracts_kpiversion",
            "An approved version of a KPI is never deleted.",
            when=f"OLD.state IN {APPROVED}",
            update=False,
            truncate=False,
        ),
        AppendOnly(
            "contracts_kpitarget",
            "The targets of an approved KPI are locked. Propose a change, which makes a new version.",
            insert=True,
            truncate=False,
            lookup="EXISTS (SELECT 1 FROM contracts_kpiversion v WHERE v.id = {row}.kpi_version_id"
            f" AND v.state IN {APPROVED})",
        ),
    ]

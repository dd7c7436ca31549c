"""Movements, decisions and draws are kept as written; a claim that was sent keeps what it says."""

from django.db import migrations

from commonweal_web.audit.append_only import AppendOnly

CLAIM_CHANGED = """
    OLD.ret_id <> NEW.ret_id OR OLD.kpi_id <> NEW.kpi_id OR OLD.revision <> NEW.revision
    OR COALESCE(OLD.amount, -1) <> COALESCE(NEW.amount, -1)
    OR COALESCE(OLD.denominator, -1) <> COALESCE(NEW.denominator, -1)
    OR OLD.nil <> NEW.nil OR OLD.nil_reason <> NEW.nil_reason OR OLD.account <> NEW.account
    OR OLD.place <> NEW.place OR OLD.cohort <> NEW.cohort
    OR COALESCE(OLD.kpi_version_id, 0) <> COALESCE(NEW.kpi_version_id, 0)
"""
DECISION_CHANGED = """
    OLD.claim_id <> NEW.claim_id OR OLD.verdict <> NEW.verdict OR OLD.accepted <> NEW.accepted
    OR OLD.rejected <> NEW.rejected OR OLD.disputed <> NEW.disputed OR OLD.reason <> NEW.reason
    OR OLD.by_id <> NEW.by_id OR OLD.submitter_id <> NEW.submitter_id OR OLD.at <> NEW.at
    OR OLD.form_key <> NEW.form_key OR OLD.answered_by_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("delivery", "0001_initial"), ("audit", "0002_append_only")]

    operations = [
        AppendOnly(
            "delivery_movement",
            "A movement of the ledger is never changed. Post a new one that corrects it.",
        ),
        AppendOnly("delivery_balance", "A balance follows its movements and is not deleted.", update=False),
        AppendOnly(
            "delivery_decision",
            "A decision is never changed. Only the answer to a question is added to it, once.",
            delete=False,
            truncate=False,
            when=DECISION_CHANGED,
        ),
        AppendOnly("delivery_decision", "A decision is never deleted.", update=False, name="kept"),
        AppendOnly(
            "delivery_claim",
            "This claim was sent, so what it says is frozen. Recall the return, or send a correction.",
            delete=False,
            truncate=False,
            when=f"OLD.state <> 'draft' AND NEW.state <> 'draft' AND ({CLAIM_CHANGED})",
            name="frozen",
        ),
        AppendOnly(
            "delivery_claim",
            "This claim was decided, so it cannot become a draft again. Send a correction.",
            delete=False,
            truncate=False,
            when="OLD.state = 'decided' AND NEW.state IN ('draft', 'asked')",
            name="decided",
        ),
        AppendOnly(
            "delivery_claim",
            "A claim that was sent is never deleted. Withdraw it.",
            update=False,
            when="OLD.state <> 'draft'",
            name="kept",
        ),
        AppendOnly("delivery_sampledraw"),
        AppendOnly("delivery_samplecheck"),
        AppendOnly("delivery_placetest"),
    ]

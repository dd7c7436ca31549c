"""
Acts of the log in words, and which of them a supplier may see.

A supplier sees what happened to its returns, claims, evidence, KPIs and changes, and what was decided about them. It
does not see who works where at the council, ties that somebody declared, samples, reviews by second persons, nor
possible double claims, which would tell of another supplier or another council.
"""

from __future__ import annotations

import re

from commonweal_web.organisations.roles import Role

SHOWN_TO_SUPPLIERS = frozenset(
    {"return", "returns", "claim", "evidence", "kpi", "kpis", "change", "contract", "review", "action", "reopening",
     "beneficiary", "confirmation", "contact", "break"}
)  # fmt: skip
"""The first words of the verbs that a supplier's timeline shows."""
HIDDEN_FROM_SUPPLIERS = frozenset(
    {"claim.flagged", "claim.place_tested", "kpi_template_saved", "kpi_template_retired", "kpi_drafted", "kpi_edited",
     "kpis_from_sheet",
     "kpi_send_back", "kpi_withdraw", "contact_alarm_raised", "contact_alarm_cleared", "change_checked"}
)  # fmt: skip
SECRET_KEYS = frozenset({"mark", "other", "token", "tokens", "shared_token", "email", "population"})
"""Values of an event that its page leaves out: they tell of people, or of another council's claim."""
SPECIAL = {"kpi": "KPI", "kpis": "KPIs"}
DONE = {
    "kpi_propose": "KPI proposed",
    "kpis_from_sheet": "KPIs drafted from a mapping sheet",
    "kpi_approve": "KPI approved",
    "kpi_send_back": "KPI sent back",
    "kpi_withdraw": "KPI withdrawn",
    "kpi_agree": "KPI agreed with its change",
    "contract_live": "Contract went live",
    "contract_supplier_added": "Supplier added",
    "contract_supplier_ended": "Supplier ended",
    "contract_call_off_set": "Framework agreement of a contract named",
    "claim.typed": "Claim saved",
    "claim.accept": "Claim accepted",
    "claim.part": "Claim accepted in part",
    "claim.ask": "Question asked about a claim",
    "claim.answer": "Question about a claim answered",
    "claim.reject": "Claim rejected",
    "claim.dispute": "Claim marked as disputed",
    "claim.evidence_chosen": "Evidence chosen for a claim",
    "return.declared": "Declarations of a return confirmed",
    "reopening.asked": "Reopening asked for",
    "reopening.wished": "Reopening wished for by the supplier",
    "confirmation.asked": "Beneficiary asked to confirm",
    "emergency.opened": "Emergency access opened",
    "emergency.read": "Page read under an emergency access",
    "emergency.ended": "Emergency access ended",
    "confirmation.answered": "Beneficiary answered",
    "panel.meeting_made": "Meeting of a panel made",
    "plan.put": "Plan put before a panel",
    "plan.decided": "Plan decided by the panel",
    "plan.measures_approved": "Measures of a plan approved",
    "plan.measure_sent_back": "Measure of a plan sent back",
    "plan.reopened": "Plan opened for a new version",
    "vote.cast": "Vote cast on a plan",
    "interest.declared": "Interest in a plan declared",
    "condition.answered": "Condition of the panel answered",
    "condition.returned": "Answer to a condition found not enough",
    "condition.closed": "Condition of the panel closed",
}
"""Acts whose verb does not read well as it stands."""


def in_words(verb: str) -> str:
    """“kpi_approve” as “KPI approved”, “return.submitted” as “Return submitted”."""
    if verb in DONE:
        return DONE[verb]
    parts = [SPECIAL.get(part, part) for part in re.split(r"[._]", verb)]
    text = " ".join(part for part in parts if part)
    return text[:1].upper() + text[1:]


def for_supplier(verb: str) -> bool:
    """Return whether a supplier's timeline shows an act."""
    return re.split(r"[._]", verb)[0] in SHOWN_TO_SUPPLIERS and verb not in HIDDEN_FROM_SUPPLIERS


KINDS = {
    "contracts.kpi": "KPI",
    "contracts.kpiversion": "version of a KPI",
    "evidence.evidenceitem": "evidence",
    "organisations.twopersonrequest": "request for two people",
    "organisations.emergencyaccess": "emergency access",
    "delivery.doubleflag": "possible double claim",
    "delivery.sampledraw": "sample",
    "delivery.samplecheck": "check of a sample",
    "audit.chainhead": "anchor of the log",
    "contracts.assignment": "person on a contract",
    "contracts.breakpoint": "break point",
    "contracts.contactalarm": "alarm about a contact",
    "contracts.contractsupplier": "supplier of a contract",
    "contracts.conflict": "tie with a supplier",
    "contracts.noconflict": "declaration of no tie",
    "contracts.kpitemplate": "template of a KPI",
    "delivery.confirmation": "beneficiary's answer",
}


def kind_in_words(kind: str) -> str:
    """“delivery.return” as “Return”."""
    text = KINDS.get(kind, kind.rsplit(".", 1)[-1].replace("_", " "))
    return text[:1].upper() + text[1:]


def role_in_words(role: str) -> str:
    """“CM” as “contract manager”; what is no role of a person stays as it is."""
    return Role(role).label if role in Role.values else role

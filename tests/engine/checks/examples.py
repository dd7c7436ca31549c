"""For every check a portfolio that it finds something in: what the reference page shows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.portfolio import Kind, Outcome, Portfolio, Profile, Supplier
from tests.engine.checks.cases import Q2, at, book, claim, contract, decision, kpi, target


def n(text: str | int) -> Decimal:
    return Decimal(text)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


JOBS = {"unit": "FTE-year", "value_per_unit": None}
SPEND = {"measure": "NT18", "unit": "GBP", "kind": Kind.MONEY, "deliverable": "Spend with local firms"}
SHARE = {"kind": Kind.RATIO, "unit": "percent", "target": n(100)}
RETURN_3 = at(3, "Returns")
TWO_GROUPS = {
    "kpis": [kpi(ref="NT3", measure="NT3", **JOBS), kpi(ref="NT4", measure="NT4", **JOBS)],
    "claims": [
        claim(kpi="NT3", amount=n("0.1"), persons=("a7f3",)),
        claim(ref="R2", kpi="NT4", amount=n("0.1"), persons=("a7f3",), origin=RETURN_3),
    ],
}
TWO_CONTRACTS = {
    "contracts": [contract(), contract(ref="C2", title="Library", origin=at(3, "Contracts"))],
    "kpis": [kpi(measure="NT10", unit="week"), kpi(contract="C2", measure="NT10", unit="week")],
    "claims": [
        claim(amount=n(13), persons=("a7f3",), evidence_hash="9b1c"),
        claim(ref="R2", contract="C2", amount=n(13), persons=("a7f3",), evidence_hash="9b1c", origin=RETURN_3),
    ],
}


def supplied(number: str, scheme: str = "GB-COH") -> Portfolio:
    return book(contracts=[contract(suppliers=(Supplier("Harbourside", scheme, number),))])


EXAMPLES: dict[str, Portfolio] = {
    "claim_looks_repeated": book(claims=[claim(), claim(ref="R2", origin=RETURN_3)]),
    "claim_without_received_date": book(claims=[claim(received=None)]),
    "contract_looks_repeated": book(contracts=[contract(), contract(ref="C2")]),
    "contract_value_missing": book(contracts=[contract(value=None)]),
    "contract_without_kpis": book(kpis=[]),
    "contract_without_owner": book(contracts=[contract(owner="")]),
    "date_in_future": book(claims=[claim(received=day("2027-01-05"))]),
    "decision_above_claim": book(decisions=[decision(amount=n(80))]),
    "decision_before_receipt": book(decisions=[decision(on=day("2026-07-01"))]),
    "decision_by_submitter": book(decisions=[decision(by="Delivery lead")]),
    "decision_looks_repeated": book(decisions=[decision(), decision(ref="D2")]),
    "decision_without_date": book(decisions=[decision(on=None)]),
    "decision_without_name": book(decisions=[decision(by="")]),
    "decision_without_reason": book(decisions=[decision(outcome=Outcome.REJECTED, reason="")]),
    "ends_before_start": book(contracts=[contract(end=day("2026-03-31"))]),
    "evidence_on_two_contracts": book(**TWO_CONTRACTS),
    "exclusive_measures": book(**TWO_GROUPS),
    "frozen_value_differs": book(
        kpis=[kpi(value_series="value/nt17", value_on=day("2026-04-01"), value_per_unit=n(17))]
    ),
    "fte_pay_above_contract": book(kpis=[kpi(measure="NT1", target=n(35), **JOBS)]),
    "identifier_does_not_fit": supplied("094423331"),
    "identifier_lost_zeros": supplied("9442333"),
    "implied_value_differs": book(kpis=[kpi(stated_value=n(20_400))]),
    "kpi_looks_repeated": book(kpis=[kpi(), kpi(ref="K2")]),
    "kpi_without_evidence_rule": book(kpis=[kpi(evidence_rule="")]),
    "kpi_without_target": book(kpis=[kpi(target=None)]),
    "licensed_values": book(contracts=[contract(value_pack="bought")]),
    "local_spend_above_contract": book(kpis=[kpi(target=n(1_250_000), **SPEND)]),
    "local_value_missing": book(kpis=[kpi(measure="NT1", place="E06000001", **JOBS)]),
    "milestones_differ_from_target": book(
        kpis=[kpi(profile=Profile.MILESTONES)], targets=[target(), target(period=Q2, amount=n(1000))]
    ),
    "negative_amount": book(claims=[claim(amount=n(-75))]),
    "nil_with_amount": book(claims=[claim(nil=True)]),
    "nil_without_reason": book(claims=[claim(nil=True, amount=n(0))]),
    "not_a_number": book(claims=[claim(amount=n("NaN"))]),
    "period_crosses_contract": book(contracts=[contract(start=day("2026-05-01"))]),
    "period_crosses_scheme": book(claims=[claim(period=type(Q2)(day("2026-06-01"), Q2.end))]),
    "period_outside_contract": book(contracts=[contract(start=Q2.start)]),
    "person_in_two_measures": book(**TWO_GROUPS),
    "person_time_exceeded": book(**TWO_CONTRACTS),
    "pounds_in_quantity": book(claims=[claim(amount=n("1312.50"))], targets=[target()]),
    "promise_given_up_above_target": book(decisions=[decision(outcome=Outcome.RELIEVED, amount=n(1300), claim="")]),
    "ratio_above_whole": book(kpis=[kpi(**SHARE)], claims=[claim(amount=n(184), denominator=n(148))]),
    "ratio_denominator_zero": book(kpis=[kpi(**SHARE)], claims=[claim(amount=n(0), denominator=n(0))]),
    "ratio_without_denominator": book(kpis=[kpi(**SHARE)], claims=[claim(amount=n(97))]),
    "received_before_period": book(claims=[claim(received=day("2026-03-31"))]),
    "repeated_claim": book(claims=[claim(), claim(amount=n(9), origin=RETURN_3)]),
    "repeated_contract": book(contracts=[contract(), contract(title="Other")]),
    "repeated_kpi": book(kpis=[kpi(), kpi(deliverable="Other")]),
    "repeated_target": book(targets=[target(), target(amount=n(80))]),
    "social_value_above_contract": book(contracts=[contract(value=n(20_000))]),
    "social_value_above_half": book(contracts=[contract(value=n(40_000))]),
    "target_change_unexplained": book(targets=[target(), target(version=1)]),
    "target_changed_without_variation": book(targets=[target(), target(version=1, amount=n(25))]),
    "thresholds_reversed": book(contracts=[contract(rag_amber=n(98))]),
    "time_above_contract": book(kpis=[kpi(target=n(90_000))]),
    "transfer_to_nowhere": book(decisions=[decision(outcome=Outcome.TRANSFERRED, claim="")]),
    "unknown_claim": book(claims=[claim(ref="R-10")], decisions=[decision(claim="R-1O")]),
    "unknown_contract": book(
        contracts=[contract(ref="NMC-014")], kpis=[kpi(contract="NMC-14")], claims=[], decisions=[]
    ),
    "unknown_cpv": book(contracts=[contract(category="3000000")]),
    "unknown_framework": book(contracts=[contract(framework="fx-2025.2")]),
    "unknown_identifier_scheme": supplied("09442333", "GB-CHO"),
    "unknown_kpi": book(kpis=[kpi(ref="NT17")], claims=[claim(kpi="NT71")], decisions=[]),
    "unknown_measure": book(kpis=[kpi(measure="NT-17")]),
    "unknown_place": book(kpis=[kpi(place="Hartlepol")]),
    "unknown_unit": book(kpis=[kpi(measure="own", unit="huors")]),
    "unit_not_of_measure": book(kpis=[kpi(unit="weeks")]),
    "unlikely_date": book(contracts=[contract(start=day("1926-04-01"))]),
    "value_without_source": book(kpis=[kpi(value_source="")]),
    "value_zero": book(kpis=[kpi(value_per_unit=n(0))]),
    "verified_without_evidence": book(claims=[claim(evidence="")]),
    "zero_without_nil": book(claims=[claim(amount=n(0))], decisions=[]),
}

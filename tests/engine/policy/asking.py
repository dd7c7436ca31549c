"""Asks the shipped packs about a contract, in one line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from commonweal.policy import Answer, PolicyPack, Result, decide, law
from commonweal.policy.facts import Fact, Facts, exactly, facts_of, kind_facts, one_of, value_facts, yes_no


def facts(
    *,
    buyer: str = "",
    commenced: str = "",
    value: str = "",
    kinds: Sequence[str] = (),
    model: str = "",
    vat: str = "included",
    **stated: bool,
) -> Facts:
    found: list[Fact] = []
    if buyer:
        found.append(one_of("buyer", (buyer,), "given"))
    if commenced:
        found.append(exactly("commenced", dt.date.fromisoformat(commenced), "given"))
    if value:
        found += value_facts(Decimal(value), vat=vat, source="given")
    if model:
        found.append(one_of("named_model", (model,), "given"))
    found += kind_facts(kinds, "given")
    return facts_of([*found, *(yes_no(name, answer, "given") for name, answer in stated.items())])


def ask(known: Facts, *, packs: Sequence[PolicyPack] = (), proposals: bool = False) -> dict[str, Result]:
    """Each rule's result by its id."""
    results = decide(packs or list(law().values()), known, proposals=proposals)
    return {result.rule.id: result for result in results}


def applying(results: dict[str, Result]) -> set[str]:
    return {name for name, result in results.items() if result.answer is Answer.APPLIES}

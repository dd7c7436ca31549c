"""Hypothesis strategies that make whole portfolios with every awkward text, number and date."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from commonweal.periods import Period
from commonweal.portfolio import (
    Aggregation,
    Claim,
    Contract,
    Decision,
    Kind,
    Kpi,
    Note,
    Outcome,
    PeriodScheme,
    Portfolio,
    Profile,
    Receipt,
    Supplier,
    Target,
)

AWKWARD = ["=1+1", "+44 1524", "-", "@home", "'=x", "''", "0123", "1.50", "a;b\\;c", 'say "x", y', "two\nlines", "\\"]
AWKWARD += ["a  b", "_x0041_", "TRUE", "31/12/2026", "é漢🙂", "<b>&amp;", "name: text", "[1]", "100%", "1e5", "#1"]
letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn"), exclude_characters="\u2028\u2029")
# A text that is the name of a spreadsheet's error reads as that error, and is reported: it cannot come back as a text.
ERRORS = frozenset({"#VALUE!", "#REF!", "#NAME?", "#DIV/0!", "#N/A", "#NUM!", "#NULL!"})
some_text = (st.sampled_from(AWKWARD) | st.text(letters, max_size=12)).map(str.strip).filter(lambda t: t not in ERRORS)
text = some_text | st.just("")
needed = some_text.filter(bool)
days = st.dates(dt.date(1900, 1, 1), dt.date(2200, 12, 31))
amounts = st.decimals(0, 10**9, places=6).map(lambda d: d.normalize()) | st.decimals(0, 1, places=19)
some_amount = st.none() | amounts
some_day = st.none() | days
percents = st.integers(0, 100_000).map(lambda n: Decimal(n) / 1000)
shares = st.integers(0, 10_000).map(lambda n: Decimal(n) / 10_000)
names = st.sampled_from(["attribution", "deadweight", "displacement", "leakage", "substitution"])
START, END = dt.date(2026, 4, 1), dt.date(2030, 3, 31)
inner = st.dates(START, END)
periods = st.tuples(inner, inner).map(lambda two: Period(min(two), max(two)))


@st.composite
def contracts(draw: Any, ref: str) -> Contract:
    amber, green = sorted([draw(percents) + 1, draw(percents) + 1])
    return Contract(
        ref=ref,
        title=draw(needed),
        body=draw(text),
        suppliers=tuple(draw(st.lists(st.builds(Supplier, needed, text, text), max_size=3))),
        directorate=draw(text),
        category=draw(text),
        value=draw(some_amount),
        start=START,
        end=END,
        period_scheme=draw(st.sampled_from(PeriodScheme)),
        due_days=draw(st.integers(0, 366)),
        lock_days=draw(st.integers(0, 366)),
        division=draw(st.sampled_from(["england-and-wales", "scotland", "northern-ireland"])),
        place=draw(text),
        framework=draw(text),
        value_pack=draw(text),
        rag_green=green,
        rag_amber=amber,
        criticality=draw(st.sampled_from(["", "critical", "very_high", "as agreed"])),
        credit_share=draw(st.none() | st.decimals(1, 100, places=3)),
        credit_cap=draw(some_amount),
        owner=draw(text),
        deputy=draw(text),
        status=draw(st.sampled_from(["", "live", "on_hold"])),
        no_kpi_reason=draw(text),
        next_break=draw(some_day),
        extra=tuple(draw(st.lists(st.tuples(needed, text), max_size=2))),
        spent=draw(some_amount),
        framework_agreement=draw(st.booleans()),
        call_off_of=draw(text),
        additional=draw(st.booleans()),
    )


@st.composite
def kpis(draw: Any, contract: str, ref: str) -> Kpi:
    return Kpi(
        contract=contract,
        ref=ref,
        measure=draw(text),
        deliverable=draw(text),
        unit=draw(text),
        kind=draw(st.sampled_from(Kind)),
        target=draw(some_amount),
        profile=draw(st.sampled_from(Profile)),
        over_time=draw(st.sampled_from(Aggregation)),
        over_contracts=draw(st.sampled_from(Aggregation)),
        better=draw(st.sampled_from(["up", "down"])),
        value_per_unit=draw(some_amount),
        value_series=draw(text),
        value_source=draw(text),
        value_on=draw(some_day),
        adjustments=tuple(draw(st.lists(st.tuples(names, shares), max_size=3))),
        evidence_rule=draw(text),
        place=draw(text),
        cohort=draw(text),
        sensitive=draw(st.booleans()),
        scalable=draw(st.booleans()),
        owner=draw(text),
        theme=draw(text),
        outcome=draw(text),
        stated_value=draw(some_amount),
        extra=tuple(draw(st.lists(st.tuples(needed, text), max_size=2))),
    )


@st.composite
def claims(draw: Any, kpi: Kpi, ref: str) -> Claim:
    nil = draw(st.booleans())
    return Claim(
        ref=ref,
        contract=kpi.contract,
        kpi=kpi.ref,
        period=draw(periods),
        received=draw(some_day),
        amount=Decimal(0) if nil else draw(amounts),
        denominator=None if nil else draw(some_amount),
        nil=nil,
        reason=draw(text),
        place=draw(text),
        cohort=draw(text),
        by=draw(text),
        role=draw(text),
        evidence=draw(text),
        evidence_hash=draw(text),
        persons=tuple(draw(st.lists(needed, max_size=3))),
        valid_until=draw(some_day),
        stated_value=draw(some_amount),
    )


@st.composite
def decisions(draw: Any, kpi: Kpi, claim: Claim | None, ref: str, earlier: list[str]) -> Decision:
    of_claim = [Outcome.VERIFIED, Outcome.REJECTED, Outcome.DISPUTED, Outcome.WITHDRAWN]
    outcome = draw(st.sampled_from(of_claim if claim else list(Outcome)))
    sign = draw(st.sampled_from([1, -1])) if outcome is Outcome.VARIED else 1
    return Decision(
        contract=kpi.contract,
        kpi=kpi.ref,
        outcome=outcome,
        amount=sign * draw(amounts),
        on=draw(some_day),
        denominator=draw(some_amount),
        claim=claim.ref if claim else "",
        period=draw(st.none() | periods),
        by=draw(text),
        role=draw(text),
        reason=draw(text),
        evidence=draw(text),
        to_contract=draw(text),
        corrects=draw(st.sampled_from(["", *earlier])),
        ref=ref,
        out_of=draw(st.sampled_from(["", "pending", "disputed"])),
    )


@st.composite
def portfolios(draw: Any) -> Portfolio:
    refs = draw(st.lists(needed, min_size=1, max_size=2, unique=True))
    made = Portfolio(title=draw(text), contracts=[draw(contracts(ref)) for ref in refs])
    for contract in refs:
        earlier: list[str] = []
        for ref in draw(st.lists(needed, max_size=2, unique=True)):
            kpi = draw(kpis(contract, ref))
            made.kpis.append(kpi)
            made.claims.append(draw(claims(kpi, f"line {len(made.claims)}")))
            for period in draw(st.lists(periods, max_size=2, unique=True)):
                target = st.builds(
                    Target,
                    st.just(contract),
                    st.just(ref),
                    st.just(period),
                    amounts,
                    st.integers(0, 9),
                    text,
                    some_day,
                    text,
                )
                made.targets.append(draw(target))
            for claim in (None, made.claims[-1]):
                earlier.append(f"D{len(made.decisions)}")
                made.decisions.append(draw(decisions(kpi, claim, earlier[-1], earlier[:-1])))
        for period in draw(st.lists(periods, max_size=2, unique=True)):
            made.receipts.append(Receipt(contract, period, draw(some_day), draw(text)))
        kind = st.sampled_from(["note", "action", "risk", "meeting", "milestone"])
        note = st.builds(Note, st.just(contract), needed, some_day, kind, text, some_day)
        made.notes.extend(draw(st.lists(note, max_size=2)))
    return made

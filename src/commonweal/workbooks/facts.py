"""
From rows to facts: what the rows of a contract workbook say, with every reference between them followed.

A row that refers to nothing, stands twice or contradicts itself becomes a problem and is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NoReturn, TypeVar

from commonweal.checks.problem import Problem, Severity
from commonweal.periods import Period, day_in_words, label, overlap
from commonweal.portfolio import (
    Claim,
    Contract,
    Decision,
    Kpi,
    Note,
    Outcome,
    Portfolio,
    Receipt,
    Supplier,
    Target,
)
from commonweal.workbooks.labels import label_key, period_labels, period_names
from commonweal.workbooks.layout import Reported
from commonweal.workbooks.tables import Line, Lines, error, nearest
from commonweal.workbooks.typed import PERIOD_FIELDS, typed

Fact = TypeVar("Fact")
CLAIM_OUTCOMES = frozenset({Outcome.VERIFIED, Outcome.REJECTED, Outcome.DISPUTED, Outcome.WITHDRAWN})
MOST_OFFERED = 100  # a search for each row of a large file that fits nowhere would take minutes


class _LeaveOut(Exception):
    """The row has an error that is already among the problems."""


@dataclass(slots=True)
class Builder:
    """Makes facts sheet by sheet: contracts first, then what refers to them."""

    lines: Lines
    portfolio: Portfolio = field(default_factory=Portfolio)
    contracts: dict[str, Contract] = field(default_factory=dict)
    kpis: dict[tuple[str, str], Kpi] = field(default_factory=dict)
    claims: dict[tuple[str, str], Claim] = field(default_factory=dict)
    seen: dict[tuple[object, ...], Line] = field(default_factory=dict)
    decision_refs: dict[tuple[str, str], None] = field(default_factory=dict)
    labels: dict[str, dict[str, Period]] = field(default_factory=dict)
    offered: int = 0

    def build(self) -> Portfolio:
        """Return the portfolio; its problems are those of the cells and then those of the rows."""
        self.portfolio.title = self.lines.title
        self.portfolio.problems = list(self.lines.problems)
        for contract in self._facts("contracts", self._contract):
            self.contracts[contract.ref] = contract
            self.portfolio.contracts.append(contract)
        for kpi in self._facts("kpis", self._kpi):
            self.kpis[kpi.key] = kpi
            self.portfolio.kpis.append(kpi)
        self.portfolio.targets.extend(self._facts("targets", self._target))
        for reported in self._facts("returns", self._return):
            if isinstance(reported, Claim):
                self.claims[(reported.contract, reported.ref)] = reported
                self.portfolio.claims.append(reported)
            else:
                self.portfolio.receipts.append(reported)
        self.portfolio.decisions.extend(self._facts("decisions", self._decision))
        self.portfolio.notes.extend(self._facts("notes", self._note))
        return self.portfolio

    def _facts(self, sheet: str, make: Callable[[Line], Fact]) -> Iterator[Fact]:
        for line in self.lines.rows.get(sheet, ()):
            try:
                fact = make(line)
            except _LeaveOut:
                continue
            yield fact

    def _contract(self, line: Line) -> Contract:
        values = typed(line)
        self._once(line, "ref", ("contract", values["ref"]), f"Contract {values['ref']}")
        values["suppliers"] = self._suppliers(line, values)
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self._refuse(
                line,
                "end",
                "impossible_dates",
                f"Contract {values['ref']} ends on {_day(end)}, before it starts on {_day(start)}.",
                "Swap the dates or correct one of them.",
            )
        if values.get("rag_amber", 80) > values.get("rag_green", 95):
            self._refuse(
                line,
                "rag_amber",
                "impossible_thresholds",
                "Amber starts above green.",
                "Give amber a lower per cent than green.",
            )
        return Contract(**values, origin=line.origin)

    def _suppliers(self, line: Line, values: dict[str, Any]) -> tuple[Supplier, ...]:
        names = values.pop("supplier_names", ())
        schemes = values.pop("supplier_schemes", ())
        identifiers = values.pop("supplier_identifiers", ())
        names = names[:-1] if names and not names[-1] else names
        if len(schemes) > len(names) or len(identifiers) > len(names) or not all(names):
            self._refuse(
                line,
                "supplier_names",
                "suppliers_differ",
                f"There are {len(names)} suppliers, {len(schemes)} registers and {len(identifiers)} numbers.",
                "Give each supplier a name, and numbers in the same order; leave a gap (;;) for an unknown one.",
            )
        return tuple(Supplier(*parts) for parts in zip_longest(names, schemes, identifiers, fillvalue=""))

    def _kpi(self, line: Line) -> Kpi:
        values = typed(line)
        self._known_contract(line)
        self._once(line, "ref", ("kpi", values["contract"], values["ref"]), f"KPI {values['ref']}")
        defaults = {"measure": "", "deliverable": "", "unit": ""}
        return Kpi(**(defaults | values), origin=line.origin)

    def _target(self, line: Line) -> Target:
        values = typed(line)
        contract = self._known_contract(line)
        self._known_kpi(line)
        values["period"] = self._period(line, contract)
        version = values.get("version", 0)
        what = f"The target of {values['kpi']} for {label(values['period'])}, version {version},"
        mark = ("target", contract.ref, values["kpi"], values["period"], version)
        self._once(line, "version", mark, what)
        return Target(**values, origin=line.origin)

    def _return(self, line: Line) -> Claim | Receipt:
        values = typed(line)
        contract = self._known_contract(line)
        values["period"] = self._period(line, contract)
        reported = values.pop("reported")
        if reported == Reported.RECEIPT:
            return self._receipt(line, values)
        for name, heading in (("kpi", "KPI reference"), ("ref", "Line reference")):
            if name not in values:
                self._refuse(
                    line, name, "missing_value", f"{heading} is blank.", "A claim or a nil names its KPI and line."
                )
        self._known_kpi(line)
        self._once(line, "ref", ("claim", contract.ref, values["ref"]), f"Line {values['ref']}")
        if reported == Reported.CLAIM and "amount" not in values:
            self._refuse(
                line, "amount", "missing_value", "The claim has no amount.", "Give the amount, or report a nil."
            )
        if reported == Reported.NIL and (values.get("amount") or values.get("denominator")):
            self._refuse(
                line,
                "amount",
                "nil_with_amount",
                "A nil is reported, and an amount beside it.",
                "Report a claim, or take the amount out.",
            )
        return Claim(**({"received": None} | values), nil=reported == Reported.NIL, origin=line.origin)

    def _receipt(self, line: Line, values: dict[str, Any]) -> Receipt:
        for name in sorted(set(values) - {"contract", "period", "received", "by"}):
            self._refuse(
                line,
                name,
                "receipt_with_line",
                "The row says that the whole return came in, but it also has what belongs to a line.",
                "Report a claim or a nil, or leave all but contract, period, date and person blank.",
            )
        mark = ("receipt", values["contract"], values["period"])
        self._once(line, "reported", mark, f"The return for {label(values['period'])}")
        return Receipt(values["contract"], values["period"], values.get("received"), values.get("by", ""), line.origin)

    def _decision(self, line: Line) -> Decision:
        values = typed(line)
        values["outcome"] = Outcome(values["outcome"])
        contract = self._known_contract(line)
        kpi = self._known_kpi(line)
        if any(name in line.values for name in PERIOD_FIELDS):
            values["period"] = self._period(line, contract)
        if "ref" in values:
            self._once(line, "ref", ("decision", contract.ref, values["ref"]), f"Decision {values['ref']}")
            self.decision_refs[(contract.ref, values["ref"])] = None
        if "claim" in values:
            self._check_claim(line, kpi)
        if "corrects" in values and (contract.ref, values["corrects"]) not in self.decision_refs:
            known = (ref for held, ref in self.decision_refs if held == contract.ref)
            self._unknown(line, "corrects", f"No earlier decision is called {values['corrects']}.", known)
        if values["amount"] < 0 and values["outcome"] is not Outcome.VARIED:
            self._refuse(
                line,
                "amount",
                "out_of_range",
                f"{values['amount']} is less than 0.",
                "Only a varied promise can go down. To take a decision back, name it under Corrects decision.",
            )
        return Decision(**({"on": None} | values), origin=line.origin)

    def _check_claim(self, line: Line, kpi: Kpi) -> None:
        ref = line.values["claim"]
        claim = self.claims.get((kpi.contract, ref))
        if claim is None:
            known = (known for held, known in self.claims if held == kpi.contract)
            self._unknown(line, "claim", f"Contract {kpi.contract} has no line {ref} on the Returns sheet.", known)
        elif claim.kpi != kpi.ref:
            self._refuse(
                line,
                "claim",
                "claim_of_other_kpi",
                f"Line {ref} reports on {claim.kpi}, but this decision is about {kpi.ref}.",
                "Correct the line reference or the KPI reference.",
            )
        elif line.values["outcome"] not in CLAIM_OUTCOMES:
            self._refuse(
                line,
                "claim",
                "promise_with_claim",
                f"“{line.values['outcome'].replace('_', ' ')}” moves the promise, not line {ref}.",
                "Leave the line reference blank, or choose verified, rejected, disputed or withdrawn.",
            )

    def _note(self, line: Line) -> Note:
        self._known_contract(line)
        if "kpi" in line.values:
            self._known_kpi(line)
        return Note(**line.values, origin=line.origin)

    def _known_contract(self, line: Line) -> Contract:
        ref = line.values["contract"]
        if ref not in self.contracts:
            self._unknown(line, "contract", f"There is no contract {ref} on the Contracts sheet.", self.contracts)
        return self.contracts[ref]

    def _known_kpi(self, line: Line) -> Kpi:
        contract, ref = line.values["contract"], line.values["kpi"]
        if (contract, ref) not in self.kpis:
            known = (kpi for held, kpi in self.kpis if held == contract)
            self._unknown(line, "kpi", f"Contract {contract} has no KPI {ref} on the KPIs sheet.", known)
        return self.kpis[(contract, ref)]

    def _period(self, line: Line, contract: Contract) -> Period:
        name, start, end = (line.values.get(field_name) for field_name in PERIOD_FIELDS)
        labelled = self._labelled(line, contract, name) if name is not None else None
        period = self._dated(line, start, end) if start and end else labelled
        if period is None:
            self._refuse(
                line,
                "period_start",
                "missing_value",
                "The row does not say which period it is about.",
                "Give the first and the last day, or the label of the period.",
            )
        if labelled is not None and period != labelled:
            self._refuse(
                line,
                "period_label",
                "period_differs",
                f"“{name}” is {labelled}, but the dates are {period}.",
                "Correct one of them, or leave the label blank.",
            )
        self._within(line, contract, period)
        return period

    def _dated(self, line: Line, start: dt.date, end: dt.date) -> Period:
        if end < start:
            self._refuse(
                line,
                "period_end",
                "impossible_dates",
                f"The period ends on {_day(end)}, before it starts on {_day(start)}.",
                "Swap the dates or correct one of them.",
            )
        return Period(start, end)

    def _labelled(self, line: Line, contract: Contract, name: str) -> Period:
        if contract.term is None:
            self._refuse(
                line,
                "period_label",
                "unknown_period",
                f"“{name}” cannot be worked out: contract {contract.ref} has no first and last day.",
                "Give the two dates of the period, or those of the contract.",
            )
        if contract.ref not in self.labels:
            self.labels[contract.ref] = period_labels(contract, contract.term)
        known = self.labels[contract.ref]
        if label_key(name) not in known:
            words = period_names(contract, contract.term)
            self._unknown(line, "period_label", f"Contract {contract.ref} has no period “{name}”.", words)
        return known[label_key(name)]

    def _within(self, line: Line, contract: Contract, period: Period) -> None:
        if contract.term is None or overlap(contract.term, period) == period:
            return
        found = f"The period {period} is not within contract {contract.ref}, which runs {contract.term}."
        mend = "Correct the period, or the dates of the contract."
        if overlap(contract.term, period) is None:
            self._refuse(line, "period_start", "period_outside_contract", found, mend)
        problem = Problem(
            "period_outside_contract", Severity.WARNING, line.at("period_start"), found, mend, contract.ref
        )
        self.portfolio.problems.append(problem)

    def _once(self, line: Line, field_name: str, mark: tuple[object, ...], what: str) -> None:
        first = self.seen.setdefault(mark, line)
        if first is not line:
            self._refuse(
                line,
                field_name,
                "duplicate",
                f"{what} stands twice; the first is in row {first.origin.row}.",
                "Give this one its own reference, or delete the row.",
            )

    def _unknown(self, line: Line, field_name: str, found: str, known: Iterable[str]) -> NoReturn:
        self.offered += 1
        meant = nearest(str(line.values[field_name]), known) if self.offered <= MOST_OFFERED else ""
        self._refuse(line, field_name, "unknown_reference", found, meant or "Correct it, or add what it refers to.")

    def _refuse(self, line: Line, field_name: str, code: str, found: str, mend: str) -> NoReturn:
        subject = str(line.values.get("contract", line.values.get("ref", "")))
        problem = error(code, line.at(field_name), found, f"{mend} The row was left out.", subject)
        self.portfolio.problems.append(problem)
        raise _LeaveOut


def _day(day: dt.date) -> str:
    return day_in_words(day)

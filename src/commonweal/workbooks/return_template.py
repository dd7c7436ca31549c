"""The return workbook: what a supplier fills in for one contract and period, and what comes back as claims."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from commonweal.catalogue import Card
from commonweal.checks.problem import NOWHERE, Origin, Problem, Severity
from commonweal.performance.targets import PeriodTarget
from commonweal.periods import Period, label
from commonweal.portfolio import Claim, Contract, Kind, Kpi
from commonweal.quantities import plain
from commonweal.workbooks.forms import Form, card_lines, check_given, read_form, with_facts, write_form
from commonweal.workbooks.layout import MOST, Cell, Column, Reported
from commonweal.workbooks.return_layout import ASKS, GIVEN, LAYOUT, SPARE_ROWS
from commonweal.workbooks.tables import Line, nearest
from commonweal.workbooks.versions import Facts, Terms


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """
    What a return is asked for: the contract, the period, and its KPIs with what is due.

    `due` are the period's targets by KPI reference; `most` is the largest amount that can be meant, by KPI reference,
    in the KPI's unit; `cards` are the definition cards by measure code. `about` are further facts that name what the
    form was made from; `said` are further facts of a KPI by its reference. Both are shown, and are part of its version.
    """

    contract: Contract
    period: Period
    kpis: tuple[Kpi, ...]
    due: Mapping[str, Decimal]
    most: Mapping[str, Decimal]
    cards: Mapping[str, Card]
    about: Facts = ()
    said: Mapping[str, Facts] = field(default_factory=dict)

    @property
    def terms(self) -> Terms:
        """The version of the form: contract, period, and of each KPI wording, unit, kind, due, limit and evidence."""
        return Terms(
            (
                ("Form", "Return"),
                ("Contract", self.contract.ref),
                ("Contract title", self.contract.title),
                ("Period", label(self.period)),
                ("First day", self.period.start.isoformat()),
                ("Last day", self.period.end.isoformat()),
                *self.about,
            ),
            tuple((kpi.ref, self._facts(kpi)) for kpi in self.kpis),
        )

    def _facts(self, kpi: Kpi) -> tuple[tuple[str, str], ...]:
        return (
            ("measure", kpi.measure),
            ("wording", kpi.deliverable),
            ("unit", kpi.unit),
            ("kind", str(kpi.kind)),
            ("due", _number(self.due.get(kpi.ref))),
            ("most", _number(self.most.get(kpi.ref))),
            ("evidence", kpi.evidence_rule),
            *self.said.get(kpi.ref, ()),
        )


def return_terms(
    contract: Contract,
    kpis: Iterable[Kpi],
    period: Period,
    *,
    due: Mapping[str, Iterable[PeriodTarget]] | None = None,
    most: Mapping[str, Decimal] | None = None,
    cards: Mapping[str, Card] | None = None,
) -> ReturnTerms:
    """Return what a return of `contract` for `period` is made from; `due` holds each KPI's targets by period."""
    by_kpi = {ref: {t.period: t.amount for t in targets} for ref, targets in (due or {}).items()}
    return ReturnTerms(
        contract,
        period,
        tuple(kpi for kpi in kpis if kpi.contract == contract.ref),
        {ref: amounts[period] for ref, amounts in by_kpi.items() if period in amounts},
        most or {},
        cards or {},
    )


@dataclass(frozen=True, slots=True)
class ReturnRead:
    """A return that came back: its claims, the answers to the declarations by field, and all that was wrong."""

    claims: list[Claim]
    declared: Mapping[str, object]
    problems: list[Problem]


def write_return_template(asked: ReturnTerms, path: Path, *, claims: Iterable[Claim] = ()) -> None:
    """
    Write the return workbook, .xlsx or .ods, empty or with `claims` already filled in.

    :raises BadFile: for any other ending
    """
    write_form(_form(asked, list(claims)), path)


def read_return_workbook(
    path: Path, expected: ReturnTerms, *, received: dt.date | None = None, by: str = "", role: str = "supplier"
) -> ReturnRead:
    """
    Return the claims that were typed into a return workbook; `by` is used where the form does not say who filled it in.

    Rows with an error are left out, each with its problem and cell; a KPI without an answer is a warning.

    :raises BadFile: if the file cannot be read or is not this form
    :raises OtherVersion: if it was made from another version of the KPIs, with every difference
    """
    form = _form(expected, [])
    read = read_form(path, form)
    problems = [*read.problems, *check_given(read, form, "kpi")]
    who = str(read.answers.get("by", by))
    work = _Reading(expected, received, who, role, problems)
    claims = [claim for line in read.lines for claim in work.claim(line)]
    answered = {line.values.get("kpi") for line in read.lines if set(line.values) - GIVEN}
    for kpi in expected.kpis:
        if kpi.ref not in answered:
            problems.append(
                Problem(
                    "no_answer",
                    Severity.WARNING,
                    _row_of(read.lines, kpi.ref),
                    f"KPI {kpi.ref} has no answer.",
                    "Report a claim, or a nil with its reason. Without either the line counts as missing.",
                    expected.contract.ref,
                )
            )
    return ReturnRead(claims, read.answers, problems)


class _LeaveOut(Exception):
    """The row has an error that is already among the problems."""


@dataclass(slots=True)
class _Reading:
    """Turns rows into claims, with the rules that one cell alone cannot show."""

    asked: ReturnTerms
    received: dt.date | None
    by: str
    role: str
    problems: list[Problem]
    used: Counter[str] = field(default_factory=Counter)

    def claim(self, line: Line) -> Iterator[Claim]:
        """Yield the claim of a row, or nothing where the row has no answer or an error."""
        values = {name: value for name, value in line.values.items() if name not in GIVEN}
        if not values:
            return
        try:
            kpi = self._kpi(line)
            nil = self._is_nil(line, kpi)
            self._check_nil(line) if nil else self._check_amount(line, kpi)
        except _LeaveOut:
            return
        self.used[kpi.ref] += 1
        values.pop("reported", None)
        yield Claim(
            **({"amount": Decimal(0)} | values),
            ref=self._ref(kpi),
            contract=self.asked.contract.ref,
            kpi=kpi.ref,
            period=self.asked.period,
            received=self.received,
            nil=nil,
            by=self.by,
            role=self.role,
            origin=line.origin,
        )

    def _ref(self, kpi: Kpi) -> str:
        again = f"/{self.used[kpi.ref]}" if self.used[kpi.ref] > 1 else ""
        return f"{self.asked.period.start}/{kpi.ref}{again}"

    def _kpi(self, line: Line) -> Kpi:
        ref = str(line.values["kpi"])
        found = next((kpi for kpi in self.asked.kpis if kpi.ref == ref), None)
        if found is None:
            meant = nearest(ref, [kpi.ref for kpi in self.asked.kpis])
            self._refuse(
                line, "kpi", "unknown_reference", f"This return has no KPI {ref}.", meant or "Choose one of the list."
            )
        return found

    def _is_nil(self, line: Line, kpi: Kpi) -> bool:
        reported = line.values.get("reported")
        if reported is None and "amount" not in line.values:
            self._refuse(
                line,
                "reported",
                "missing_value",
                f"The row of {kpi.ref} does not say what is reported.",
                "Choose claim or nil.",
            )
        return reported == Reported.NIL

    def _check_nil(self, line: Line) -> None:
        if line.values.get("amount") or line.values.get("denominator"):
            self._refuse(
                line,
                "amount",
                "nil_with_amount",
                "A nil is reported, and an amount beside it.",
                "Choose claim, or take the amount out.",
            )
        if "reason" not in line.values:
            self._refuse(
                line,
                "reason",
                "nil_without_reason",
                "A nil is reported without a reason.",
                "Say why there was nothing.",
            )

    def _check_amount(self, line: Line, kpi: Kpi) -> None:
        amount = line.values.get("amount")
        if amount is None:
            self._refuse(
                line, "amount", "missing_value", "The claim has no amount.", "Give the amount, or report a nil."
            )
        most = most_of(self.asked, kpi)
        if amount > most:
            self._refuse(
                line,
                "amount",
                "out_of_range",
                f"{plain(amount)} is more than {plain(most)}.",
                f"{kpi.unit} cannot be more than {plain(most)}.",
            )
        if kpi.kind is Kind.RATIO:
            self._check_ratio(line, amount)

    def _check_ratio(self, line: Line, amount: Decimal) -> None:
        whole = line.values.get("denominator")
        if not whole:
            self._refuse(
                line, "denominator", "missing_value", "A share needs its whole.", "Say out of how many, above zero."
            )
        elif amount > whole:
            self._refuse(
                line,
                "amount",
                "out_of_range",
                f"{plain(amount)} of {plain(whole)} is more than the whole.",
                "Give the part first and the whole under Out of.",
            )

    def _refuse(self, line: Line, field_name: str, code: str, found: str, mend: str) -> NoReturn:
        where = line.at(field_name)
        subject = self.asked.contract.ref
        self.problems.append(Problem(code, Severity.ERROR, where, found, f"{mend} The row was left out.", subject))
        raise _LeaveOut


def most_of(asked: ReturnTerms, kpi: Kpi) -> Decimal:
    """Return the largest amount that one row of a KPI can hold: as agreed, 1 for yes or no, else a trillion."""
    return asked.most.get(kpi.ref, Decimal(1) if kpi.kind is Kind.YES_NO else MOST)


def _form(asked: ReturnTerms, claims: list[Claim]) -> Form:
    rows = [row for kpi in asked.kpis for row in _rows(asked, kpi, [c for c in claims if c.kpi == kpi.ref])]
    by_ref = {kpi.ref: kpi for kpi in asked.kpis}
    rules = {(index, "amount"): _amount_rule(asked, by_ref[str(row["kpi"])]) for index, row in enumerate(rows)}
    chooser = replace(LAYOUT.column("kpi"), cell=Cell.CHOICE, choices=tuple(by_ref), advised=True)
    rules |= {(index, "kpi"): chooser for index in range(len(rows), len(rows) + SPARE_ROWS)}
    return Form(
        layout=LAYOUT,
        title=f"Return: {asked.contract.title}, {label(asked.period)}",
        terms=asked.terms,
        asks=ASKS,
        given=GIVEN,
        rows=tuple(rows),
        rules=rules,
        guide=tuple((f"{k.ref} {k.deliverable}", _card(asked, k)) for k in asked.kpis),
        spare_rows=SPARE_ROWS,
    )


def _rows(asked: ReturnTerms, kpi: Kpi, claims: list[Claim]) -> Iterator[dict[str, object]]:
    given: dict[str, object] = {
        "kpi": kpi.ref,
        "deliverable": kpi.deliverable,
        "unit": kpi.unit,
        "due": _number(asked.due.get(kpi.ref)) or "not due",
        "card": _card(asked, kpi),
    }
    for claim in claims:
        typed = {name: getattr(claim, name) for name in ("denominator", "reason", "place", "cohort", "evidence")}
        typed |= {"persons": claim.persons, "valid_until": claim.valid_until}
        typed |= {"reported": Reported.NIL, "amount": None} if claim.nil else {"reported": Reported.CLAIM}
        yield given | {"amount": claim.amount} | typed
    if not claims:
        yield given


def _card(asked: ReturnTerms, kpi: Kpi) -> str:
    return with_facts(card_lines(asked.cards.get(kpi.measure, Card()), kpi.evidence_rule), asked.said.get(kpi.ref, ()))


def _amount_rule(asked: ReturnTerms, kpi: Kpi) -> Column:
    most = most_of(asked, kpi)
    limit = "" if most == MOST else f" Not more than {plain(most)}."
    return replace(LAYOUT.column("amount"), high=most, help=f"In {kpi.unit}.{limit}")


def _number(amount: Decimal | None) -> str:
    return "" if amount is None else plain(amount)


def _row_of(lines: Sequence[Line], ref: str) -> Origin:
    return next((line.origin for line in lines if line.values.get("kpi") == ref), NOWHERE)

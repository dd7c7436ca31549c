"""What rules say of one contract, and of a whole register, as a report with counts that reconcile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from commonweal.figures import Book
from commonweal.policy.coverage import QUESTIONS, Coverage, Line, Need
from commonweal.policy.facts import FIELDS, Facts, shown
from commonweal.policy.rules import Answer, PolicyPack, Result, labels
from commonweal.portfolio import Source
from commonweal.reporting import wording
from commonweal.reporting.model import Cell, Column, Prose, Report, Row, Section, Show, Table

SAID = {Answer.APPLIES: "needed", Answer.DOES_NOT_APPLY: "not needed", Answer.UNKNOWN: "cannot be told"}
"""How an answer reads where it is asked whether a contract needs something."""

NOT_ADVICE = "Rules and their sources as at the day on which each was checked; this is no legal advice."
KNOWN = {
    "commenced": "Procurement commenced",
    "subject": "Main subject",
    "value_including_vat": "Estimated value including VAT",
}
"""The facts that the table of contracts shows, with their headings."""


def results_report(results: Sequence[Result], facts: Facts, *, as_at: dt.date, made_by: str = "") -> Report:
    """Return what each rule says of one contract, with the facts given."""
    sections = [
        Section("facts", "What is known", (_facts_table(facts),)),
        Section("rules", "What each rule says", (results_table(results),)),
        _packs_section(dict.fromkeys(result.pack for result in results)),
    ]
    return Report("Which rules apply", "One contract", as_at, sections, Book(), made_by=made_by)


def coverage_report(
    coverage: Coverage, *, title: str, as_at: dt.date, sources: Iterable[Source] = (), made_by: str = ""
) -> Report:
    """Return the coverage of a register: counts by question, what is missing, and every contract."""
    counted = Section("counts", "How many contracts need what", (counts_table(coverage), missing_table(coverage)))
    contracts = Section("contracts", "Each contract", (contracts_table(coverage.lines),), caption="Contracts")
    sections = [counted, contracts, _packs_section(coverage.packs)]
    return Report(
        "Which rules apply", title, as_at, sections, Book(), sources=list(sources), made_by=made_by, notes=[NOT_ADVICE]
    )


def results_table(results: Sequence[Result]) -> Table:
    """Return one row a rule: what it says, why, who holds the duty, and where the rule stands."""
    names = (
        "Rule",
        "Answer",
        "Because",
        "Missing",
        "Duty holder",
        "Pack",
        "Provision",
        "Source",
        "Checked",
        "Verified",
    )
    rows = []
    for one in results:
        source = f"{one.rule.source.title} {one.rule.source.href}".strip()
        texts = (
            one.rule.title,
            one.answer.value,
            one.because,
            labels(one.missing),
            one.rule.duty_holder,
            f"{one.pack.name}, {one.pack.version}",
            one.rule.provision,
            source,
        )
        cells = [*map(_text, texts), Cell(one.rule.checked_on), _text(one.verified.value)]
        rows.append(Row(tuple(cells)))
    columns = [Column(name.lower(), name, Show.DATE if name == "Checked" else Show.TEXT) for name in names]
    return Table("rules", "What each rule says of the contract, and why", tuple(columns), tuple(rows))


def counts_table(coverage: Coverage) -> Table:
    """Return one row a question with how many contracts need it, do not, and cannot be told: together all of them."""
    columns = [Column("question", "What may be needed")]
    columns += [Column(answer.name.lower(), SAID[answer].capitalize(), Show.COUNT) for answer in Answer]
    columns.append(Column("contracts", "Contracts", Show.COUNT))
    rows = []
    for question, name in QUESTIONS.items():
        counts = coverage.counts(question)
        cells = (_text(name), *(_count(counts[answer]) for answer in Answer), _count(sum(counts.values())))
        rows.append(Row(cells))
    return Table("counts", "Contracts by what they need", tuple(columns), tuple(rows))


def missing_table(coverage: Coverage) -> Table:
    """Return, for each question, the facts that are missing and how many contracts lack each."""
    columns = (
        Column("question", "What may be needed"),
        Column("fact", "Missing fact"),
        Column("contracts", "Contracts", Show.COUNT),
    )
    rows = [
        Row((_text(name), _text(labels([fact])), _count(number)))
        for question, name in QUESTIONS.items()
        for fact, number in coverage.missing(question).items()
    ]
    note = "A contract may lack several facts, so the rows of a question add up to more than its contracts."
    return Table("missing", "What is missing where it cannot be told", columns, tuple(rows), note=note)


def contracts_table(lines: Sequence[Line]) -> Table:
    """Return one row a contract: what is known of it, and what it needs, with rules or missing facts."""
    columns = [Column("contract", "Contract"), Column("title", "Title"), Column("buyer", "Buyer")]
    columns.append(Column("value", "Value in the register", Show.POUNDS, "£"))
    columns += [Column(name, heading) for name, heading in KNOWN.items()]
    for question, name in QUESTIONS.items():
        columns += [Column(question, name), Column(f"{question}-why", f"{name}: rules, or what is missing")]
    rows = tuple(Row(tuple(_contract_cells(line))) for line in lines)
    return Table("contracts", "Every contract and what it needs", tuple(columns), rows, dense=True)


def _contract_cells(line: Line) -> list[Cell]:
    contract = line.contract
    value = Cell(contract.value) if contract.value is not None else Cell(text="not stated")
    cells = [_text(contract.ref), _text(contract.title), _text(contract.body), value]
    for name in KNOWN:
        fact = line.facts.get(name)
        cells.append(_text("not known" if fact is None else shown(fact)))
    for question in QUESTIONS:
        need = line.needs[question]
        cells += [_text(SAID[need.answer]), _text(why(need))]
    return cells


def why(need: Need) -> str:
    """Return the rules by which something is needed, or the facts without which it cannot be told."""
    if need.answer is Answer.UNKNOWN:
        return f"missing: {labels(need.missing)} ({', '.join(need.rules)})"
    return ", ".join(need.rules)


def _facts_table(facts: Facts) -> Table:
    columns = (Column("fact", "Fact"), Column("value", "Value"), Column("source", "Where it came from"))
    rows = [
        Row((_text(FIELDS[fact.field].label), _text(shown(fact)), _text(fact.source))) for fact in facts.known.values()
    ]
    return Table("facts", "The facts that were given", columns, tuple(rows))


def _packs_section(packs: Iterable[PolicyPack]) -> Section:
    lines = [
        f"{pack.name}, {pack.version}; {pack.jurisdiction}. Checked on {wording.day(pack.checked_on)}."
        + (f" {pack.undated}" if pack.undated else "")
        + (" An invented example." if pack.example else "")
        for pack in packs
    ]
    return Section("packs", "Laws and policies", (Prose(tuple(lines), bullets=True), Prose((NOT_ADVICE,))))


def _text(text: str) -> Cell:
    return Cell(text=text)


def _count(number: int) -> Cell:
    return Cell(Decimal(number))

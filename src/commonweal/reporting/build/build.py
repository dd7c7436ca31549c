"""From a portfolio to the whole report: summary, contracts, cuts, problems and method."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from commonweal.calendars import Calendar
from commonweal.checks.problem import Problem
from commonweal.disclosure import counts_people
from commonweal.figures import Book
from commonweal.periods import day_in_words
from commonweal.portfolio import Claim, Decision, Kpi, Note, Portfolio, Target
from commonweal.posting import post
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.attention import attention_items
from commonweal.reporting.build.breakdowns import breakdowns
from commonweal.reporting.build.contract_pages import contract_section
from commonweal.reporting.build.flows import Flows
from commonweal.reporting.build.method import method_sections
from commonweal.reporting.build.newer import NewerValue
from commonweal.reporting.build.other_words import OtherWords, other_words_sections
from commonweal.reporting.build.overview import attention_section, summary_section
from commonweal.reporting.build.registers import contracts_section, without_kpis_section
from commonweal.reporting.build.returns import all_returns
from commonweal.reporting.build.standing import KpiFacts, Standing, stand
from commonweal.reporting.build.two_levels import two_levels_sections
from commonweal.reporting.model import Report, Section

Progress = Callable[[str], None]
NOT_FOR_PUBLICATION = (
    "This report shows small counts of people in full. It is for those who manage the contracts: do not publish it or "
    "pass it on as it stands."
)


def build_report(
    portfolio: Portfolio,
    *,
    as_at: dt.date,
    calendars: Mapping[str, Calendar],
    made_by: str,
    other: OtherWords | None = None,
    attributions: Sequence[str] = (),
    problems: Sequence[Problem] = (),
    newer: Mapping[tuple[str, str], NewerValue] | None = None,
    progress: Progress = lambda _: None,
) -> Report:
    """
    Return the report on `portfolio` as at the end of the day `as_at`.

    Facts dated after `as_at` are left out, so that a report of the past can be made again. `problems` are those that
    checks found; those of the readers and of the ledger are added. `attributions` are printed as they are. `other` says
    in which other frameworks the same delivery is told. `newer` are the values of newer releases (see `newer_values`),
    shown beside the reported ones and never added to them.
    """
    assembly = assemble(portfolio, as_at=as_at, calendars=calendars, problems=problems, progress=progress)
    assembly.newer = newer or {}
    progress("sections")
    return Report(
        title=portfolio.title or "Social value performance report",
        subtitle="; ".join(dict.fromkeys(c.body for c in portfolio.contracts if c.body))
        or f"As at {day_in_words(as_at)}",
        as_at=as_at,
        sections=_sections(assembly, other or OtherWords()),
        book=assembly.book,
        problems=assembly.problems,
        sources=list(portfolio.sources),
        attributions=list(attributions),
        made_by=made_by,
        notes=[NOT_FOR_PUBLICATION] if any(map(counts_people, assembly.portfolio.kpis)) else [],
    )


def assemble(
    portfolio: Portfolio,
    *,
    as_at: dt.date,
    calendars: Mapping[str, Calendar],
    problems: Sequence[Problem] = (),
    progress: Progress = lambda _: None,
) -> Assembly:
    """Post the portfolio as it was known on `as_at`, and work out where each KPI and return stands."""
    known = as_known_on(portfolio, as_at)
    progress("ledger")
    posted = post(known)
    book = Book()
    flows = Flows(book, posted, known.kpis)
    progress("standings")
    standings = _standings(flows, known, as_at)
    returns, untimed = all_returns(known, calendars, as_at)
    found = _once([*portfolio.problems, *posted.problems, *untimed, *problems])
    assembly = Assembly(known, as_at, book, flows, standings, returns, found)
    assembly.attention = attention_items(known.contracts, standings, returns, known.notes, as_at)
    return assembly


def _once(problems: Sequence[Problem]) -> list[Problem]:
    """Return each problem once: the ledger and the checks may find the same thing in the same cell."""
    return list({(problem.code, problem.where, problem.subject): problem for problem in problems}.values())


def as_known_on(portfolio: Portfolio, as_at: dt.date) -> Portfolio:
    """Return the portfolio without claims, receipts, decisions, target changes and notes dated after `as_at`."""

    def known(day: dt.date | None) -> bool:
        return day is None or day <= as_at

    return Portfolio(
        title=portfolio.title,
        contracts=portfolio.contracts,
        kpis=portfolio.kpis,
        targets=[t for t in portfolio.targets if known(t.on)],
        claims=[c for c in portfolio.claims if known(c.received)],
        receipts=[r for r in portfolio.receipts if known(r.received)],
        decisions=[d for d in portfolio.decisions if known(d.on)],
        notes=[n for n in portfolio.notes if known(n.on)],
        sources=portfolio.sources,
        problems=portfolio.problems,
        mapping=portfolio.mapping,
    )


def _standings(flows: Flows, portfolio: Portfolio, as_at: dt.date) -> list[Standing]:
    contracts = {contract.ref: contract for contract in portfolio.contracts}
    targets: dict[tuple[str, str], list[Target]] = defaultdict(list)
    claims: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    decisions: dict[tuple[str, str], list[Decision]] = defaultdict(list)
    for target in portfolio.targets:
        targets[(target.contract, target.kpi)].append(target)
    for claim in portfolio.claims:
        claims[(claim.contract, claim.kpi)].append(claim)
    for decision in portfolio.decisions:
        decisions[(decision.contract, decision.kpi)].append(decision)
    return [
        stand(flows, KpiFacts(contracts[k.contract], k, targets[k.key], claims[k.key], decisions[k.key]), as_at)
        for k in _distinct(portfolio.kpis)
        if k.contract in contracts
    ]


def _distinct(kpis: Sequence[Kpi]) -> list[Kpi]:
    """Return each KPI once: a repeated reference is reported by the checks, and the last one counts."""
    return list({kpi.key: kpi for kpi in kpis}.values())


def _sections(assembly: Assembly, other: OtherWords) -> list[Section]:
    by_contract = assembly.by_contract()
    notes: dict[str, list[Note]] = defaultdict(list)
    for note in assembly.portfolio.notes:
        notes[note.contract].append(note)
    sections = [summary_section(assembly), *attention_section(assembly), contracts_section(assembly)]
    for contract in assembly.portfolio.contracts:
        if contract.ref in by_contract:
            sections.append(contract_section(assembly, contract, by_contract[contract.ref], notes[contract.ref]))
    if assembly.standings:
        sections += breakdowns(assembly.flows, assembly.once)
    sections += two_levels_sections(assembly)
    sections += other_words_sections(assembly, other)
    sections += without_kpis_section(assembly)
    return [*sections, *method_sections(assembly)]

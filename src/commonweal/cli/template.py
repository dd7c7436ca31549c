"""`template`: empty workbooks that carry their rules, for KPIs, for a return, and for whole contracts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from commonweal import errors
from commonweal.catalogue import Card, Catalogue, Measure, load_catalogue
from commonweal.cli import clock, inputs, options
from commonweal.cli.base import Group
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal.cli.tender_input import load_tender, lot_called
from commonweal.periods import Period, label, period_of, periods_of, place_in_term
from commonweal.portfolio import Contract, Portfolio
from commonweal.reporting.build.build import assemble
from commonweal.workbooks.bid_template import migrate_bid_workbook, write_bid_template
from commonweal.workbooks.kpi_template import KpiTerms, write_kpi_template
from commonweal.workbooks.return_template import ReturnTerms, write_return_template
from commonweal.workbooks.tender_complete import bid_terms
from commonweal.workbooks.write import write_contract_workbook

NOT_WRITTEN = {Status.NOT_WRITTEN: "the file could not be written, or is there already and --force is not given"}
NAME_ANOTHER = "Name a release that has measures; `commonweal frameworks` shows how many each has."
output_option = click.option(
    "-o", "--output", "file", metavar="FILE", required=True, type=click.Path(path_type=Path), help="Where to."
)
force_option = click.option("--force", is_flag=True, help="Replace FILE if it is there.")


@click.group(cls=Group)
def template() -> None:
    """Write an empty workbook that carries its rules: drop-downs, limits, and what counts and what does not."""


@template.command(
    "contract",
    examples=["commonweal template contract -o contracts.xlsx", "commonweal template contract -o contracts.ods"],
    statuses={Status.FINE: "the workbook was written", **NOT_WRITTEN},
)
@output_option
@click.option("--title", default="", help="What the portfolio is called.")
@force_option
def contract_(file: Path, title: str, force: bool, as_json: bool) -> None:
    """
    Write an empty contract workbook: the whole input of a report.

    FILE ends in .xlsx or .ods; any other name makes a folder of CSV files.
    """
    free(file, force)
    write_contract_workbook(Portfolio(title=title), file)
    _done(file, "contract", "Fill it in, then check it: commonweal check", as_json)


@template.command(
    "kpi",
    examples=[
        "commonweal template kpi fx-2025.1 -o kpis.xlsx",
        "commonweal template kpi national-toms:NT1,NT10,NT17 -o kpis.xlsx --contract NMC-2026-014",
        "commonweal template kpi svm-2025 -o kpis.ods --start 2026-04-01 --end 2030-03-31 --at-most 6",
    ],
    statuses={
        Status.FINE: "the workbook was written",
        Status.REFUSED: "the framework or one of the codes is not known, or the release sets no measures",
        **NOT_WRITTEN,
    },
)
@click.argument("measures", metavar="FRAMEWORK[:CODES]")
@output_option
@click.option("--contract", "ref", default="", metavar="REF", help="The contract that the KPIs are for.")
@click.option(
    "--start", type=options.DAY, metavar="DATE", help="First day of the contract, for limits that depend on it."
)
@click.option("--end", type=options.DAY, metavar="DATE", help="Last day of the contract.")
@click.option("--at-most", type=click.IntRange(0), default=0, metavar="N", help="The most KPIs that may be promised.")
@force_option
def kpi(
    measures: str,
    file: Path,
    ref: str,
    start: dt.date | None,
    end: dt.date | None,
    at_most: int,
    force: bool,
    as_json: bool,
) -> None:
    """Write a KPI workbook for the measures of a framework, all or those whose codes are given with commas between."""
    release, _, codes = measures.partition(":")
    catalogue = load_catalogue()
    framework = catalogue.framework(release.strip())
    chosen = _chosen(catalogue, framework.id, codes) if codes.strip(" ,") else framework.measures
    if not chosen:
        raise errors.UnknownCode(f"{framework.id} sets no measures, so there is nothing to ask for. {NAME_ANOTHER}")
    free(file, force)
    write_kpi_template(KpiTerms(framework.id, tuple(chosen), ref, start, end, at_most), file)
    _done(file, "kpi", f"It asks for {len(chosen)} measures of {framework.name}:", as_json)


def _chosen(catalogue: Catalogue, release: str, codes: str) -> list[Measure]:
    return [catalogue.measure(code.strip(), framework=release) for code in codes.split(",") if code.strip()]


@template.command(
    "bid",
    examples=[
        "commonweal template bid tender -o bid.xlsx",
        "commonweal template bid tender.xlsx --lot NMC-2026-014 -o bid.ods",
        "commonweal template bid tender --from filled-in.xlsx -o new.xlsx   a newer version, the answers that fit",
    ],
    statuses={
        Status.FINE: "the workbook was written, with every answer of --from",
        Status.LOOK: "the workbook was written, and answers of --from that the change touches were left out",
        Status.REFUSED: "the tender has an error or no such lot, or --from is no bid workbook",
        **NOT_WRITTEN,
    },
)
@click.argument("source", metavar="TENDER", type=click.Path(path_type=Path))
@click.option("--lot", metavar="REF", help="The lot, where there are several.")
@click.option("--from", "old", metavar="FILE", type=click.Path(path_type=Path), help="A bid of an older version.")
@output_option
@options.pack_option
@force_option
@click.pass_context
def bid(
    ctx: click.Context,
    source: Path,
    lot: str | None,
    old: Path | None,
    file: Path,
    packs: tuple[Path, ...],
    force: bool,
    as_json: bool,
) -> None:
    """
    Write the bid workbook of a lot, with helpers for shared costs and FTE inside; no value in pounds is in it.

    With --from it holds the answers of an older version that the change does not touch, and the others are named.
    """
    chosen = lot_called(load_tender(source, value_packs=packs, with_bids=False).tender, lot)
    terms = bid_terms(chosen, catalogue=load_catalogue())
    free(file, force)
    if old is None:
        write_bid_template(terms, file)
        _done(file, "bid", f"It asks for {len(terms.measures)} measures of {terms.title}:", as_json)
        return
    moved = migrate_bid_workbook(old, terms, file)
    if as_json:
        write_json({"kind": "bid", "file": str(file), "moved": moved})
    else:
        say(f"Kept: {', '.join(moved.kept) or 'nothing'}.")
        say(*(f"Left out: {code}, because {why}." for code, why in moved.dropped), *moved.differences, str(file))
    ctx.exit(int(Status.LOOK if moved.dropped else Status.FINE))


@template.command(
    "return",
    examples=[
        'commonweal template return contracts.xlsx --contract NMC-2026-014 --period "Year 1, quarter 2" -o return.xlsx',
        "commonweal template return contracts.xlsx --contract NMC-2026-014 --period 2026-07-01 -o return.xlsx",
    ],
    statuses={
        Status.FINE: "the workbook was written",
        Status.REFUSED: "the input was refused, or has no such contract or period",
        **NOT_WRITTEN,
    },
)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("--contract", "ref", metavar="REF", required=True, help="The contract that reports.")
@click.option("--period", required=True, help="The period: its name, or a day in it.")
@output_option
@options.pack_option
@force_option
def return_(
    source: Path, ref: str, period: str, file: Path, packs: tuple[Path, ...], force: bool, as_json: bool
) -> None:
    """Write the return of one contract for one period, with what is due and what counts beside each KPI."""
    day = clock.today()
    portfolio = inputs.read(source, as_at=day, packs=packs).portfolio
    contract = contract_called(portfolio, ref)
    chosen = _period(contract, period)
    free(file, force)
    write_return_template(return_terms(portfolio, contract, chosen, day), file)
    _done(file, "return", f"It asks {contract.ref} for {label(chosen)}:", as_json)


def return_terms(portfolio: Portfolio, contract: Contract, period: Period, day: dt.date) -> ReturnTerms:
    """Return what the return is asked for: the contract's KPIs, what each owes in the period, and its card."""
    assembly = assemble(portfolio, as_at=day, calendars=inputs.calendars())
    due = {}
    for standing in assembly.standings:
        owed = next((now for owed_in, _, now in standing.targets if owed_in == period), "")
        if standing.contract.ref == contract.ref and owed:
            due[standing.kpi.ref] = assembly.book[owed].value
    kpis = tuple(kpi for kpi in portfolio.kpis if kpi.contract == contract.ref)
    return ReturnTerms(contract, period, kpis, due, {}, _cards(contract, portfolio))


def _cards(contract: Contract, portfolio: Portfolio) -> dict[str, Card]:
    try:
        release = load_catalogue().framework(contract.framework)
    except errors.UnknownCode:
        return {}
    return {measure.code: measure.card for measure in release.measures}


def contract_called(portfolio: Portfolio, ref: str) -> Contract:
    """Return the contract with that reference; UnknownCode with the nearest ones if there is none."""
    found = next((contract for contract in portfolio.contracts if contract.ref.casefold() == ref.casefold()), None)
    if found is None:
        raise options.nearest("contract in this input", ref, [contract.ref for contract in portfolio.contracts])
    return found


def _period(contract: Contract, wanted: str) -> Period:
    """
    Return the reporting period that has the name `wanted` or holds that day.

    :raises BadPeriod: if the contract has no dates, or the day is outside its term
    :raises UnknownCode: with the names that look like it
    """
    if contract.term is None:
        raise errors.BadPeriod(f"Contract {contract.ref} has no first and last day, so it has no periods. Give both.")
    day = options.day_or_none(wanted)
    if day is not None:
        return period_of(contract.period_scheme, contract.term, day)
    names: dict[str, Period] = {}
    for period in periods_of(contract.period_scheme, contract.term):
        names[place_in_term(contract.period_scheme, contract.term, period)] = period
        names[label(period)] = period
    found = next((period for name, period in names.items() if name.casefold() == wanted.strip().casefold()), None)
    if found is None:
        raise options.nearest(f"period of {contract.ref}", wanted, names)
    return found


def free(file: Path, force: bool) -> None:
    """Do nothing if `file` may be written; BadOutput if it is there and is not to be replaced."""
    if file.exists() and not force:
        raise errors.BadOutput(f"{file} is there already. Give another name, or --force to replace it.")


def _done(file: Path, kind: str, words: str, as_json: bool) -> None:
    if as_json:
        write_json({"kind": kind, "file": str(file)})
    else:
        say(f"{words} {file}")

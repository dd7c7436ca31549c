"""`receive`: take a filled return or KPI workbook into a contract workbook, all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from commonweal import errors
from commonweal.catalogue import load_catalogue
from commonweal.checks.problem import Problem, Severity
from commonweal.cli import clock, inputs, options
from commonweal.cli.base import Command
from commonweal.cli.problems import counted_words, listed
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal.cli.template import contract_called, free, return_terms
from commonweal.periods import Period
from commonweal.portfolio import Claim, Kpi, Portfolio
from commonweal.workbooks.detect import read_input
from commonweal.workbooks.kpi_template import KpiTerms, read_kpi_workbook
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.return_template import read_return_workbook
from commonweal.workbooks.versions import VERSION_SHEET, Terms, terms_of
from commonweal.workbooks.write import write_contract_workbook

PATH = click.Path(path_type=Path)


@click.command(
    cls=Command,
    examples=[
        "commonweal receive return.xlsx --into contracts.xlsx -o contracts-july.xlsx --received 2026-07-10",
        "commonweal receive kpis.xlsx --into contracts.xlsx -o contracts-with-kpis.xlsx",
    ],
    statuses={
        Status.FINE: "the new contract workbook was written",
        Status.LOOK: "the form has errors; nothing was written",
        Status.REFUSED: "a file cannot be read, or the form was made from another version; what changed is listed",
        Status.NOT_WRITTEN: "the file could not be written, or is there already and --force is not given",
    },
)
@click.argument("form", metavar="FORM", type=PATH)
@click.option(
    "--into", "source", metavar="INPUT", required=True, type=click.Path(path_type=Path), help="The contracts."
)
@click.option(
    "-o", "--output", "file", metavar="FILE", required=True, type=click.Path(path_type=Path), help="Where to."
)
@click.option("--received", type=options.DAY, metavar="DATE", help="When it came. Default: today.")
@click.option("--by", default="", metavar="NAME", help="Who sent it, where the form does not say.")
@options.pack_option
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.pass_context
def receive(
    ctx: click.Context,
    form: Path,
    source: Path,
    file: Path,
    received: dt.date | None,
    by: str,
    packs: tuple[Path, ...],
    force: bool,
    as_json: bool,
) -> None:
    """
    Take a filled return or KPI workbook into a contract workbook.

    INPUT stays as it is; FILE is a new contract workbook with the claims or KPIs of FORM in it. A form with an error,
    or made from another version of the KPIs, is refused whole.
    """
    day = received or clock.today()
    free(file, force)
    into = read_input(source, as_at=day)
    terms = _terms(form)
    if dict(terms.about).get("Form") == "Return":
        portfolio, problems, what = _with_return(form, terms, source, into, day, by, packs)
    else:
        portfolio, problems, what = _with_kpis(form, terms, into)
    wrong = [p for p in (*into.problems, *problems) if p.severity is Severity.ERROR]
    if not wrong:
        write_contract_workbook(portfolio, file)
    _tell(form, file, what, [*into.problems, *problems], bool(wrong), as_json)
    ctx.exit(int(Status.LOOK if wrong else Status.FINE))


def _terms(form: Path) -> Terms:
    """Return what a form says that it was made from. Raises BadFile if it is none."""
    book = read_workbook(form)
    sheet = book.sheet(VERSION_SHEET)
    if sheet is None:
        raise errors.BadFile(
            f"{book.name} is no return or KPI workbook: it has no sheet {VERSION_SHEET}. "
            f"Make one with `commonweal template return` or `commonweal template kpi`."
        )
    return terms_of(sheet.rows, name=book.name)


def _with_return(
    form: Path, terms: Terms, source: Path, into: Portfolio, day: dt.date, by: str, packs: Sequence[Path]
) -> tuple[Portfolio, list[Problem], str]:
    about = dict(terms.about)
    complete = inputs.read(source, as_at=day, packs=packs).portfolio
    contract = contract_called(complete, about["Contract"])
    period = Period(dt.date.fromisoformat(about["First day"]), dt.date.fromisoformat(about["Last day"]))
    asked = return_terms(complete, contract, period, clock.today())
    read = read_return_workbook(form, asked, received=day, by=by)
    there = [c for c in into.claims if c.contract == contract.ref and c.period == period]
    if there:
        raise errors.BadFile(
            f"{contract.ref} has a return for {period.label} already, with {len(there)} lines. "
            f"Take its lines out of the sheet Returns first, or record corrections as decisions."
        )
    taken = {claim.ref for claim in into.claims if claim.contract == contract.ref}
    claims = [_with_free_ref(claim, taken) for claim in read.claims]
    what = f"{len(claims)} lines of {contract.ref} for {period.label}"
    return replace(into, claims=[*into.claims, *claims]), read.problems, what


def _with_free_ref(claim: Claim, taken: set[str]) -> Claim:
    """Return the claim under a reference that its contract does not have yet."""
    ref, number = claim.ref, 2
    while ref in taken:
        ref, number = f"{claim.ref}-{number}", number + 1
    taken.add(ref)
    return replace(claim, ref=ref)


def _with_kpis(form: Path, terms: Terms, into: Portfolio) -> tuple[Portfolio, list[Problem], str]:
    about = dict(terms.about)
    contract = contract_called(into, about["Contract"])
    limit = about["Most KPIs"]
    release = load_catalogue().framework(about["Framework release"])
    codes = [code for code, _ in terms.items]
    measures = tuple(load_catalogue().measure(code, framework=release.id) for code in codes)
    days = [dt.date.fromisoformat(about[name]) if about[name] else None for name in ("First day", "Last day")]
    asked = KpiTerms(release.id, measures, contract.ref, days[0], days[1], int(limit) if limit.isdigit() else 0)
    read = read_kpi_workbook(form, asked)
    there = {kpi.ref for kpi in into.kpis if kpi.contract == contract.ref}
    twice = [kpi.ref for kpi in read.kpis if kpi.ref in there]
    if twice:
        raise errors.BadFile(
            f"{contract.ref} has KPIs called {', '.join(twice)} already. Change what is promised by a variation, in "
            f"the sheet Decisions, or take the old rows out first."
        )
    kpis: list[Kpi] = [*into.kpis, *read.kpis]
    return replace(into, kpis=kpis), read.problems, f"{len(read.kpis)} KPIs of {contract.ref}"


def _tell(form: Path, file: Path, what: str, problems: list[Problem], refused: bool, as_json: bool) -> None:
    if as_json:
        written = None if refused else str(file)
        write_json({"form": str(form), "taken": what, "written": written, "problems": problems})
        return
    say(f"{form}: {counted_words(problems)}.", *listed(problems))
    say("Nothing was written." if refused else f"{what} are now in {file}")

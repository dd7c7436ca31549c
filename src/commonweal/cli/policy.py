"""`policy`: which law and which policy of a body applies to a contract, or to every contract of a register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

import commonweal
from commonweal.cli import clock, options
from commonweal.cli.base import Command
from commonweal.cli.inputs import saved_mapping
from commonweal.cli.policy_output import coverage_document, coverage_lines, result_document, result_lines, write_report
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal.cli.value import Amount
from commonweal.policy import decide, find_pack, law
from commonweal.policy.coverage import cover
from commonweal.policy.facts import (
    BUYERS,
    KINDS,
    MODELS,
    Fact,
    Facts,
    between,
    exactly,
    facts_of,
    kind_facts,
    one_of,
    value_facts,
    yes_no,
)
from commonweal.policy.rules import Answer
from commonweal.reporting.build.rules import coverage_report, results_report
from commonweal.workbooks.detect import read_input

ALIASES = {
    "central": "central-government",
    "department": "central-government",
    "executive-agency": "central-government",
    "ndpb": "central-government",
    "council": "local-authority",
}
STATED = {
    "kpis-not-appropriate": "kpis_not_appropriate",
    "reason-published": "reason_published",
    "urgent": "urgent",
    "user-choice": "user_choice",
    "reserved-arrangement": "reserved_arrangement",
    "devolved-arrangement": "devolved_arrangement",
}


class Days(click.ParamType[tuple[dt.date | None, dt.date | None], Any]):
    """A day, or limits: 2026-04-01, 2026-04-01..2026-06-30, 2026-04-01.. or ..2026-06-30."""

    name = "days"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[dt.date | None, dt.date | None]:
        if isinstance(value, tuple):
            return value
        if ".." not in value:
            day = options.DAY.convert(value, param, ctx)
            return day, day
        low, high = (options.DAY.convert(one, param, ctx) if one else None for one in value.split("..", 1))
        if low is not None and high is not None and high < low:
            self.fail(f"{value!r} ends before it begins. Swap the days.", param, ctx)
        return low, high


@click.command(
    cls=Command,
    examples=[
        "commonweal policy --buyer central --commenced 2027-01-01 --value 8000000 --kind contract --kind services",
        "commonweal policy --buyer council --commenced 2026-04-01 --value 2400000 --kind contract --policy northmere",
        "commonweal policy --buyer council --register notices.csv --policy bradford -o coverage.xlsx",
    ],
    statuses={
        Status.FINE: "every rule could be told",
        Status.LOOK: "something cannot be told; what is missing is named",
        Status.REFUSED: "a policy or the register was refused, or a word is not known",
    },
)
@click.option("--buyer", metavar="TYPE", help=f"One of {', '.join(BUYERS)}; {', '.join(ALIASES)} mean one of them.")
@click.option("--commenced", metavar="DATE", type=Days(), help="When the procurement commenced; or limits: FROM..TO.")
@click.option("--value", metavar="POUNDS", type=Amount(), help="The estimated value.")
@click.option(
    "--vat",
    type=click.Choice(["included", "excluded", "unknown"]),
    help="Whether values include VAT. Without it: included for --value, unknown for --register.",
)
@click.option("--kind", "kinds", metavar="KIND", multiple=True, help=f"Any of {', '.join(KINDS)}; may be repeated.")
@click.option("--model", metavar="MODEL", help=f"The one that the tender documents name: {', '.join(MODELS)} or none.")
@click.option(
    "--stated", metavar="FACT", multiple=True, type=click.Choice(list(STATED)), help="A fact that the buyer states."
)
@click.option("--entered", metavar="DATE", type=options.DAY, help="When the contract was entered into: starts clocks.")
@click.option("--policy", "policies", metavar="FILE", multiple=True, help="A body's policy: a file, or a known id.")
@click.option("--proposals", is_flag=True, help="Switch on what was proposed in consultations and is no law.")
@click.option("--register", metavar="FILE", type=click.Path(path_type=Path), help="Ask for every contract of it.")
@options.mapping_option
@options.as_at_option
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="To a .csv, .xlsx or .json file.")
@click.pass_context
def policy(
    ctx: click.Context,
    buyer: str | None,
    commenced: tuple[dt.date | None, dt.date | None] | None,
    value: Decimal | None,
    vat: str | None,
    kinds: tuple[str, ...],
    model: str | None,
    stated: tuple[str, ...],
    entered: dt.date | None,
    policies: tuple[str, ...],
    proposals: bool,
    register: Path | None,
    mapping: Path | None,
    as_at: dt.date | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """
    Say which rules apply to a contract: applies, does not apply, or unknown, with the facts used and the source.

    Nothing is assumed: where a fact is missing, it is named. An ordinary contract is --kind contract, or --kind
    call-off; the words services, goods and works say what it is for. With --register, the facts given hold for all of
    its contracts.
    """
    given = _given(buyer, commenced, kinds, model, stated, entered)
    packs = [*law().values(), *(find_pack(one) for one in policies)]
    day, made_by = as_at or clock.today(), f"Commonweal {commonweal.__version__}"
    if register is not None and value is not None:
        raise click.UsageError("Give --value or --register, not both: a register has values of its own.")
    if register is not None:
        portfolio = read_input(register, as_at=day, mapping=saved_mapping(mapping))
        coverage = cover(portfolio.contracts, packs, given=given, vat=vat or "unknown", proposals=proposals)
        lines, document = coverage_lines(coverage, portfolio, output), coverage_document(coverage, portfolio)
        title, sources = portfolio.title, portfolio.sources
        report, table = coverage_report(coverage, title=title, as_at=day, sources=sources, made_by=made_by), "contracts"
        answers = [need.answer for line in coverage.lines for need in line.needs.values()]
    else:
        facts = given if value is None else given.plus(value_facts(value, vat=vat or "included", source="given"))
        results = decide(packs, facts, proposals=proposals)
        lines, document = result_lines(results, facts, entered), result_document(results, facts, entered)
        report, table = results_report(results, facts, as_at=day, made_by=made_by), "rules"
        answers = [result.answer for result in results]
    if output is not None:
        write_report(output, report, document, table=table)
    if as_json:
        write_json(document)
    else:
        say(*lines)
    ctx.exit(int(Status.LOOK if Answer.UNKNOWN in answers else Status.FINE))


def _given(
    buyer: str | None,
    commenced: tuple[dt.date | None, dt.date | None] | None,
    kinds: Sequence[str],
    model: str | None,
    stated: Sequence[str],
    entered: dt.date | None,
) -> Facts:
    """
    Return the facts that the options state.

    :raises UnknownCode, RefusedInput: for words that are not known or contradict each other
    """
    facts: list[Fact] = []
    if buyer is not None:
        facts.append(one_of("buyer", (ALIASES.get(buyer, buyer),), "given"))
    if commenced is not None:
        facts.append(between("commenced", *commenced, "given"))
    words = [word.strip() for kind in kinds for word in kind.split(",")]
    facts += kind_facts(words, "given")
    if model is not None:
        facts.append(one_of("named_model", (model,), "given"))
    if entered is not None:
        facts.append(exactly("entered_into", entered, "given"))
    return facts_of([*facts, *(yes_no(STATED[one], True, "given") for one in stated)])

"""What the commands work on: an input that was read, completed and checked, and the report that is made from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import commonweal
import commonweal_data
from commonweal import errors, packs
from commonweal.calendars import Calendar
from commonweal.catalogue import Catalogue, load_catalogue, units
from commonweal.checks.leave_out import LeftOut, leave_out
from commonweal.checks.problem import Problem
from commonweal.checks.run import check
from commonweal.checks.shipped import shipped_context
from commonweal.cli.options import Values, levels, load_values
from commonweal.portfolio import Portfolio
from commonweal.reporting.build.build import build_report
from commonweal.reporting.build.newer import newer_values
from commonweal.reporting.build.other_words import OtherWords
from commonweal.reporting.model import Report
from commonweal.workbooks.complete import complete, series_lookup
from commonweal.workbooks.detect import SPEND, detect, read_input
from commonweal.workbooks.headings import mapping_from_json
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.spend import read_spend

DIVISIONS = ("england-and-wales", "scotland", "northern-ireland")


@dataclass(frozen=True, slots=True)
class Checked:
    """An input that was read, completed and checked: what can be used, what was left out, and every problem."""

    portfolio: Portfolio
    left_out: list[LeftOut]
    found: list[Problem]
    values: Values

    @property
    def problems(self) -> list[Problem]:
        return [*self.portfolio.problems, *self.found]


@dataclass(frozen=True, slots=True)
class Made:
    """A report with what it holds, what was left out of it and how headings were read."""

    report: Report
    portfolio: Portfolio
    left_out: list[LeftOut]

    @property
    def mapping(self) -> dict[str, str]:
        return self.portfolio.mapping


def read(
    source: Path,
    *,
    as_at: dt.date,
    packs: Sequence[Path] = (),
    mapping: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Checked:
    """
    Read an input, fill its blanks from frameworks and values, check it, and leave out the rows with errors.

    :raises BadFile, BadPack: if the input, the mapping or a pack is refused
    """
    values = load_values(packs)
    catalogue = load_catalogue()
    progress("reading")
    portfolio = read_input(source, as_at=as_at, mapping=saved_mapping(mapping))
    progress("checking")
    return _checked(portfolio, catalogue, values, as_at)


def problems_of(
    source: Path, *, as_at: dt.date, packs: Sequence[Path] = (), mapping: Path | None = None
) -> list[Problem]:
    """Return every problem of an input; a list of spending, which no report can be made of, is read too."""
    if source.is_file() and detect(source) == SPEND:
        spend = read_spend(read_workbook(source), mapping=saved_mapping(mapping))
        return list(spend.problems)
    return read(source, as_at=as_at, packs=packs, mapping=mapping).problems


def saved_mapping(saved: Path | None) -> dict[str, str] | None:
    """Return how headings are read, from a file that --save-mapping wrote; None without a file."""
    return mapping_from_json(_text(saved)) if saved is not None else None


def _checked(portfolio: Portfolio, catalogue: Catalogue, values: Values, as_at: dt.date) -> Checked:
    filled = complete(
        portfolio,
        catalogue=catalogue,
        series=series_lookup(load=packs.load_series, imported=values.own),
        units=units(),
        places=levels,
    )
    said = {(problem.code, problem.where) for problem in filled.problems}
    context = shipped_context(as_at=as_at, catalogue=catalogue, packs=values.packs)
    found = [problem for problem in check(filled, context) if (problem.code, problem.where) not in said]
    sound, left_out = leave_out(filled, found)
    return Checked(sound, left_out, found, values)


SHIPPED = series_lookup(load=packs.load_series)
"""The open series of each measure: only these may stand beside a reported value."""


def make_report(
    source: Path,
    *,
    as_at: dt.date,
    packs: Sequence[Path] = (),
    mapping: Path | None = None,
    title: str | None = None,
    other: OtherWords | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Made:
    """Read an input and build its report. Raises as `read`."""
    checked = read(source, as_at=as_at, packs=packs, mapping=mapping, progress=progress)
    portfolio = checked.portfolio if title is None else replace(checked.portfolio, title=title)
    report = build_report(
        portfolio,
        as_at=as_at,
        calendars=calendars(),
        made_by=made_by(),
        other=other,
        attributions=attributions(portfolio, checked.values),
        problems=checked.found,
        newer=newer_values(portfolio, load_catalogue(), SHIPPED, as_at),
        progress=progress,
    )
    report.notes.extend(_licence_notes(portfolio, checked.values))
    return Made(report, portfolio, checked.left_out)


def made_by() -> str:
    """Return which engine and which data a report was made with."""
    return f"Commonweal {commonweal.__version__}, data package {commonweal_data.__version__}"


def calendars() -> Mapping[str, Calendar]:
    """Return the bank holidays of each division."""
    return {division: packs.calendar(division) for division in DIVISIONS}


def attributions(portfolio: Portfolio, values: Values) -> list[str]:
    """Return the attribution of every licence under which something in this report was used, each once."""
    catalogue = load_catalogue()
    known = set(values.ids())
    used = {one: values.get(one) for one in {kpi.value_series for kpi in portfolio.kpis} if one in known}
    found = list(packs.attributions(used))
    releases = {contract.framework for contract in portfolio.contracts if contract.framework}
    for framework in catalogue.frameworks:
        if framework.id in releases and framework.licence in packs.licences():
            found.append(packs.licence(framework.licence).attribution)
    found.append(packs.licence("OGL-UK-3.0").attribution)  # the bank holidays by which due dates move
    return [text for text in dict.fromkeys(found) if text]


def _licence_notes(portfolio: Portfolio, values: Values) -> list[str]:
    """Return a warning for each pack whose values are in the report and may not be passed on."""
    used = {kpi.value_series for kpi in portfolio.kpis}
    return [
        f"This report was worked out with values of the pack {pack.id} ({pack.licence}). The values themselves are not "
        f"shown in it; read their licence before you publish what was worked out with them."
        for pack in values.packs
        if not pack.may_export and used & {series.id for series in pack.series.values()}
    ]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.BadFile(f"{path} cannot be read: {error}. Give the file that --save-mapping wrote.") from None

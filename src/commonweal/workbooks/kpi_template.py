"""The KPI workbook: a list of measures with the promise to be made under each, and what comes back as KPIs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from commonweal.catalogue import Measure
from commonweal.checks.problem import Problem, Severity
from commonweal.portfolio import Kpi, Profile
from commonweal.quantities import plain
from commonweal.workbooks.forms import Form, card_lines, check_given, read_form, write_form
from commonweal.workbooks.layout import KPIS, ONE, ZERO, Cell, Column, SheetLayout
from commonweal.workbooks.promises import above_most, above_weeks, most_of, refused, weeks_of
from commonweal.workbooks.tables import Line
from commonweal.workbooks.versions import Terms

GIVEN = frozenset({"measure", "label", "unit", "card"})
LAYOUT = SheetLayout(
    "kpi",
    "KPIs",
    "One row for each measure. Leave the promise blank where nothing is promised.",
    (
        replace(KPIS.column("measure"), required=True, help="Code of the measure."),
        Column("label", "Measure", "What the measure counts.", width=32),
        Column("unit", "Unit", "What is counted.", width=10),
        replace(KPIS.column("target"), help="In the unit of the row, over the whole contract."),
        Column(
            "people",
            "People",
            "For weeks: how many people they are for. Blank if it is not known.",
            Cell.WHOLE,
            low=ONE,
            high=Decimal(100_000),
            width=10,
        ),
        KPIS.column("deliverable"),
        KPIS.column("profile"),
        KPIS.column("adjustments"),
        KPIS.column("place"),
        KPIS.column("cohort"),
        KPIS.column("scalable"),
        KPIS.column("owner"),
        Column("card", "Do and do not", "What counts for this measure and what does not.", width=60),
    ),
)


@dataclass(frozen=True, slots=True)
class KpiTerms:
    """
    What a KPI workbook is made from: measures of one release, and the contract's term if it is known.

    `at_most` is the largest number of KPIs that may be promised, 0 for no limit.
    """

    release: str
    measures: tuple[Measure, ...]
    contract: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    at_most: int = 0

    @property
    def weeks(self) -> int | None:
        """The whole weeks that the contract has begun by its last day, or None without dates."""
        if self.start is None or self.end is None:
            return None
        return weeks_of(self.start, self.end)

    @property
    def terms(self) -> Terms:
        """The version of the form: release, contract, term, limit, and of each measure its wording, unit and card."""
        return Terms(
            (
                ("Form", "KPIs"),
                ("Framework release", self.release),
                ("Contract", self.contract),
                ("First day", self.start.isoformat() if self.start else ""),
                ("Last day", self.end.isoformat() if self.end else ""),
                ("Most KPIs", str(self.at_most or "no limit")),
            ),
            tuple((m.code, _facts(m)) for m in self.measures),
        )


def _facts(measure: Measure) -> tuple[tuple[str, str], ...]:
    return (
        ("wording", measure.label),
        ("unit", measure.unit),
        ("kind", str(measure.kind)),
        ("what counts", measure.card.counts),
        ("what does not count", measure.card.does_not_count),
        ("evidence", measure.evidence),
    )


@dataclass(frozen=True, slots=True)
class KpisRead:
    """A KPI workbook that came back: a KPI for each promise, people by measure code, and all that was wrong."""

    kpis: list[Kpi]
    people: dict[str, int]
    problems: list[Problem]


def write_kpi_template(asked: KpiTerms, path: Path, *, kpis: Iterable[Kpi] = ()) -> None:
    """
    Write the KPI workbook, .xlsx or .ods, empty or with `kpis` already filled in.

    :raises BadFile: for any other ending
    """
    write_form(_form(asked, list(kpis)), path)


def read_kpi_workbook(path: Path, expected: KpiTerms) -> KpisRead:
    """
    Return the promises that were typed into a KPI workbook; rows without a promise are none.

    Rows with an error are left out, each with its problem and cell.

    :raises BadFile: if the file cannot be read or is not this form
    :raises OtherVersion: if it was made from another version of the measures, with every difference
    """
    form = _form(expected, [])
    read = read_form(path, form)
    result = KpisRead([], {}, [*read.problems, *check_given(read, form, "measure")])
    known = {measure.code: measure for measure in expected.measures}
    for line in read.lines:
        if not set(line.values) - GIVEN:
            continue
        measure = known.get(str(line.values["measure"]))
        if measure is None:
            result.problems.append(_unknown(line))
            continue
        problem = _problem(line, measure, expected, result)
        if problem is not None:
            result.problems.append(problem)
            continue
        result.kpis.append(_kpi(line, measure, expected))
        if "people" in line.values:
            result.people[measure.code] = line.values["people"]
    if expected.at_most and len(result.kpis) > expected.at_most:
        found = f"{len(result.kpis)} KPIs are promised, but at most {expected.at_most} may be."
        result.problems.append(
            Problem("too_many_kpis", Severity.ERROR, read.lines[0].origin, found, "Take some out.", expected.contract)
        )
    return result


def _unknown(line: Line) -> Problem:
    found = f"This form has no measure {line.values['measure']}."
    return refused(line, "measure", "unknown_measure", found, "Use the rows as they are given.")


def _problem(line: Line, measure: Measure, asked: KpiTerms, so_far: KpisRead) -> Problem | None:
    values = line.values
    if measure.code in {kpi.ref for kpi in so_far.kpis}:
        return refused(line, "measure", "duplicate", f"{measure.code} stands twice.", "Put the promise in one row.")
    if "target" not in values:
        return refused(
            line,
            "target",
            "missing_value",
            f"The row of {measure.code} is filled in without a promise.",
            "Give the promise, or clear the row.",
        )
    target = values["target"]
    return above_most(line, "target", target, measure) or above_weeks(line, "target", target, measure, asked.weeks)


def _kpi(line: Line, measure: Measure, asked: KpiTerms) -> Kpi:
    values = {name: value for name, value in line.values.items() if name not in GIVEN | {"people"}}
    values["profile"] = Profile(values.get("profile", Profile.EVEN))
    values.setdefault("deliverable", measure.label)
    return Kpi(
        contract=asked.contract,
        ref=measure.code,
        measure=measure.code,
        unit=measure.unit,
        kind=measure.kind,
        over_time=measure.over_time,
        over_contracts=measure.over_contracts,
        better=measure.better,
        evidence_rule=measure.evidence,
        sensitive=measure.sensitive,
        origin=line.origin,
        **values,
    )


def _form(asked: KpiTerms, kpis: list[Kpi]) -> Form:
    made = {kpi.measure: kpi for kpi in kpis}
    rows = []
    for measure in asked.measures:
        row = {
            "measure": measure.code,
            "label": measure.label,
            "unit": measure.unit,
            "card": card_lines(measure.card, measure.evidence),
        }
        rows.append(row | _typed(made[measure.code]) if measure.code in made else row)
    return Form(
        layout=LAYOUT,
        title=f"KPIs of {asked.contract or 'a contract'} under {asked.release}",
        terms=asked.terms,
        given=GIVEN,
        rows=tuple(rows),
        rules={(index, "target"): _rule(measure) for index, measure in enumerate(asked.measures)},
        guide=tuple((f"{m.code} {m.label}", card_lines(m.card, m.evidence)) for m in asked.measures),
    )


def _typed(kpi: Kpi) -> dict[str, object]:
    names = ("target", "deliverable", "profile", "adjustments", "place", "cohort", "scalable", "owner")
    return {name: getattr(kpi, name) for name in names}


def _rule(measure: Measure) -> Column:
    most = most_of(measure)
    limit = f" Not more than {plain(most)}." if most is not None else ""
    column = LAYOUT.column("target")
    return replace(column, low=ZERO, high=most or column.high, help=f"In {measure.unit}.{limit}")

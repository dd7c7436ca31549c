"""
The workbook of a mapping sheet: one row for each KPI, two columns for each region, and what else must be known.

Percentages and shares have sheets of their own (`mapping_extras`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.crosswalk.models import Datum
from commonweal.crosswalk.sheet import MOST, Filled, FilledSheet, adds_up, asked, kpis
from commonweal.crosswalk.summary import Summary, Thing, sha256_of
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.forms import Form, FormRead, Helper, check_given, read_form, write_form
from commonweal.workbooks.layout import ZERO, Cell, Column, SheetLayout
from commonweal.workbooks.mapping_extras import PARTS, helpers_of, read_extras
from commonweal.workbooks.tables import Line
from commonweal.workbooks.versions import Terms

STATES = (("target", "target"), ("delivered", "delivered"))
GIVEN = frozenset({"row", "label", "unit", "adds"})
TOTALS = tuple(f"{state}_all" for state, _ in STATES)
DECIMALS = 6
BLANK = "Leave a cell blank where you do not know; 0 means none."
DATA = SheetLayout(
    "data",
    "Also needed",
    "What must be known beside the amounts to express them in another framework.",
    (
        Column("row", "KPI", "Code of the KPI.", required=True),
        Column("name", "Name", "The name of what must be known.", required=True, width=24),
        Column("label", "What must be known", "In words.", width=48),
        Column("unit", "Unit", "What is counted.", width=16),
        Column("value", "Value", "A number above zero.", Cell.NUMBER, low=ZERO, high=MOST, width=14),
    ),
)
ABOUT = (
    "What else must be known",
    "Without these numbers some amounts cannot be expressed in the other framework; they are then named, not guessed.",
)


@dataclass(slots=True)
class SheetRead:
    """A workbook that came back: amounts, data and shares as a sheet holds them, and all that was wrong."""

    amounts: dict[str, dict[str, Filled]] = field(default_factory=dict)
    data: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    shares: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def write_mapping_sheet(sheet: FilledSheet, path: Path) -> None:
    """
    Write the workbook, .xlsx or .ods, with what is filled in already.

    :raises BadFile: for any other ending
    """
    write_form(_form(sheet), path)


def read_mapping_sheet(path: Path, expected: FilledSheet) -> SheetRead:
    """
    Return what was filled into a workbook of this sheet; blank cells are blank, not zero.

    :raises BadFile: if the file cannot be read or is not this form
    :raises OtherVersion: if it was made from another summary, with every difference
    """
    form = _form(expected)
    read = read_form(path, form)
    found = SheetRead(problems=[*read.problems, *check_given(read, form, "row")])
    refs = tuple(_refs(expected.summary))
    known, seen = dict(refs), set()
    for line in read.lines:
        thing = _known(line, known, found)
        if thing is not None and thing.id in seen:
            found.problems.append(_error("duplicate", line, "row", f"{line.values['row']} stands twice."))
        elif thing is not None:
            seen.add(thing.id)
            _take(line, thing, expected, found)
    _read_data(read, known, expected.summary, found)
    extras = read_extras(read.helpers, expected, refs)
    found.amounts |= extras.amounts
    found.shares = extras.shares
    found.problems += extras.problems
    return found


def _take(line: Line, thing: Thing, expected: FilledSheet, found: SheetRead) -> None:
    amounts = _amounts(line, expected, found)
    if not thing.ratio:
        found.amounts[thing.id] = amounts
        return
    for name in (_field(state, region) for region, _ in expected.places for state, _ in STATES):
        if line.values.get(name) is not None:
            said = f"{line.values['row']} is a percentage, and percentages of several regions make none of all."
            mend = f"Clear this cell, and give part and whole on the sheet {PARTS.name}."
            found.problems.append(_error("percentage", line, name, said, mend))


def _known(line: Line, known: Mapping[str, Thing], found: SheetRead) -> Thing | None:
    thing = known.get(str(line.values["row"]))
    if thing is None:
        said = f"This form has no KPI {line.values['row']}."
        found.problems.append(_error("unknown_kpi", line, "row", said, "Use the rows as they are given."))
    return thing


def _amounts(line: Line, expected: FilledSheet, found: SheetRead) -> dict[str, Filled]:
    amounts = {}
    for region, _ in expected.places:
        values = [line.values.get(_field(state, region)) for state, _ in STATES]
        for (state, _), value in zip(STATES, values, strict=True):
            _check_decimals(line, _field(state, region), value, found)
        if not Filled(*values).empty:
            amounts[region] = Filled(*values)
    return amounts


def _check_decimals(line: Line, name: str, value: Decimal | None, found: SheetRead) -> None:
    if value is not None and value != round(value, DECIMALS):
        said = f"{value:f} has more than {DECIMALS} decimals."
        found.problems.append(_error("decimals", line, name, said, f"Round it to at most {DECIMALS} decimals."))


def _read_data(read: FormRead, known: Mapping[str, Thing], summary: Summary, found: SheetRead) -> None:
    for line in read.helpers[DATA.key]:
        value = line.values.get("value")
        thing = _known(line, known, found)
        if thing is None:
            continue
        if line.values["name"] not in {datum.name for datum in asked(summary, thing.id)}:
            said = f"{line.values['row']} needs no {line.values['name']}."
            found.problems.append(_error("unknown_datum", line, "name", said, "Use the rows as they are given."))
            continue
        known_data = found.data.setdefault(thing.id, {})
        if value is not None and value <= 0:
            said = f"{value:f} is not above zero."
            found.problems.append(_error("out_of_range", line, "value", said, "Leave it blank if it is not known."))
        elif value is not None:
            _check_decimals(line, "value", value, found)
            known_data[str(line.values["name"])] = value


def _error(code: str, line: Line, name: str, said: str, mend: str = "Keep one of the rows.") -> Problem:
    where: Origin = line.at(name)
    return Problem(code, Severity.ERROR, where, said, mend)


def _refs(summary: Summary) -> Iterator[tuple[str, Thing]]:
    """Yield each KPI with what names it in the workbook: its code, or its full id where two share a code."""
    things = kpis(summary)
    codes = [thing.code for thing in things]
    for thing in things:
        yield (thing.code if codes.count(thing.code) == 1 else thing.id), thing


def _field(state: str, region: str) -> str:
    return f"{state}_{region or 'none'}"


def _layout(sheet: FilledSheet) -> SheetLayout:
    columns = [
        Column("row", "KPI", "Code of the KPI.", required=True, width=12),
        Column("label", "What it counts", "The KPI in words.", width=36),
        Column("unit", "Unit", "What is counted.", width=12),
        Column("adds", "Adds up", "Whether regions make one total. A percentage has its own sheet.", width=8),
    ]
    for state, word in STATES:
        columns += [_amount_column(_field(state, region), f"{name} {word}") for region, name in sheet.places]
        columns.append(
            Column(f"{state}_all", f"All regions {word}", "Worked out; nothing is to be typed here.", width=14)
        )
    return SheetLayout("sheet", "Sheet", "One row for each KPI.", tuple(columns))


def _amount_column(name: str, heading: str) -> Column:
    return Column(name, heading, BLANK, Cell.NUMBER, low=ZERO, high=MOST, width=14)


def _form(sheet: FilledSheet) -> Form:
    layout, refs = _layout(sheet), tuple(_refs(sheet.summary))
    return Form(
        layout=layout,
        title=sheet.title or f"Mapping sheet of {sheet.summary.source.name}",
        terms=_terms(sheet),
        given=GIVEN,
        rows=tuple(_row(sheet, ref, thing) for ref, thing in refs),
        guide=tuple((f"{ref} {thing.label}", _guide(thing)) for ref, thing in refs),
        formulas=_formulas(layout, len(sheet.places)),
        helpers=(Helper(DATA, ABOUT, tuple(_data_rows(sheet))), *helpers_of(sheet, refs)),
    )


def _terms(sheet: FilledSheet) -> Terms:
    """The version of the form: the summary by its hash, and of each KPI its wording and unit; not what is filled in."""
    summary = sheet.summary
    return Terms(
        (
            ("Form", "Mapping sheet"),
            ("Framework", summary.source.id),
            ("In the words of", ", ".join(release.id for release in summary.targets)),
            ("Made on", summary.made_on.isoformat()),
            ("Summary", sha256_of(summary)),
        ),
        tuple((ref, (("wording", thing.label), ("unit", thing.unit))) for ref, thing in _refs(summary)),
    )


def _row(sheet: FilledSheet, ref: str, thing: Thing) -> dict[str, object]:
    row: dict[str, object] = {
        "row": ref,
        "label": thing.label,
        "unit": thing.unit_words or thing.unit,
        "adds": "yes" if adds_up(thing) else "no",
    }
    for region, amount in ({} if thing.ratio else sheet.amounts.get(thing.id, {})).items():
        for state, _ in STATES:
            row[_field(state, region)] = getattr(amount, state)
    if adds_up(thing):
        row |= {f"{state}_all": _total(sheet, thing, state) for state, _ in STATES}
    return row


def _total(sheet: FilledSheet, thing: Thing, state: str) -> Decimal | None:
    """Return the first result of a total, for programs that show the stored one."""
    amounts = [getattr(amount, state) for amount in sheet.amounts.get(thing.id, {}).values()]
    there = [amount for amount in amounts if amount is not None]
    return sum(there, ZERO) if there else None


def _guide(thing: Thing) -> str:
    parts = (
        ("Do count", thing.counts),
        ("Do not count", thing.does_not_count),
        ("Unit", thing.unit_rule),
        ("Evidence", thing.evidence),
    )
    return "\n".join(f"{name}: {text}" for name, text in parts if text)


def _formulas(layout: SheetLayout, places: int) -> dict[str, str]:
    """Return the totals: blank where nothing is filled in, and where regions do not add up."""
    fields = [column.field for column in layout.columns]
    adds = column_letters(fields.index("adds"))
    found = {}
    for name in TOTALS:
        last = fields.index(name) - 1
        cells = f"{column_letters(last - places + 1)}{{row}}:{column_letters(last)}{{row}}"
        found[name] = f'=IF(OR(${adds}{{row}}="no",COUNT({cells})=0),"",SUM({cells}))'
    return found


def _data_rows(sheet: FilledSheet) -> Iterator[dict[str, object]]:
    for ref, thing in _refs(sheet.summary):
        for datum in asked(sheet.summary, thing.id):
            yield _data_row(ref, datum, sheet.data.get(thing.id, {}).get(datum.name))


def _data_row(ref: str, datum: Datum, value: Decimal | None) -> dict[str, object]:
    return {"row": ref, "name": datum.name, "label": datum.label, "unit": datum.unit, "value": value}

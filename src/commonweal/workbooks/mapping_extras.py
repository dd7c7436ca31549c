"""
Two further sheets of a mapping sheet's workbook: percentages as part and whole, and how an amount is shared.

A percentage of several regions is worked out again from the sums of parts and wholes, so both are asked for. Shares
say which of several counterparts an amount goes to; those of one framework make 100 per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from commonweal.checks.problem import Problem, Severity
from commonweal.crosswalk.sheet import MOST, STATE_FIELDS, Filled, FilledSheet, shared_ways
from commonweal.crosswalk.summary import Thing
from commonweal.quantities import plain
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.forms import Helper
from commonweal.workbooks.layout import ZERO, Cell, Column, SheetLayout
from commonweal.workbooks.tables import Line

HUNDRED = Decimal(100)
DECIMALS, SHARE_DECIMALS = 6, 2
BLANK = "Leave both cells blank where you do not know."
PARTS = SheetLayout(
    "percentages",
    "Percentages",
    "Parts and wholes of KPIs that are percentages.",
    (
        Column("row", "KPI", "Code of the KPI.", required=True),
        Column("label", "What it counts", "The KPI in words.", width=36),
        Column("region", "Region", "The region.", required=True, width=24),
        *(
            column
            for name, word in (("target", "Target"), ("delivered", "Delivered"))
            for column in (
                Column(name, f"{word}: part", f"How many. {BLANK}", Cell.NUMBER, low=ZERO, high=MOST, width=14),
                Column(f"{name}_of", f"{word}: of", f"Out of how many. {BLANK}", Cell.NUMBER, low=ZERO, high=MOST),
                Column(f"{name}_percent", f"{word}: per cent", "Worked out; nothing is to be typed here.", width=12),
                Column(f"{name}_all", f"{word}: all regions, per cent", "Worked out from the sums.", width=12),
            )
        ),
    ),
)
PARTS_ABOUT = (
    "Percentages: how many, and out of how many",
    "The percentage of all regions is worked out again from the sums of parts and wholes. It is no average.",
)
SHARES = SheetLayout(
    "shares",
    "Shares",
    "How an amount is shared that could be counted as several things.",
    (
        Column("row", "KPI", "Code of the KPI.", required=True),
        Column("framework", "Framework", "In whose words.", width=24),
        Column("target", "Counted as", "Id of the counterpart.", required=True, width=24),
        Column("label", "What that counts", "The counterpart in words.", width=48),
        Column("share", "Share, per cent", "Shares make 100.", Cell.NUMBER, low=ZERO, high=HUNDRED, width=14),
    ),
)
SHARES_ABOUT = (
    "Shares",
    "Each of these could be counted as several things of a framework; counted as each it would be counted twice.",
    "Give 100 to one, or shares that make 100 together. Blank where nobody has chosen: it is then named, not counted.",
)
Refs = Sequence[tuple[str, Thing]]
"""Each KPI of a sheet with what names it in the workbook."""


@dataclass(slots=True)
class ExtrasRead:
    """What came back: amounts of percentages by item and region, shares by item and counterpart, what was wrong."""

    amounts: dict[str, dict[str, Filled]] = field(default_factory=dict)
    shares: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, line: Line, name: str, said: str, mend: str) -> None:
        self.problems.append(Problem(code, Severity.ERROR, line.at(name), said, mend))


def helpers_of(sheet: FilledSheet, refs: Refs) -> tuple[Helper, ...]:
    """Return the sheets that this one needs: none where no KPI is a percentage, or nothing is shared."""
    parts, shares = tuple(_part_rows(sheet, refs)), tuple(_share_rows(sheet, refs))
    found = []
    if parts:
        found.append(Helper(PARTS, PARTS_ABOUT, parts, _part_formulas(len(parts))))
    if shares:
        found.append(Helper(SHARES, SHARES_ABOUT, shares))
    return tuple(found)


def read_extras(lines: Mapping[str, Sequence[Line]], sheet: FilledSheet, refs: Refs) -> ExtrasRead:
    """Return what stands on these sheets; a sheet that is missing says nothing."""
    found = ExtrasRead()
    _read_parts(lines.get(PARTS.key, ()), sheet, refs, found)
    _read_shares(lines.get(SHARES.key, ()), sheet, refs, found)
    return found


def _part_rows(sheet: FilledSheet, refs: Refs) -> Iterator[dict[str, object]]:
    for ref, thing in refs:
        if thing.ratio:
            whole = {name: _percent(*sheet.whole(thing.id, name)) for name in STATE_FIELDS}
            for region, name in sheet.places:
                amount = sheet.amount(thing.id, region)
                row: dict[str, object] = {"row": ref, "label": thing.label, "region": name}
                for state in STATE_FIELDS:
                    part, of = getattr(amount, state), amount.of(state)
                    row |= {state: part, f"{state}_of": of, f"{state}_percent": _percent(part, of)}
                    row[f"{state}_all"] = whole[state]
                yield row


def _percent(part: Decimal | None, of: Decimal | None) -> Decimal | None:
    return None if part is None or not of else (part * HUNDRED / of).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _part_formulas(rows: int) -> dict[str, str]:
    """Return the percentages of a row and of its KPI; blank where a part or its whole is not filled in."""
    fields = [column.field for column in PARTS.columns]
    first = len(PARTS_ABOUT) + 3
    last = first + rows - 1
    found = {}
    for state in STATE_FIELDS:
        part, of = (column_letters(fields.index(name)) for name in (state, f"{state}_of"))
        found[f"{state}_percent"] = (
            f'=IF(OR({part}{{row}}="",N({of}{{row}})=0),"",ROUND({part}{{row}}/{of}{{row}}*100,2))'
        )
        sums = [f"SUMIF($A${first}:$A${last},$A{{row}},${c}${first}:${c}${last})" for c in (part, of)]
        found[f"{state}_all"] = f'=IF({sums[1]}=0,"",ROUND({sums[0]}/{sums[1]}*100,2))'
    return found


def _share_rows(sheet: FilledSheet, refs: Refs) -> Iterator[dict[str, object]]:
    for ref, thing in refs:
        for way in shared_ways(sheet.summary, thing.id):
            points = sheet.choices.get((thing.id, way.to), {}).get(way.target.id)
            yield {
                "row": ref,
                "framework": sheet.summary.target(way.to).short_name,
                "target": way.target.id,
                "label": way.target.label,
                "share": None if points is None else Decimal(points) / HUNDRED,
            }


def _read_parts(lines: Sequence[Line], sheet: FilledSheet, refs: Refs, found: ExtrasRead) -> None:
    known = {ref: thing for ref, thing in refs if thing.ratio}
    regions = {name: region for region, name in sheet.places}
    seen: set[tuple[str, str]] = set()
    for line in lines:
        ref, name = str(line.values["row"]), str(line.values["region"])
        if ref not in known or name not in regions:
            field_, what = ("region", name) if ref in known else ("row", ref)
            said = f"This form asks for no percentage of {what}."
            found.wrong("unknown_percentage", line, field_, said, "Use the rows as they are given.")
        elif (ref, name) in seen:
            found.wrong("duplicate", line, "region", f"{ref}, {name} stands twice.", "Keep one of the rows.")
        else:
            seen.add((ref, name))
            amount = _parts(line, found)
            places = found.amounts.setdefault(known[ref].id, {})
            if not amount.empty:
                places[regions[name]] = amount


def _parts(line: Line, found: ExtrasRead) -> Filled:
    said = {name: line.values.get(name) for state in STATE_FIELDS for name in (state, f"{state}_of")}
    for name, value in said.items():
        if value is not None and value != round(value, DECIMALS):
            told = f"{value:f} has more than {DECIMALS} decimals."
            found.wrong("decimals", line, name, told, f"Round it to at most {DECIMALS} decimals.")
    for state in STATE_FIELDS:
        part, of = said[state], said[f"{state}_of"]
        if (part is None) != (of is None):
            name = state if part is None else f"{state}_of"
            told = "A part without its whole." if of is None else "A whole without its part."
            found.wrong("half_a_percentage", line, name, told, "Give how many, and out of how many; or clear both.")
        elif of is not None and of <= 0:
            found.wrong("out_of_range", line, f"{state}_of", f"{of:f} is not above zero.", "Clear both cells instead.")
    return Filled(**said)


def _read_shares(lines: Sequence[Line], sheet: FilledSheet, refs: Refs, found: ExtrasRead) -> None:
    known = {ref: {way.target.id: way.to for way in shared_ways(sheet.summary, thing.id)} for ref, thing in refs}
    things = {ref: thing.id for ref, thing in refs}
    given: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        ref, target = str(line.values["row"]), str(line.values["target"])
        if target not in known.get(ref, {}):
            said = f"{ref} cannot be shared with {target}."
            found.wrong("unknown_share", line, "target", said, "Use the rows as they are given.")
            continue
        group = given.setdefault((ref, known[ref][target]), [])
        if target in {str(one.values["target"]) for one in group}:
            found.wrong("duplicate", line, "target", f"{ref}, {target} stands twice.", "Keep one of the rows.")
            continue
        group.append(line)
        share = _share(line, found)
        chosen = found.shares.setdefault(things[ref], {})
        if share:
            chosen[target] = share
    for (ref, release), group in given.items():
        _check_sum(ref, sheet.summary.target(release).short_name, group, found)


def _share(line: Line, found: ExtrasRead) -> Decimal | None:
    share: Decimal | None = line.values.get("share")
    if share is not None and share != round(share, SHARE_DECIMALS):
        said = f"{share:f} has more than {SHARE_DECIMALS} decimals."
        found.wrong("decimals", line, "share", said, f"Round it to at most {SHARE_DECIMALS} decimals.")
    return share


def _check_sum(ref: str, framework: str, group: Sequence[Line], found: ExtrasRead) -> None:
    """Name the first cell of shares that do not make 100; all blank, or noughts, say that nobody has chosen."""
    whole = sum((line.values.get("share") or ZERO for line in group), ZERO)
    if whole not in (ZERO, HUNDRED):
        said = f"The shares of {ref} in {framework} make {plain(whole)} per cent."
        found.wrong("shares", group[0], "share", said, "Let them make 100, or clear all of them.")

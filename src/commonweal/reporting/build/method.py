"""How the figures were worked out, and which values they rest on."""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.flows import value_id
from commonweal.reporting.build.standing import Standing
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Section, Show, Table

METHOD = (
    "Only verified amounts count as delivered. Claimed, pending, rejected, disputed, relieved, transferred and "
    "written-off amounts are shown beside them and never added to them.",
    "What is verified is compared with what was due by the date of this report, never with the whole-life promise. A "
    "period is due when it has ended. A relieved, transferred or written-off part of a promise is no longer due.",
    "Nil, missing and not due are different things. A nil is a declaration by a named person; a missing return is one "
    "whose due date has passed; not due means that nothing was owed yet. None of them is a zero in a total.",
    "Pounds are worked out once for each movement, rounded half up to the penny, and totals are sums of those pennies. "
    "When an amount is split, the last part takes the pennies that are left.",
    "Pounds per unit were frozen on each KPI when it was agreed; a newer release of values changes nothing here.",
    "Facts that are dated after the date of this report are left out of it.",
)
CHECK = (
    "Every figure opens its working. To check one yourself, run: commonweal explain report.json LINE. With --all "
    "every figure is worked out again from the stored inputs alone.",
)


def method_sections(assembly: Assembly) -> list[Section]:
    """Return the method note and the values used."""
    blocks: list[Block] = [Prose(METHOD, bullets=True), Prose(CHECK)]
    valued = [standing for standing in assembly.standings if standing.kpi.value_per_unit is not None]
    if valued:
        blocks.append(_values(assembly, valued))
    caveats = sorted({standing.caveat for standing in assembly.standings if standing.caveat})
    if caveats:
        blocks.append(Prose(tuple(caveats), bullets=True))
    return [Section("method", "How these figures are worked out", tuple(blocks), page_break=True)]


def _values(assembly: Assembly, valued: Sequence[Standing]) -> Table:
    columns = (
        Column("kpi", "KPI"),
        Column("value", "Pounds per unit", Show.POUNDS, "£"),
        Column("unit", "Unit"),
        Column("series", "Series"),
        Column("source", "Source"),
        Column("on", "Frozen on", Show.DATE),
    )
    rows = tuple(
        Row(
            (
                Cell(f"{s.contract.ref} {s.kpi.ref}"),
                Cell(text="licensed, not shown")
                if s.kpi.value_licensed
                else figure_cell(assembly.book, value_id(s.kpi)),
                Cell(s.kpi.unit),
                Cell(s.kpi.value_series or "–"),
                Cell(s.kpi.value_source or "–"),
                Cell(s.kpi.value_on),
            )
        )
        for s in valued
    )
    return Table("values", "Values used", columns, rows, dense=True)

"""
Read a tender and its bids from a workbook or a folder of CSV files.

Everything that cannot be taken is a problem with its cell. Scoring refuses a tender with an error, because a bid of
which something was left out would be scored unfairly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.portfolio import Supplier
from commonweal.quantities import exact
from commonweal.scoring.formulas import Formula
from commonweal.scoring.models import (
    Asking,
    Bidder,
    Consensus,
    Criterion,
    Declaration,
    Disregard,
    Lot,
    LotMeasure,
    Mark,
    Offer,
    Peer,
    Tender,
)
from commonweal.workbooks.cells import key, unguarded
from commonweal.workbooks.layout import README_SHEET
from commonweal.workbooks.raw import Sheet, Workbook, read_workbook
from commonweal.workbooks.tables import Line, Table, error, nearest, read_lines
from commonweal.workbooks.tender_layout import TENDER_SHEETS

ASKING = {
    "ask_share": "share",
    "ask_one_measure": "one_measure",
    "ask_per_staff": "per_staff",
    "ask_times_peers": "times_peers",
}
ONCE = {
    "criteria": ("code",),
    "measures": ("code",),
    "bidders": ("name",),
    "offers": ("bidder", "measure"),
    "declarations": ("evaluator",),
}
Made = TypeVar("Made")


def read_tender(source: Path | Workbook) -> Tender:
    """
    Return the tender in a workbook (xlsx, xls, ods), a folder of CSV files, or one that is already read.

    Values per unit and other blanks of measures are not filled in: see `complete_tender`; nor are bid workbooks read:
    see `add_bids`.

    :raises BadFile: if the file cannot be read safely or at all, or has no sheet of lots
    """
    book = source if isinstance(source, Workbook) else read_workbook(source)
    tender = Tender(sources=list(book.sources), problems=list(book.problems))
    rows = _rows(book, tender)
    if "lots" not in rows:
        names = ", ".join(layout.name for layout in TENDER_SHEETS)
        raise errors.BadFile(f"{book.name} is no tender: it has no sheet or file called Lots. A tender has {names}.")
    tender.lots = _Building(rows, tender.problems).lots()
    if not tender.lots:
        found = f"{book.name} has no lot."
        tender.problems.append(
            error("nothing_to_score", Origin(book.name, "Lots"), found, "Add one to the Lots sheet.")
        )
    return tender


def _rows(book: Workbook, tender: Tender) -> dict[str, list[Line]]:
    layouts = {key(layout.name): layout for layout in TENDER_SHEETS}
    rows: dict[str, list[Line]] = {}
    for table in _tables(book):
        name = key(table.sheet or Path(table.file).stem)
        if name == key(README_SHEET):
            tender.title = next((row[1] for row in table.rows if len(row) > 1 and key(row[0]) == "title"), "")
        elif name in layouts:
            rows[layouts[name].key] = list(read_lines(table, layouts[name], tender.problems))
        else:
            found = f"“{table.sheet or table.file}” is no sheet of a tender, so nothing was read from it."
            mend = f"The sheets are {', '.join(layout.name for layout in TENDER_SHEETS)}."
            where = Origin(table.file, table.sheet)
            tender.problems.append(Problem("unknown_sheet", Severity.WARNING, where, found, mend))
    return rows


def _tables(book: Workbook) -> Iterator[Table]:
    for at, sheet in enumerate(book.sheets):
        if book.source.format == "folder":
            yield Table(book.sources[at].name, "", _unguarded(sheet))
        else:
            yield Table(book.name, sheet.name, sheet.rows)


def _unguarded(sheet: Sheet) -> list[list[str]]:
    return [[unguarded(cell) for cell in row] for row in sheet.rows]


@dataclass(slots=True)
class _Building:
    """Puts the rows of all sheets together by lot."""

    rows: Mapping[str, list[Line]]
    problems: list[Problem]
    refs: list[str] = field(default_factory=list)

    def lots(self) -> list[Lot]:
        found: dict[str, Lot] = {}
        for line in self.rows["lots"]:
            lot = _lot(line)
            if lot.ref in found:
                self._say("duplicate", line, "ref", f"Lot {lot.ref} stands twice.", "Give each lot its own reference.")
            found.setdefault(lot.ref, lot)
        self.refs = list(found)
        self._place()
        return [self._filled(lot) for lot in found.values()]

    def _place(self) -> None:
        """Give every row its lot: the one it names, or the only one."""
        for sheet, lines in self.rows.items():
            seen: set[tuple[object, ...]] = set()
            for line in lines if sheet != "lots" else []:
                ref = line.values.get("lot") or (self.refs[0] if len(self.refs) == 1 else "")
                if ref not in self.refs:
                    found = (
                        f"There is no lot {ref} on the Lots sheet."
                        if ref
                        else "The row does not say which lot it is of."
                    )
                    self._say("unknown_reference", line, "lot", found, nearest(ref, self.refs) or "Name the lot.")
                line.values["lot"] = ref
                mark = (ref, *(line.values[name] for name in ONCE.get(sheet, ())))
                if sheet in ONCE and mark in seen:
                    what = ", ".join(str(part) for part in mark[1:])
                    self._say("duplicate", line, ONCE[sheet][0], f"{what} stands twice.", "Keep one of the rows.")
                seen.add(mark)

    def _filled(self, lot: Lot) -> Lot:
        bidders = tuple(self._of(lot, "bidders", _bidder))
        measures = tuple(self._of(lot, "measures", _measure))
        criteria = tuple(self._of(lot, "criteria", self._criterion))
        names, codes = [b.name for b in bidders], [m.code for m in measures]
        marked = [c.code for c in criteria]
        for sheet, needs in (
            ("offers", {"bidder": names, "measure": codes}),
            ("decisions", {"bidder": names, "measure": codes}),
            ("marks", {"bidder": names, "criterion": marked}),
            ("consensus", {"bidder": names, "criterion": marked}),
            ("criteria", {"parent": marked, "measure": codes}),
            ("peers", {"measure": codes}),
        ):
            self._check(lot, sheet, needs)
        return replace(
            lot,
            criteria=criteria,
            measures=measures,
            bidders=bidders,
            offers=tuple(self._of(lot, "offers", _plain(Offer))),
            declarations=tuple(self._of(lot, "declarations", _plain(Declaration))),
            marks=tuple(self._of(lot, "marks", _plain(Mark))),
            consensus=tuple(self._of(lot, "consensus", _plain(Consensus))),
            decisions=tuple(self._of(lot, "decisions", _plain(Disregard))),
            peers=tuple(self._of(lot, "peers", _plain(Peer))),
        )

    def _of(self, lot: Lot, sheet: str, make: Callable[[Line], Made]) -> Iterator[Made]:
        for line in self.rows.get(sheet, []):
            if line.values["lot"] == lot.ref:
                yield make(line)

    def _check(self, lot: Lot, sheet: str, needs: Mapping[str, list[str]]) -> None:
        for line in self.rows.get(sheet, []):
            for name, known in needs.items():
                wanted = line.values.get(name)
                if line.values["lot"] == lot.ref and wanted and wanted not in known:
                    found = f"Lot {lot.ref} has no {name if name != 'parent' else 'criterion'} {wanted}."
                    self._say("unknown_reference", line, name, found, nearest(wanted, known) or "Correct it.")

    def _criterion(self, line: Line) -> Criterion:
        values = _values(line)
        if "formula" in values:
            values["formula"] = Formula(values["formula"])
        bands: list[tuple[Decimal, Decimal]] = []
        for start, points in values.pop("bands", ()):
            try:
                bands.append((exact(start), exact(points)))
            except errors.BadQuantity as bad:
                self._say("wrong_type", line, "bands", str(bad), "Write least amount: points, such as 100: 2; 200: 5.")
        return Criterion(**values, bands=tuple(bands), origin=line.origin)

    def _say(self, code: str, line: Line, name: str, found: str, mend: str) -> None:
        self.problems.append(error(code, line.at(name), found, mend, str(line.values.get("lot", ""))))


def _values(line: Line) -> dict[str, Any]:
    return {name: value for name, value in line.values.items() if name != "lot"}


def _plain(kind: Callable[..., Made]) -> Callable[[Line], Made]:
    return lambda line: kind(**_values(line), origin=line.origin)


def _lot(line: Line) -> Lot:
    values = dict(line.values)
    asking = {ASKING[name]: values.pop(name) for name in list(values) if name in ASKING}
    return Lot(**values, asking=Asking(**asking), origin=line.origin)


def _measure(line: Line) -> LotMeasure:
    return LotMeasure(**({"label": "", "unit": ""} | _values(line)), origin=line.origin)


def _bidder(line: Line) -> Bidder:
    values = _values(line)
    supplier = Supplier(values.pop("name"), values.pop("scheme", ""), values.pop("identifier", ""))
    return Bidder(supplier, **values, origin=line.origin)

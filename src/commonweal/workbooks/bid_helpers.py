"""
The two helpers inside a bid workbook: the share of a cost that belongs to this contract, and FTE-years from people.

Each is a sheet whose result is shown live by a formula and worked out again by the engine when the workbook is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commonweal.fte import Employment, fte_years_of, years_in
from commonweal.periods import Period, contract_years
from commonweal.quantities import EXACT, PENNY, plain
from commonweal.workbooks.cells import Written
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.forms import Helper
from commonweal.workbooks.layout import MOST, ONE, YEARS, ZERO, Cell, Column, SheetLayout
from commonweal.workbooks.tables import Line

SPARE_ROWS = 60
YEARS_SHEET = "Contract years"
TINY = Decimal("0.000001")
CELL_EXACT = Decimal("1E-12")
"""As much of a fraction of a year as a spreadsheet keeps as a number."""
ATTRIBUTION = SheetLayout(
    "attribution",
    "Attribution",
    "What is shared between this contract and others, and the part that belongs here.",
    (
        Column("measure", "Measure code", "Choose the measure that it is offered under.", required=True),
        Column("what", "What it is", "Such as a careers fair.", required=True, width=36),
        Column(
            "amount",
            "Whole amount",
            "What it takes in all, in the measure's unit.",
            Cell.NUMBER,
            required=True,
            low=ZERO,
            high=MOST,
        ),
        Column(
            "part",
            "Parts for this contract",
            "Such as 1, where one of three sites belongs to this contract.",
            Cell.NUMBER,
            required=True,
            low=ZERO,
            high=MOST,
        ),
        Column("whole", "Of parts in all", "Such as 3.", Cell.NUMBER, required=True, low=TINY, high=MOST),
        Column("accepted", "Accepted input", "Worked out: amount x parts / parts in all."),
    ),
)
FTE = SheetLayout(
    "fte",
    "FTE",
    "People who work on the contract, and the FTE-years that they make.",
    (
        Column("measure", "Measure code", "Choose the measure that they are offered under.", required=True),
        Column("person", "Person or post", "A post or a token, never a name; two rows of one token are one person."),
        Column(
            "share",
            "Share of full time",
            "1 for full time, 0.5 for half.",
            Cell.NUMBER,
            required=True,
            low=TINY,
            high=ONE,
        ),
        Column("start", "First day", f"First day on the contract. {YEARS}", Cell.DATE, required=True),
        Column("end", "Last day", f"Blank: to the end of the contract. {YEARS}", Cell.DATE),
        Column("years", "FTE-years", "Worked out: share x days worked / days of the year, for each contract year."),
    ),
)


@dataclass(frozen=True, slots=True)
class SharedInput:
    """A cost or effort of which `part` of `whole` belongs to this contract; `amount` in the measure's unit."""

    measure: str
    what: str
    amount: Decimal
    part: Decimal
    whole: Decimal

    @property
    def accepted(self) -> Decimal:
        """The input that counts: `amount` x `part` / `whole`, rounded once, half up, to two decimals."""
        return EXACT.divide(EXACT.multiply(self.amount, self.part), self.whole).quantize(PENNY, ROUND_HALF_UP)

    def __str__(self) -> str:
        share = f"{plain(self.amount)} x {plain(self.part)} of {plain(self.whole)}"
        return f"{self.what}: {share} = {plain(self.accepted)}"


@dataclass(frozen=True, slots=True)
class Post:
    """A person or post on the contract: `share` of full time from `start` to `end`, or to the contract's last day."""

    measure: str
    share: Decimal
    start: dt.date
    person: str = ""
    end: dt.date | None = None


def fte_of(posts: Iterable[Post], term: Period) -> Decimal:
    """Return the FTE-years of posts within a contract, by the engine: nobody counts for more than 1.0 in a year."""
    jobs = [Employment(post.person, post.start, post.end, share=post.share) for post in posts]
    return fte_years_of(employments=jobs, period=term).total.amount


def helped(measure: str, inputs: Iterable[SharedInput], posts: Iterable[Post], term: Period) -> Decimal | None:
    """Return what both helpers have for a measure together, or None where they have nothing."""
    shared = [one.accepted for one in inputs if one.measure == measure]
    people = [one for one in posts if one.measure == measure]
    if not shared and not people:
        return None
    return sum(shared, ZERO) + (fte_of(people, term) if people else ZERO)


def attribution_helper(codes: Sequence[str], inputs: Iterable[SharedInput]) -> Helper:
    """Return the sheet on which shared inputs are entered."""
    layout = _with_choices(ATTRIBUTION, codes)
    amount, part, whole = (_letter(layout, name) for name in ("amount", "part", "whole"))
    cells = f"{amount}{{row}}*{part}{{row}}/{whole}{{row}}"
    formula = f"=IF(N({whole}{{row}})=0,0,ROUND({cells},2))"
    about = (
        "Attribution: what serves other contracts too",
        "One row for each thing. Only the part that belongs to this contract is accepted.",
    )
    rows = tuple(_cells(one) | {"accepted": one.accepted} for one in inputs)
    return Helper(layout, about, rows, {"accepted": formula}, SPARE_ROWS)


def fte_helper(codes: Sequence[str], posts: Iterable[Post], term: Period) -> Helper:
    """Return the sheet on which people are entered, with the engine's own formula live beside each."""
    layout = _with_choices(FTE, codes)
    about = (
        "FTE-years: people, share of full time, first and last day",
        "One row for each person and share. 35 hours a week are full time. Two rows of one token are one person, who "
        "counts for no more than 1.0; that limit is applied when the workbook is read.",
    )
    rows = tuple(_cells(one) | {"years": fte_of([one], term)} for one in posts)
    return Helper(layout, about, rows, {"years": _fte_formula(layout, term)}, SPARE_ROWS)


def years_table(term: Period) -> tuple[str, tuple[tuple[Written, ...], ...]]:
    """Return the sheet of contract years that the FTE formula refers to: first day, last day, days, length in years."""
    rows = [
        (year.start, year.end, year.days, years_in(year).quantize(CELL_EXACT).normalize())
        for year in contract_years(term.start, term.end)
    ]
    return YEARS_SHEET, (("First day", "Last day", "Days", "Years"), *rows)


def _fte_formula(layout: SheetLayout, term: Period) -> str:
    """
    Return the spreadsheet formula of one row: for each year, share x days in common / days of the year x years.

    MAX and MIN take no columns, so that they are written out: the larger of a and b is (a + b + |a - b|) / 2.
    """
    last = len(contract_years(term.start, term.end)) + 1
    first_days, last_days, days, years = (f"'{YEARS_SHEET}'!${c}$2:${c}${last}" for c in "ABCD")
    share, start, end = (f"{_letter(layout, name)}{{row}}" for name in ("share", "start", "end"))
    stop = f"IF(N({end})=0,'{YEARS_SHEET}'!$B${last},{end})"
    later = f"({start}+{first_days}+ABS({start}-{first_days}))/2"
    earlier = f"({stop}+{last_days}-ABS({stop}-{last_days}))/2"
    common = f"({earlier}-{later}+1)"
    return f"=IF(N({share})*N({start})=0,0,SUMPRODUCT(ROUND({share}*({common}+ABS({common}))/2/{days}*{years},6)))"


def _cells(one: SharedInput | Post) -> dict[str, object]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


def shared_input(line: Line) -> SharedInput:
    """Return what a row of the Attribution sheet says."""
    return SharedInput(**{name: line.values[name] for name in SharedInput.__dataclass_fields__})


def post(line: Line) -> Post:
    """Return what a row of the FTE sheet says."""
    return Post(**{name: line.values[name] for name in Post.__dataclass_fields__ if name in line.values})


def sum_formula(measure: str) -> str:
    """Return the formula that adds up what both helpers have for the measure in the cell `measure`."""
    parts = []
    for layout, result in ((ATTRIBUTION, "accepted"), (FTE, "years")):
        code, amount = _letter(layout, "measure"), _letter(layout, result)
        parts.append(f"SUMIF({layout.name}!${code}:${code},{measure},{layout.name}!${amount}:${amount})")
    return f"=ROUND({'+'.join(parts)},6)"


def _letter(layout: SheetLayout, field: str) -> str:
    return column_letters([column.field for column in layout.columns].index(field))


def _with_choices(layout: SheetLayout, codes: Sequence[str]) -> SheetLayout:
    first, *others = layout.columns
    chooser = Column(first.field, first.heading, first.help, Cell.CHOICE, True, tuple(codes), advised=True)
    return SheetLayout(layout.key, layout.name, layout.about, (chooser, *others))

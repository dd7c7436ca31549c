"""
Numbers, dates and states as every renderer writes them.

A number is written with thousands commas; a column has one number of decimals, so that its figures stand in line;
a state is always a word with its symbol, and colour only repeats the word.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commonweal.quantities import plain
from commonweal.reporting.model import Cell, Column, Headline, Headlines, Show, State, Table

SYMBOLS: dict[State, str] = {
    State.NOT_DUE: "○",
    State.NIL: "∅",
    State.MISSING: "▢",
    State.PENDING: "◔",
    State.VERIFIED: "●",
    State.REJECTED: "✕",
    State.DISPUTED: "⚑",
    State.WITHDRAWN: "⊖",
    State.RELIEVED: "↷",
    State.TRANSFERRED: "→",
    State.WRITTEN_OFF: "⌫",
}
RAG_SYMBOLS = {"green": "▲", "amber": "◆", "red": "▼"}
RAG_TONES = {symbol: tone for tone, symbol in RAG_SYMBOLS.items()}
POUNDS = frozenset({"£", "GBP", "pounds"})
NOTHING = "–"
MOST_DECIMALS = 3
SCORE_DECIMALS = 2
MINUS = "\u2212"
NO_BREAK = "\u00a0"
PLURALS = {"person": "people", "family": "families"}
PLURAL_NOUNS = """
apprentice day employee event FTE FTE-year group hour kilometre kilogram learner mile month organisation place
placement plan point school session site start starter student tonne trainee tree visit week year
"""
PLURAL_S = frozenset(PLURAL_NOUNS.split())
NUMERIC = frozenset({Show.QUANTITY, Show.POUNDS, Show.PERCENT, Show.COUNT, Show.SCORE})


@dataclass(frozen=True, slots=True)
class Words:
    """
    A cell in words: `text` with `unit` after it, `symbol` and the `state` it stands for, `tone` for the colour.

    `empty` says that there is no value and that `text` tells why, or is a dash.
    """

    text: str
    unit: str = ""
    symbol: str = ""
    state: str = ""
    tone: str = ""
    empty: bool = False
    figure: str = ""

    @property
    def line(self) -> str:
        """All of it as one line of text."""
        return " ".join(part for part in (self.symbol, self.text, self.unit, self.state) if part)


def number(value: Decimal, places: int | None = None) -> str:
    """Return 1234.5 as '1,234.5', or with exactly `places` decimals, half up; a real minus sign below zero."""
    if places is not None:
        value = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    text = f"{abs(value):,f}" if places is not None else _grouped(plain(abs(value)))
    return MINUS + text if value < 0 else text


def _grouped(text: str) -> str:
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}{dot}{rest}"


def pounds(value: Decimal, places: int | None = 2) -> str:
    """Return 1234.5 as '£1,234.50'; without `places` as many decimals as it has, but never one alone."""
    if places is None:
        places = 0 if decimals(value) == 0 else max(2, decimals(value))
    text = number(abs(value), places)
    return f"{MINUS}£{text}" if value < 0 else f"£{text}"


def percent(value: Decimal, places: int | None = None) -> str:
    """Return 93.75 as '93.75 %', with a space that does not break."""
    return f"{number(value, places)}{NO_BREAK}%"


def day(value: dt.date) -> str:
    """Return a date as '4 November 2026'."""
    return f"{value.day} {value:%B %Y}"


def amount(value: Decimal, unit: str) -> str:
    """Return a number of the book with its unit: '£97,300.00', '93.75 %', '£250.00 per week', '1.875 FTE-year'."""
    if unit in POUNDS:
        return pounds(value, max(2, decimals(value)))
    if unit in ("%", "percent"):
        return percent(value)
    for pound in sorted(POUNDS):
        for joint in ("/", " per "):
            if unit.startswith(pound + joint):
                return f"{pounds(value, max(2, decimals(value)))} per {unit.removeprefix(pound + joint)}"
    return f"{number(value)} {unit_words(value, unit)}".rstrip()


def waiting(*, verified: Decimal, pending: Decimal, due: Decimal, unit: str, short: bool = False) -> str:
    """
    Say how much of what was due waits for a check, where that covers what verified is short of: '75 of 75 hours are
    waiting to be checked', `short` where the amounts stand beside it. It changes no colour: only verified counts.
    """
    if verified >= due or verified + pending < due:
        return ""
    said = amount(pending, unit if unit in POUNDS else "")
    if short:
        return f"{said} waiting to be checked"
    return f"{said} of {amount(due, unit)} {'is' if pending == 1 else 'are'} waiting to be checked"


def unit_words(value: Decimal, unit: str) -> str:
    """The unit after `value`: one hour, two hours; a unit that is no plain noun stays as it is."""
    if value == 1:
        return unit
    head, joint, last = unit.rpartition(" ")
    return head + joint + PLURALS.get(last, f"{last}s" if last in PLURAL_S else last)


def decimals(value: Decimal) -> int:
    """How many decimals `value` needs: 12.50 needs one."""
    return len(plain(value).partition(".")[2])


def heading(column: Column) -> str:
    """The column's heading with its unit: 'Verified (hours)'."""
    return f"{column.heading} ({column.unit})" if column.unit else column.heading


def state_called(name: str) -> State | None:
    """The state that a heading or key names, whatever its case, or None."""
    wanted = name.strip().lower().replace("_", " ")
    return next((state for state in State if state == wanted), None)


def tone(state: State) -> str:
    """The name of a state's colour, as in the style sheets: 'written-off'."""
    return state.value.replace(" ", "-")


def table_words(table: Table) -> list[list[Words]]:
    """
    Every cell of `table` in words.

    One number of decimals for all pounds of the table, one for a column of percentages, and one for a column of
    quantities that names its unit; where rows count different things, each has the decimals that it needs.
    """
    places = _places(table)
    return [
        [words(cell, column, places.get(column.key)) for cell, column in zip(row.cells, table.columns, strict=True)]
        for row in table.rows
    ]


def first_text_column(table: Table) -> int:
    """The index of the column that carries a row's link to its section: the first one of plain text."""
    return next((i for i, column in enumerate(table.columns) if column.show is Show.TEXT), 0)


def headline_words(block: Headlines) -> list[Words]:
    """The big numbers in words; if one amount of pounds has pence, all have."""
    values = [item.cell.value for item in block.items if item.show is Show.POUNDS]
    places = _pence(value for value in values if isinstance(value, Decimal))
    return [_headline(item, places) for item in block.items]


def _headline(item: Headline, places: int) -> Words:
    return words(item.cell, Column("", "", item.show), places if item.show is Show.POUNDS else None)


def _places(table: Table) -> dict[str, int]:
    found: dict[str, int] = {}
    money: list[Decimal] = []
    for index, column in enumerate(table.columns):
        cells = [row.cells[index] for row in table.rows]
        values = [cell.value for cell in cells if isinstance(cell.value, Decimal)]
        if column.show is Show.POUNDS:
            money.extend(values)
        elif column.show is Show.PERCENT or (column.show is Show.QUANTITY and column.unit):
            found[column.key] = min(MOST_DECIMALS, max(map(decimals, values), default=0))
    pence = _pence(money)
    return found | {column.key: pence for column in table.columns if column.show is Show.POUNDS}


def _pence(values: Iterable[Decimal]) -> int:
    return 2 if any(decimals(value) for value in values) else 0


def words(cell: Cell, column: Column, places: int | None = None) -> Words:
    """
    One cell in words, with `places` decimals where it is a number.

    A cell without a value tells why; a rating always names its colour, a state its word.
    """
    if column.show is Show.RAG:
        return _rating(cell)
    state = cell.state.value if cell.state else ""
    symbol, colour = (SYMBOLS[cell.state], tone(cell.state)) if cell.state else ("", "")
    if cell.value is None and not cell.text:
        if not state:
            return Words(NOTHING, empty=True, figure=cell.figure)
        return Words(state, symbol=symbol, tone=colour, empty=column.show is not Show.STATE, figure=cell.figure)
    text = cell.text or _value(cell, column, places)
    if text[:1] in RAG_TONES and not symbol:
        return Words(text[1:].strip(), symbol=text[0], tone=RAG_TONES[text[0]], figure=cell.figure)
    unit = _unit(cell, column)
    said = "" if state and state in text.lower() else state
    return Words(text, unit, symbol, said, colour, cell.value is None and column.show in NUMERIC, cell.figure)


def _unit(cell: Cell, column: Column) -> str:
    if cell.text or not isinstance(cell.value, Decimal) or column.show is not Show.QUANTITY or cell.unit in POUNDS:
        return ""
    return unit_words(cell.value, cell.unit)


def _value(cell: Cell, column: Column, places: int | None) -> str:
    value = cell.value
    if isinstance(value, dt.date):
        return day(value)
    if not isinstance(value, Decimal):
        return str(value)
    if column.show is Show.PERCENT:
        return percent(value, places)
    if column.show is Show.SCORE:
        return number(value, SCORE_DECIMALS)
    if column.show is Show.POUNDS or (column.show is Show.QUANTITY and cell.unit in POUNDS):
        text = pounds(value, places if cell.unit not in POUNDS or places is not None else None)
        return text.replace("£", "") if column.unit in POUNDS else text
    if places is None and decimals(value) > MOST_DECIMALS:
        places = MOST_DECIMALS
    return number(value, places)


def _rating(cell: Cell) -> Words:
    colour = str(cell.value or "").strip().lower()
    if colour not in RAG_SYMBOLS:
        return Words(cell.text or str(cell.value or NOTHING), empty=True, figure=cell.figure)
    text = cell.text or colour.capitalize()
    if not text.lower().startswith(colour):
        text = f"{colour.capitalize()}: {text}"
    return Words(text, symbol=RAG_SYMBOLS[colour], tone=colour, figure=cell.figure)


def clean(text: str) -> str:
    """Return `text` without the control characters that no XML file may hold; tabs and line ends stay."""
    return text.translate(_CONTROL)


_CONTROL = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
)

"""What the look inside a file finds before the file is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from commonweal import errors
from commonweal.workbooks.limits import MIB, Limits

LETTERS = 26


@dataclass(slots=True)
class Extent:
    """
    The rectangle from A1 to the last used cell of one sheet, and the error values in it.

    `errors` maps (row, column), both counted from 0, to what the cell shows, such as "#VALUE!". `unsaved_formulas`
    counts formulas that were stored without their result; `cells` the cells that are written, and `text` the
    characters that they show at most.
    """

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved_formulas: int = 0
    cells: int = 0
    text: int = 0

    def cover(self, rows: int, columns: int) -> None:
        """Grow the rectangle to at least this many rows and columns."""
        self.rows = max(self.rows, rows)
        self.columns = max(self.columns, columns)


def check_extents(extents: dict[str, Extent], name: str, limits: Limits) -> None:
    """
    Refuse sheets that are too long, too wide, or too many.

    :raises BadFile: naming the sheet and the limit
    """
    if len(extents) > limits.sheets:
        raise errors.BadFile(
            f"{name} has {len(extents):,} sheets; at most {limits.sheets:,} are read. Keep the ones that are needed."
        )
    for sheet, extent in extents.items():
        check_extent(extent, sheet, name, limits)
    cells = sum(extent.rows * extent.columns for extent in extents.values())
    if cells > limits.cells:
        raise errors.BadFile(
            f"{name} spans {cells:,} cells over all its sheets; at most {limits.cells:,} are read. Split the file."
        )


def check_extent(extent: Extent, sheet: str, name: str, limits: Limits) -> None:
    """
    Refuse one sheet whose used rectangle is beyond the limits.

    :raises BadFile: naming the sheet, its last cell and the limit
    """
    if extent.rows <= limits.rows and extent.columns <= limits.columns and extent.rows * extent.columns <= limits.cells:
        return
    last = f"{column_letters(extent.columns - 1)}{extent.rows}"
    raise errors.BadFile(
        f"{name}, sheet {sheet}: its last used cell is {last}, so it spans {extent.rows:,} rows and "
        f"{extent.columns:,} columns. At most {limits.rows:,} rows, {limits.columns:,} columns and {limits.cells:,} "
        f"cells are read. Delete the stray cells far from the table, or split the sheet."
    )


def column_letters(index: int) -> str:
    """Return the letters of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number > 0:
        number, rest = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the column counted from 0: A is 0, AA is 26."""
    number = 0
    for letter in letters.upper():
        number = number * LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def check_text(characters: int, name: str, limits: Limits) -> None:
    """
    Refuse a file whose cells together show far more text than it holds: one long text named by very many cells.

    :raises BadFile: with the amount
    """
    if characters > limits.text:
        raise errors.BadFile(
            f"{name} repeats long texts in so many cells that they add up to {characters // MIB:,} million characters; "
            f"at most {limits.text // MIB:,} million are read. Keep the long text in one place."
        )

"""What a check finds: one problem, where it stands, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a problem matters: an error stops the use of the row, a warning asks, a note only tells."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact was read: file name, sheet (empty for CSV), row counted from 1, and column letter or heading."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    def __str__(self) -> str:
        is_letter = 0 < len(self.column) <= 3 and self.row
        cell = f"{self.column}{self.row}" if is_letter else self.column
        row = f"row {self.row}" if self.row and not is_letter else ""
        return ", ".join(part for part in (self.file, self.sheet, row, cell) if part)


NOWHERE = Origin()


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `found` quotes the input, `mend` says what to do about it; both are plain sentences."""

    code: str
    severity: Severity
    where: Origin
    found: str
    mend: str
    subject: str = ""

    def __str__(self) -> str:
        return f"{self.severity.upper()} {self.code} at {self.where}: {self.found} {self.mend}"

"""
Every exception that a caller of the engine may meet.

A message says what was found, where, and how to mend it; it is fit to be shown to a user as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from commonweal.checks.problem import Problem


class CommonwealError(Exception):
    """Base of all errors that are about the user's facts or files, never about a fault of the program."""

    code = "error"

    @property
    def message(self) -> str:
        return str(self)


class BadQuantity(CommonwealError):
    """An amount that is no exact number, or that its unit cannot take."""

    code = "bad_quantity"


class UnitMismatch(CommonwealError):
    """Two units were brought together that are not the same unit."""

    code = "unit_mismatch"


class BadPeriod(CommonwealError):
    """A period that ends before it starts, or that its scheme does not have."""

    code = "bad_period"


class UnknownCode(CommonwealError):
    """A code that no loaded pack has; `nearest` holds the known ones that look like it."""

    code = "unknown_code"

    def __init__(self, message: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.nearest = tuple(nearest)


class NoValueForDate(CommonwealError):
    """A series has no entry in force on the day asked for. A missing value is never zero."""

    code = "no_value_for_date"


class NoValueForPlace(CommonwealError):
    """A series has no entry for the place asked for nor for any place around it."""

    code = "no_value_for_place"


class MixedPacks(CommonwealError):
    """Values of different packs, framework releases or price bases were about to be added without a label."""

    code = "mixed_packs"


class BadPack(CommonwealError):
    """A data pack that its schema refuses; the message names file, line and property."""

    code = "bad_pack"


class IllegalMovement(CommonwealError):
    """A movement between accounts that the ledger does not allow, or more than the account holds."""

    code = "illegal_movement"


class BadSplit(CommonwealError):
    """Shares that do not add up, or that cannot divide the amount."""

    code = "bad_split"


class ChoiceNeeded(CommonwealError):
    """A delivery could be counted under several measures of another framework; `choices` are their ids."""

    code = "choice_needed"

    def __init__(self, message: str, choices: Sequence[str]) -> None:
        super().__init__(message)
        self.choices = tuple(choices)


class BadScoring(CommonwealError):
    """A score, moderation or sensitivity that cannot be worked out from what is given."""

    code = "bad_scoring"


class BadFile(CommonwealError):
    """A file that cannot be read safely or at all."""

    code = "bad_file"


class OtherVersion(CommonwealError):
    """A workbook made from another version of its KPI set; `differences` lists what changed."""

    code = "other_version"

    def __init__(self, message: str, differences: Sequence[str]) -> None:
        super().__init__(message)
        self.differences = tuple(differences)


class RefusedInput(CommonwealError):
    """Input with errors that must be mended first; `problems` holds every one of them."""

    code = "refused_input"

    def __init__(self, message: str, problems: Sequence[Problem]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class BadReport(CommonwealError):
    """A stored report that is incomplete, or a line in it that does not exist."""

    code = "bad_report"


class BadPublication(CommonwealError):
    """Tables that are to be published together, but do not fit each other."""

    code = "bad_publication"


class BadOutput(CommonwealError):
    """A place where a report or file cannot be written, or must not be, because something else is there."""

    code = "bad_output"


class BadSnapshot(CommonwealError):
    """A snapshot that is incomplete or altered, or facts that none can be made of."""

    code = "bad_snapshot"


class MissingExtra(CommonwealError):
    """Something was asked for that needs an optional part which is not installed; the message says how to get it."""

    code = "missing_extra"

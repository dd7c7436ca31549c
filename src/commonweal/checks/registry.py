"""
The register of checks: each has one code, one severity and one line that says what it finds.

A check is a generator over findings; the register turns these into problems with the check's code and severity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from commonweal.checks.context import Context
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.portfolio import Portfolio

NOT_USED = "Until then this row is not used."
STAYS = "Until then its figures stay in the report; do not publish them."


class Finding(NamedTuple):
    """What a check yields: where it stands, what was found, how to mend it, and whom it is about."""

    where: Origin
    found: str
    mend: str
    subject: str = ""


Finder = Callable[[Portfolio, Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """
    One registered check. Call it with a portfolio and a context whose index is of that portfolio.

    `stops` says whether an error keeps its row out of the figures. It does not where only a sum of sound rows is wrong.
    """

    code: str
    severity: Severity
    purpose: str
    find: Finder
    stops: bool = True

    def __call__(self, portfolio: Portfolio, context: Context) -> Iterator[Problem]:
        for finding in self.find(portfolio, context):
            end = "" if self.severity is not Severity.ERROR else f" {NOT_USED if self.stops else STAYS}"
            mend = f"{finding.mend}{end}"
            yield Problem(self.code, self.severity, finding.where, finding.found, mend, finding.subject)


CHECKS: dict[str, Check] = {}


def registered(code: str, severity: Severity, purpose: str, *, stops: bool = True) -> Callable[[Finder], Check]:
    """Enter a finder into `CHECKS` under `code`, which is given once."""

    def enter(find: Finder) -> Check:
        if code in CHECKS:
            raise ValueError(f"Two checks are called {code!r}. Give one of them another code.")
        CHECKS[code] = Check(code, severity, purpose, find, stops)
        return CHECKS[code]

    return enter


def error(code: str, purpose: str, *, stops: bool = True) -> Callable[[Finder], Check]:
    """Register a check whose finding stops the use of the row, unless only a sum of sound rows is wrong."""
    return registered(code, Severity.ERROR, purpose, stops=stops)


def warning(code: str, purpose: str) -> Callable[[Finder], Check]:
    """Register a check whose finding asks somebody to look."""
    return registered(code, Severity.WARNING, purpose)


def note(code: str, purpose: str) -> Callable[[Finder], Check]:
    """Register a check whose finding only tells."""
    return registered(code, Severity.NOTE, purpose)

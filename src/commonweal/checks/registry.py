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


class Finding(NamedTuple):
    """What a check yields: where it stands, what was found, how to mend it, and whom it is about."""

    where: Origin
    found: str
    mend: str
    subject: str = ""


Finder = Callable[[Portfolio, Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One registered check. Call it with a portfolio and a context whose index is of that portfolio."""

    code: str
    severity: Severity
    purpose: str
    find: Finder

    def __call__(self, portfolio: Portfolio, context: Context) -> Iterator[Problem]:
        for finding in self.find(portfolio, context):
            mend = f"{finding.mend} {NOT_USED}" if self.severity is Severity.ERROR else finding.mend
            yield Problem(self.code, self.severity, finding.where, finding.found, mend, finding.subject)


CHECKS: dict[str, Check] = {}


def registered(code: str, severity: Severity, purpose: str) -> Callable[[Finder], Check]:
    """Enter a finder into `CHECKS` under `code`, which is given once."""

    def enter(find: Finder) -> Check:
        if code in CHECKS:
            raise ValueError(f"Two checks are called {code!r}. Give one of them another code.")
        CHECKS[code] = Check(code, severity, purpose, find)
        return CHECKS[code]

    return enter


def error(code: str, purpose: str) -> Callable[[Finder], Check]:
    """Register a check whose finding stops the use of the row."""
    return registered(code, Severity.ERROR, purpose)


def warning(code: str, purpose: str) -> Callable[[Finder], Check]:
    """Register a check whose finding asks somebody to look."""
    return registered(code, Severity.WARNING, purpose)


def note(code: str, purpose: str) -> Callable[[Finder], Check]:
    """Register a check whose finding only tells."""
    return registered(code, Severity.NOTE, purpose)

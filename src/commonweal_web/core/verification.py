"""
What `commonweal verify`, a backup and a restore check: each app registers a function that looks at its own facts.

    @verification.register("audit chain")
    def chain_holds() -> Result:
        return Result("1,204 rows in 3 chains", problems=[...], facts={"head:platform": "ab12..."})

Facts are compared after a restore with those noted in the backup, so they hold only what a restore brings back.
Register from the `ready` of the app's configuration. A function reads and never writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found: a line for people, the problems in words, and facts to compare later."""

    said: str
    problems: Sequence[str] = ()
    facts: Mapping[str, str | int] = field(default_factory=dict)


Check = Callable[[], Result]
_checks: dict[str, Check] = {}


def register(name: str) -> Callable[[Check], Check]:
    """Add a check under `name`; a later one of the same name takes its place."""

    def add(check: Check) -> Check:
        _checks[name] = check
        return check

    return add


def names() -> list[str]:
    """Return the names of all checks, in the order in which they run."""
    return list(_checks)


def run_all() -> dict[str, Result]:
    """Run every check; one that fails itself is a problem in words, and the others still run."""
    return {name: _run(check) for name, check in _checks.items()}


def problems(results: Mapping[str, Result]) -> list[str]:
    """Return all problems, each with the name of the check that found it."""
    return [f"{name}: {problem}" for name, result in results.items() for problem in result.problems]


def _run(check: Check) -> Result:
    try:
        return check()
    except Exception as error:  # whatever is broken must not hide what else is broken
        return Result("could not be checked", problems=[f"the check itself failed: {type(error).__name__}: {error}"])

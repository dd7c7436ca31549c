"""Problems on the screen: counted by severity, and listed with their cell and how to mend them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from commonweal.checks.leave_out import LeftOut, stops
from commonweal.checks.problem import Problem, Severity

MOST_NAMED = 15


def counts(problems: Iterable[Problem]) -> dict[str, int]:
    """Return how many problems there are of each severity, worst first."""
    counted = Counter(problem.severity for problem in problems)
    return {severity.value: counted[severity] for severity in Severity}


def counted_words(problems: Iterable[Problem]) -> str:
    """Return the counts in words: "0 errors, 1 warning, 2 notes"."""
    return ", ".join(f"{number:,} {name}{'' if number == 1 else 's'}" for name, number in counts(problems).items())


def listed(problems: Sequence[Problem]) -> list[str]:
    """Return three lines for each problem, errors first: where, what was found, how to mend it."""
    lines = []
    for severity in Severity:
        for problem in (problem for problem in problems if problem.severity is severity):
            lines.append(f"  {severity.value.upper()} {problem.where} ({problem.code})")
            lines += [f"    {problem.found}", f"    {problem.mend}"]
    return lines


def left_out_lines(problems: Sequence[Problem], left_out: Sequence[LeftOut]) -> list[str]:
    """Return how many problems a report has, and every error with what was left out because of it."""
    if not problems:
        return ["Checks: nothing to mend."]
    lines = [f"Checks: {counted_words(problems)}."]
    wrong = [problem for problem in problems if problem.severity is Severity.ERROR and stops(problem)]
    if wrong:
        lines += ["", "To be mended; each says what is left out until then:"]
        lines += [f"  {p.where or 'the input'}: {p.found} {p.mend}" for p in wrong[:MOST_NAMED]]
        lines += _more(len(wrong) - MOST_NAMED, "errors")
        resting = [row for row in left_out if row.because.endswith("left out")]
        lines += [f"  {row.where}: {row.what}, because {row.because}" for row in resting[:MOST_NAMED]]
        lines += _more(len(resting) - MOST_NAMED, "rows that rest on these")
    return lines


def _more(number: int, what: str) -> list[str]:
    return [f"  ... and {number:,} more {what}; --json names all of them."] if number > 0 else []

"""Run the checks over a whole portfolio: everything is collected, nothing stops."""

from __future__ import annotations

import decimal
from collections.abc import Collection
from dataclasses import replace

from commonweal.checks import claims, codes, dates, decisions, doubles, money, numbers, structure, values
from commonweal.checks.context import Context, Index
from commonweal.checks.problem import Problem
from commonweal.checks.registry import CHECKS, Check
from commonweal.portfolio import Portfolio

MODULES = (numbers, structure, dates, codes, money, values, claims, decisions, doubles)
"""Importing them fills the register; a run without numbers, the first, would not be safe for the rest."""

PRECISION = 60


def check(portfolio: Portfolio, context: Context | None = None, *, only: Collection[str] = ()) -> list[Problem]:
    """
    Return every problem of `portfolio`, check by check, each in the order of the input; never raises for its content.

    `only` limits the run to the checks with these codes. Problems that a reader already put into the portfolio are
    not repeated. Rows with a number that is none are reported and left out of all other checks.
    """
    wanted = [found for code, found in CHECKS.items() if not only or code in only]
    sound = numbers.without_bad_numbers(portfolio)
    prepared = replace(context or Context(), index=Index(sound))
    # Absurd amounts must come out as findings: without traps they become infinities, which compare like numbers.
    with decimal.localcontext(decimal.Context(prec=PRECISION, traps=[])):
        return [problem for one in wanted for problem in one(_given(one, portfolio, sound), prepared)]


def _given(one: Check, portfolio: Portfolio, sound: Portfolio) -> Portfolio:
    return portfolio if one is numbers.not_a_number else sound

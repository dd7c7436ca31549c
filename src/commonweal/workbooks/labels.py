"""The labels by which people name the reporting periods of a contract: Y1 Q2, 2026/27, April to June 2026."""

from __future__ import annotations

from commonweal.periods import Period, label, periods_of, place_in_term
from commonweal.portfolio import Contract
from commonweal.workbooks.cells import key

MOST_NAMED = 480  # forty years of months


def period_labels(contract: Contract, term: Period) -> dict[str, Period]:
    """Return the periods of a contract by their labels in short form: y1q1, 202627q1, apriltojune2026."""
    periods = periods_of(contract.period_scheme, term)
    found = {label_key(label(period)): period for period in periods}
    return found | {
        label_key(name): period for name, period in zip(period_names(contract, term), periods, strict=False)
    }


def period_names(contract: Contract, term: Period) -> list[str]:
    """Return where each period stands in the contract, in words; for terms of many decades the first of them only."""
    scheme = contract.period_scheme
    return [place_in_term(scheme, term, period) for period in periods_of(scheme, term)[:MOST_NAMED]]


def label_key(name: str) -> str:
    """Return a label as it is compared: "Year 1, quarter 2" and "Y1 Q2" are one."""
    return key(name).replace("year", "y").replace("quarter", "q")

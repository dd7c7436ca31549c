"""Leave out the rows that have an error, and everything that rests on them, so that the rest can be reported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.checks.registry import CHECKS
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Note, Portfolio, Receipt, Target

Row = TypeVar("Row", Contract, Kpi, Target, Claim, Receipt, Decision, Note)
Place = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is not used: where it stands, what it is, and the error, or the row that it rests on."""

    where: Origin
    what: str
    because: str


def leave_out(portfolio: Portfolio, problems: Collection[Problem]) -> tuple[Portfolio, list[LeftOut]]:
    """
    Return `portfolio` without the rows that have an error, and the list of all that was left out.

    `problems` are those that `check` found; a reader leaves out its own. A row is known by file, sheet and row
    number, and a contract by its reference as well, because one row of an export is a contract and a KPI. What
    belongs to a contract, KPI or claim that is left out goes with it, unless another row of the same reference stays.
    Facts without an origin always stay.
    """
    errors: dict[Place, list[Problem]] = {}
    for problem in problems:
        if problem.severity is Severity.ERROR and problem.where.row and stops(problem):
            errors.setdefault(_place(problem.where), []).append(problem)
    gone: list[LeftOut] = []
    keep = _Keeper(errors, gone)
    contracts = keep.rows(portfolio.contracts, lambda _: "")
    refs = {contract.ref for contract in contracts}
    lost = {contract.ref for contract in portfolio.contracts} - refs
    kpis = keep.rows(portfolio.kpis, lambda k: _of_contract(k.contract, lost))
    lost_kpis = {kpi.key for kpi in portfolio.kpis} - {kpi.key for kpi in kpis}

    def parent(row: Target | Claim | Decision) -> str:
        return _of_contract(row.contract, lost) or _of_kpi((row.contract, row.kpi), lost_kpis)

    claims = keep.rows(portfolio.claims, parent)
    lost_claims = {(c.contract, c.ref) for c in portfolio.claims} - {(c.contract, c.ref) for c in claims}
    return (
        replace(
            portfolio,
            contracts=contracts,
            kpis=kpis,
            targets=keep.rows(portfolio.targets, parent),
            claims=claims,
            receipts=keep.rows(portfolio.receipts, lambda r: _of_contract(r.contract, lost)),
            decisions=keep.rows(portfolio.decisions, lambda d: parent(d) or _of_claim(d, lost_claims)),
            notes=keep.rows(portfolio.notes, lambda n: _of_contract(n.contract, lost)),
        ),
        gone,
    )


class _Keeper:
    """Sorts rows into those that stay and those that are left out, which it notes with the reason."""

    def __init__(self, errors: dict[Place, list[Problem]], gone: list[LeftOut]) -> None:
        self._errors = errors
        self._gone = gone

    def rows(self, rows: Iterable[Row], parent: Callable[[Row], str]) -> list[Row]:
        kept = []
        for row in rows:
            because = self._error(row) or parent(row)
            if because:
                self._gone.append(LeftOut(row.origin, _what(row), because))
            else:
                kept.append(row)
        return kept

    def _error(self, row: Row) -> str:
        found = self._errors.get(_place(row.origin), [])
        if isinstance(row, Contract):
            found = [problem for problem in found if problem.subject in ("", row.ref)]
        return found[0].code if found else ""


def stops(problem: Problem) -> bool:
    """Return whether an error keeps its row out of the figures; see `Check.stops`."""
    return problem.code not in CHECKS or CHECKS[problem.code].stops


def _place(origin: Origin) -> Place:
    return (origin.file, origin.sheet, origin.row)


def _what(row: Contract | Kpi | Target | Claim | Receipt | Decision | Note) -> str:
    match row:
        case Contract():
            return f"contract {row.ref}"
        case Kpi():
            return f"KPI {row.ref} of {row.contract}"
        case Claim():
            return f"claim {row.ref} of {row.contract}"
        case Target() | Decision():
            return f"{type(row).__name__.lower()} on {row.kpi} of {row.contract}"
        case _:
            return f"{type(row).__name__.lower()} on {row.contract}"


def _of_contract(ref: str, lost: Collection[str]) -> str:
    return f"contract {ref} is left out" if ref in lost else ""


def _of_kpi(key: tuple[str, str], lost: Collection[tuple[str, str]]) -> str:
    return f"KPI {key[1]} of {key[0]} is left out" if key in lost else ""


def _of_claim(decision: Decision, lost: Collection[tuple[str, str]]) -> str:
    return f"claim {decision.claim} is left out" if (decision.contract, decision.claim) in lost else ""

"""
What an uploaded file would make: read by the engine, turned into a plan of plain values, with one line per problem.

Nothing is written here. The plan is what the preview shows and what the confirmation makes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from commonweal import errors, packs
from commonweal.catalogue.units import units
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.periods import Period
from commonweal.portfolio import Contract as Read
from commonweal.portfolio import Kpi as KpiRead
from commonweal.portfolio import Portfolio, Supplier
from commonweal.workbooks.complete import complete, series_lookup
from commonweal.workbooks.detect import read_input
from commonweal_web.contracts import terms
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.selectors import call_offs
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.models import Directorate, Identifier, Organisation

ENDINGS = (".csv", ".xlsx", ".xls", ".ods", ".json")
LAYOUT_WORDS = {
    "contract-workbook": "contract workbook",
    "contracts-register": "local contracts register",
}
MOST_PROBLEMS = 1000


@dataclass(slots=True)
class Plan:
    """What would be made, and what is wrong."""

    contracts: list[dict[str, Any]] = field(default_factory=list)
    kpis: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    sha256: str = ""

    def lines(self) -> list[dict[str, str]]:
        """Return the problems as a page shows them: errors first, in the order of the file."""
        rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
        ordered = sorted(self.problems, key=lambda problem: rank[problem.severity])
        return [line(problem) for problem in ordered[:MOST_PROBLEMS]]


def line(problem: Problem) -> dict[str, str]:
    """Return a problem as plain values: sheet, cell, what was found, what is expected."""
    where = problem.where
    cell = f"{where.column}{where.row}" if where.row and 0 < len(where.column) <= 3 else ""
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "sheet": where.sheet or where.file,
        "cell": cell or (f"row {where.row}" if where.row else ""),
        "found": problem.found,
        "expected": problem.mend,
        "subject": problem.subject,
    }


def stored(content: bytes, name: str) -> tuple[tempfile.TemporaryDirectory[str], Path]:
    """
    Put an upload into a folder of its own, for the engine to read; the caller cleans the folder up.

    :raises Refused: for an ending that is no table
    """
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise Refused(
            f"Choose a spreadsheet or CSV file ({', '.join(ENDINGS)}), not {name}.", code="ending", field="file"
        )
    folder = tempfile.TemporaryDirectory(prefix="commonweal-import-")
    path = Path(folder.name) / f"upload{ending}"
    path.write_bytes(content)
    return folder, path


def register(content: bytes, name: str, *, authority: Organisation, today: dt.date) -> Plan:
    """
    Read a contracts register or a contract workbook into a plan of contracts for one body.

    :raises Refused: if the file cannot be read at all or holds no contracts, in the engine's words
    """
    folder, path = stored(content, name)
    with folder:
        try:
            portfolio = read_input(path, as_at=today)
        except errors.CommonwealError as error:
            raise Refused(error.message.replace(path.name, name), code=error.code, field="file") from error
    portfolio = complete(
        portfolio, catalogue=frameworks.catalogue(), series=series_lookup(load=packs.load_series), units=units()
    )
    plan = Plan(sha256=hashlib.sha256(content).hexdigest(), problems=list(portfolio.problems))
    reader = _Reader(authority, portfolio, plan)
    plan.contracts = [reader.contract(one) for one in portfolio.contracts]
    if not plan.contracts and not any(p.severity is Severity.ERROR for p in plan.problems):
        raise Refused(f"{name} holds no contracts.", code="empty", field="file")
    plan.problems = [_renamed(problem, path.name, name) for problem in plan.problems]
    return plan


def _renamed(problem: Problem, path: str, name: str) -> Problem:
    where = problem.where
    if where.file != path:
        return problem
    renamed = Origin(name, where.sheet, where.row, where.column)
    return Problem(problem.code, problem.severity, renamed, problem.found, problem.mend, problem.subject)


class _Reader:
    """Turns what the engine read into plain values, and says what does not fit this body."""

    def __init__(self, authority: Organisation, portfolio: Portfolio, plan: Plan) -> None:
        self.authority, self.portfolio, self.plan = authority, portfolio, plan
        self.taken = set(Contract.objects.filter(authority=authority).values_list("reference", flat=True))
        self.directorates = {d.name.casefold(): d for d in Directorate.objects.filter(organisation=authority)}

    def contract(self, read: Read) -> dict[str, Any]:
        self._of_this_body(read)
        if read.ref in self.taken:
            found = f"{self.authority} has a contract {read.ref} already."
            self._say("exists", Severity.ERROR, read, found, "Take the row out, or edit the contract on its page.")
        for name, words in (("start", "first"), ("end", "last")):
            if getattr(read, name) is None:
                found = f"{read.ref} has no {words} day."
                self._say("no_date", Severity.ERROR, read, found, f"Give the {words} day of the contract.")
        if read.framework and not frameworks.may_use(read.framework, body=self.authority.pk):
            self._say(
                "unknown_framework", Severity.ERROR, read, f"No framework is called {read.framework}.", "Correct it."
            )
        if not read.suppliers:
            self._say("no_supplier", Severity.ERROR, read, f"{read.ref} names no supplier.", "Give its name.")
        return {
            "reference": read.ref[:60],
            "title": (read.title or read.ref)[:300],
            "starts": _iso(read.start),
            "ends": _iso(read.end),
            "category": self._category(read),
            "value_pence": _pence(read.value),
            "spent_pence": _pence(read.spent),
            "period_scheme": read.period_scheme.value,
            "due_days": read.due_days,
            "lock_days": read.lock_days,
            "division": read.division,
            "place": read.place[:80],
            "rag_green": str(read.rag_green),
            "rag_amber": str(read.rag_amber),
            "criticality": read.criticality[:12],
            "credit_share": None if read.credit_share is None else str(read.credit_share),
            "credit_cap_pence": _pence(read.credit_cap),
            "framework": read.framework,
            "value_pack": read.value_pack,
            "no_kpi_reason": read.no_kpi_reason[:500],
            "framework_agreement": read.framework_agreement,
            "call_off_of": self._agreement(read),
            "additional": bool(read.call_off_of) and read.additional,
            "directorate": self._directorate(read),
            "suppliers": [self._supplier(read, one, at) for at, one in enumerate(read.suppliers)],
            "break_point": _iso(read.next_break),
            "kpis": list(self._kpis(read)),
        }

    def _of_this_body(self, read: Read) -> None:
        if not read.body or read.body.casefold() in (
            self.authority.name.casefold(),
            self.authority.short_name.casefold(),
        ):
            return
        other = Organisation.objects.filter(name__iexact=read.body).exists()
        found = f"{read.ref} belongs to {read.body}, and you import for {self.authority}."
        severity = Severity.ERROR if other else Severity.WARNING
        self._say("other_body", severity, read, found, "Import each body's contracts for that body.")

    def _agreement(self, read: Read) -> str:
        if not read.call_off_of:
            return ""
        inside = next((one for one in self.portfolio.contracts if one.ref == read.call_off_of), None)
        mend = "Correct it, or leave it blank and name the agreement on the contract's page."
        if read.framework_agreement or (inside is not None and inside.call_off_of):
            found = f"{read.ref} would be a call-off of a call-off, which is counted at neither level."
            self._say("second_level", Severity.ERROR, read, found, mend)
        elif not (inside is not None and inside.framework_agreement):
            names = [one.name for one in read.suppliers]
            if call_offs.named(read.call_off_of, authority=self.authority, suppliers=names) is None:
                found = f"No framework agreement {read.call_off_of} is open to call-offs with {', '.join(names)}."
                self._say("no_agreement", Severity.ERROR, read, found, mend)
        return read.call_off_of

    def _category(self, read: Read) -> str:
        if read.category and not cpv.known(read.category):
            found = f"“{read.category}” is no CPV code."
            self._say("no_cpv", Severity.NOTE, read, found, "The category is left blank; choose a code afterwards.")
        return cpv.normal(read.category) if cpv.known(read.category) else ""

    def _directorate(self, read: Read) -> dict[str, Any] | None:
        name = read.directorate.strip()[:120]
        if not name:
            return None
        known = self.directorates.get(name.casefold())
        return {"name": known.name if known else name, "new": known is None}

    def _supplier(self, read: Read, one: Supplier, at: int) -> dict[str, Any]:
        held = (
            Identifier.objects.filter(scheme=one.scheme, value=one.identifier).select_related("organisation").first()
            if one.scheme and one.identifier
            else None
        )
        if held is not None and held.organisation.name.casefold() != one.name.casefold():
            found = f"{one.scheme} {one.identifier} belongs to {held.organisation}, and {read.ref} names {one.name}."
            self._say(
                "other_holder", Severity.WARNING, read, found, "The name is used and the number left out; check it."
            )
            held, one = None, Supplier(one.name)
        same = held.organisation if held else Organisation.objects.filter(name__iexact=one.name).order_by("pk").first()
        return {
            "name": same.name if same else one.name[:200],
            "scheme": one.scheme,
            "identifier": one.identifier,
            "organisation": same.pk if same else None,
            "leads": at == 0,
        }

    def _kpis(self, read: Read) -> Iterator[dict[str, Any]]:
        for kpi in self.portfolio.kpis:
            if kpi.contract == read.ref:
                given = [t for t in self.portfolio.targets if (t.contract, t.kpi, t.version) == (read.ref, kpi.ref, 0)]
                made = kpi_values(kpi) | {
                    "by_period": [[t.period.start.isoformat(), t.period.end.isoformat(), str(t.amount)] for t in given]
                }
                self._adds_up(read, kpi, made)
                yield made

    def _adds_up(self, read: Read, kpi: KpiRead, made: dict[str, Any]) -> None:
        if read.term is None:
            return
        try:
            spread_of(made, terms.periods(read.period_scheme.value, read.term.start, read.term.end))
        except Refused as error:
            problem = Problem(
                "targets", Severity.ERROR, kpi.origin, f"{kpi.ref}: {error.message}", "Correct one.", read.ref
            )
            self.plan.problems.append(problem)

    def _say(self, code: str, severity: Severity, read: Read, found: str, mend: str) -> None:
        self.plan.problems.append(Problem(code, severity, read.origin, found, mend, read.ref))


def spread_of(made: dict[str, Any], periods: list[Any]) -> list[terms.Amount]:
    """Return the targets by period of a planned KPI. Raises Refused where they do not add up."""
    return terms.spread(
        total=None if made["target"] is None else Decimal(made["target"]),
        profile=made["profile"],
        kind=made["kind"],
        over_time=made["over_time"],
        periods=periods,
        given=given_of(made),
    )


def given_of(made: dict[str, Any]) -> dict[Any, Decimal] | None:
    """Return the targets that a file gave by period, or None where the engine divides the whole-life one."""
    rows = made.get("by_period") or []
    return {
        Period(dt.date.fromisoformat(start), dt.date.fromisoformat(end)): Decimal(amount) for start, end, amount in rows
    } or None


def kpi_values(kpi: KpiRead) -> dict[str, Any]:
    """Return what the engine read about a KPI as plain values, named as the service's fields."""
    return {
        "ref": kpi.ref[:40],
        "measure": kpi.measure,
        "deliverable": kpi.deliverable[:500],
        "target": None if kpi.target is None else str(kpi.target),
        "unit": kpi.unit,
        "kind": kpi.kind.value,
        "profile": kpi.profile.value,
        "over_time": kpi.over_time.value,
        "over_contracts": kpi.over_contracts.value,
        "better": kpi.better,
        "evidence_rule": kpi.evidence_rule[:500],
        "place": kpi.place[:80],
        "cohort": kpi.cohort[:80],
        "scalable": kpi.scalable,
        "sensitive": kpi.sensitive,
        "theme": kpi.theme[:200],
        "outcome": kpi.outcome[:200],
        "data": {name: str(value) for name, value in kpi.extra},
    }


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _pence(pounds: Decimal | None) -> int | None:
    return None if pounds is None else int((pounds * 100).to_integral_value(ROUND_HALF_UP))

"""The KPI workbook of a contract: made with the drafts filled in, and read back with cell references."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from commonweal import errors
from commonweal.catalogue import Measure
from commonweal.checks.problem import Problem, Severity
from commonweal.portfolio import Kpi as KpiRead
from commonweal.portfolio import Profile
from commonweal.workbooks.kpi_template import KpiTerms, read_kpi_workbook, write_kpi_template
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.versions import VERSION_SHEET, terms_of
from commonweal_web.contracts import reading
from commonweal_web.contracts.models import Contract, KpiState, KpiVersion
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import selectors as frameworks

OPEN = (KpiState.DRAFT, KpiState.SENT_BACK, KpiState.PROPOSED)
ENDINGS = ("xlsx", "ods")


def template(contract: Contract, codes: list[str], ending: str = "xlsx") -> bytes:
    """
    Return the workbook of a contract for some measures of its framework, or for all that have no approved KPI.

    :raises Refused: without a framework, or for a code that it does not have
    """
    if not contract.framework:
        raise Refused("Choose a framework for the contract first: the workbook lists its measures.", code="framework")
    approved = set(contract.kpis.filter(current__isnull=False).values_list("current__measure", flat=True))
    gone = frameworks.unavailable_codes(contract.framework, body=contract.authority_id, on=clock.today())
    try:
        chosen = [frameworks.measure(contract.framework, code) for code in codes] or [
            one for one in frameworks.measures_of(contract.framework) if one.code not in approved | gone
        ]
    except errors.UnknownCode as error:
        raise Refused(error.message, code=error.code, field="codes") from error
    with tempfile.TemporaryDirectory(prefix="commonweal-kpis-") as folder:
        path = Path(folder) / f"kpis.{ending if ending in ENDINGS else 'xlsx'}"
        write_kpi_template(_terms(contract, tuple(chosen)), path, kpis=_drafts(contract))
        return path.read_bytes()


def read(content: bytes, name: str, *, contract: Contract) -> reading.Plan:
    """
    Read a filled workbook of this contract into a plan: KPIs to draft, and drafts to change.

    :raises Refused: if it cannot be read, or was made for another contract or from another version, with what differs
    """
    folder, path = reading.stored(content, name)
    with folder:
        try:
            asked = _asked(path, contract)
            found = read_kpi_workbook(path, asked)
        except errors.OtherVersion as error:
            differences = " ".join(error.differences)
            raise Refused(
                f"{error.message} {differences}".replace(path.name, name), code=error.code, field="file"
            ) from error
        except errors.CommonwealError as error:
            raise Refused(error.message.replace(path.name, name), code=error.code, field="file") from error
    plan = reading.Plan(sha256=hashlib.sha256(content).hexdigest(), problems=list(found.problems))
    versions = {v.kpi.ref: v for v in _latest(contract)}
    for kpi in found.kpis:
        if kpi.profile in (Profile.STEPPED, Profile.MILESTONES):
            note = f"{kpi.ref} falls due {kpi.profile.value}, so its targets by period are to be typed on its page."
            plan.problems.append(Problem("by_period", Severity.NOTE, kpi.origin, note, "Draft it, then give them."))
        plan.kpis.append(_planned(kpi, versions.get(kpi.ref), plan))
    if not plan.kpis and not any(p.severity is Severity.ERROR for p in plan.problems):
        raise Refused("The workbook promises nothing: fill in at least one row.", code="empty", field="file")
    return plan


def _planned(kpi: KpiRead, version: KpiVersion | None, plan: reading.Plan) -> dict[str, Any]:
    made = reading.kpi_values(kpi) | {"version": None, "shown": None, "by_period": []}
    if version is None:
        return made
    if version.state not in OPEN:
        found = f"{kpi.ref} is {version.get_state_display()} on this contract."
        plan.problems.append(
            Problem("approved", Severity.ERROR, kpi.origin, found, "Clear its row and propose a change instead.")
        )
    return made | {"version": version.pk, "shown": version.version}


def _asked(path: Path, contract: Contract) -> KpiTerms:
    """Return the terms that the workbook must be of: its own list of measures, this contract as it is now."""
    book = read_workbook(path)
    sheet = book.sheet(VERSION_SHEET)
    if sheet is None:
        raise errors.BadFile(f"{book.name} is no KPI workbook: it has no sheet {VERSION_SHEET}. Download a fresh one.")
    made_from = terms_of(sheet.rows, name=book.name)
    about = dict(made_from.about)
    if about.get("Contract") != contract.reference:
        raise errors.BadFile(
            f"{book.name} was made for {about.get('Contract') or 'no contract'}, not for {contract.reference}. "
            "Download the workbook of this contract."
        )
    codes = [code for code, _ in made_from.items]
    return _terms(contract, tuple(frameworks.measure(contract.framework, code) for code in codes))


def _terms(contract: Contract, measures: tuple[Measure, ...]) -> KpiTerms:
    return KpiTerms(contract.framework, measures, contract.reference, contract.starts, contract.ends)


def _latest(contract: Contract) -> list[KpiVersion]:
    rows = KpiVersion.objects.filter(kpi__contract=contract).exclude(state=KpiState.WITHDRAWN)
    return list(rows.select_related("kpi").order_by("kpi_id", "number"))


def _drafts(contract: Contract) -> list[KpiRead]:
    return [
        KpiRead(
            contract=contract.reference,
            ref=v.kpi.ref,
            measure=v.measure,
            deliverable=v.deliverable,
            unit=v.unit,
            target=v.target if v.target is None else Decimal(v.target).normalize() + 0,
            profile=Profile(v.profile),
            place=v.place,
            cohort=v.cohort,
            scalable=v.scalable,
        )
        for v in _latest(contract)
        if v.state in OPEN and v.measure
    ]


def file_name(contract: Contract, day: dt.date, ending: str) -> str:
    """Return a name for the download: kpis-NMC-2026-014-2026-07-08.xlsx."""
    safe = "".join(c if c.isalnum() or c in "-." else "-" for c in contract.reference)
    return f"kpis-{safe}-{day.isoformat()}.{ending if ending in ENDINGS else 'xlsx'}"

"""The return workbook: it goes out filled in as far as the page is, and comes back through the same checks."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from commonweal.checks.problem import Problem, Severity
from commonweal.errors import BadFile
from commonweal.performance.targets import PeriodTarget
from commonweal.portfolio import Claim as ClaimFacts
from commonweal.workbooks.return_template import (
    ReturnTerms,
    read_return_workbook,
    return_terms,
    write_return_template,
)
from commonweal_web.contracts.models import Kpi
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns import drafting, facts
from commonweal_web.delivery.returns.acting import current_claim, locked_return
from commonweal_web.delivery.returns.dates import period_of
from commonweal_web.delivery.returns.drafting import Answer, Words
from commonweal_web.delivery.returns.selectors import drafts_of
from commonweal_web.delivery.returns.sending import answered
from commonweal_web.organisations.policies import Permission

ENDINGS = (".xlsx", ".ods")
MOST_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a workbook: how many answers were taken over, or every problem, and then none was."""

    answers: int = 0
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def workbook_bytes(ret: Return, ending: str = ".xlsx") -> bytes:
    """
    Return the workbook of a return with what was typed so far.

    :raises BadFile: for another ending than .xlsx and .ods
    """
    claims = [claim for claim in drafts_of(ret) if answered(claim)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"return{ending}"
        write_return_template(terms_of(ret), path, claims=[facts.claim_facts(claim, None) for claim in claims])
        return path.read_bytes()


def terms_of(ret: Return) -> ReturnTerms:
    """Return what the workbook is made from; it is the workbook's version too."""
    kpis = facts.kpis_of(ret)
    due = facts.due_in(ret, kpis)
    period = period_of(ret)
    by_ref = {kpi.ref: [PeriodTarget(period, due[kpi.pk])] for kpi in kpis if kpi.pk in due}
    known = {kpi.current.measure: facts.card_of(ret.contract, kpi.current) for kpi in kpis if kpi.current}
    said = [facts.kpi_facts(kpi, kpi.current) for kpi in kpis if kpi.current]
    return return_terms(facts.contract_facts(ret.contract), said, period, due=by_ref, cards=known)


@transaction.atomic
def workbook_take(
    *, ret: Return, name: str, pieces: Iterable[bytes], version: int | None, by: Any, now: dt.datetime
) -> Taken:
    """
    Take over what was filled into a workbook, all of it or nothing.

    :raises BadFile: if it cannot be read, or is not this form
    :raises OtherVersion: if it was made for another contract, period or version of the KPIs, with what changed
    """
    read = _read(ret, name, pieces)
    problems = [problem for problem in read.problems if problem.severity is Severity.ERROR]
    problems += _twice(read.claims)
    warnings = tuple(problem for problem in read.problems if problem.severity is not Severity.ERROR)
    if problems:
        return Taken(problems=tuple(problems), warnings=warnings)
    kpis = {kpi.ref: kpi for kpi in facts.kpis_of(ret)}
    locked_return(ret=ret, by=by, permission=Permission.RETURN_SUBMIT, version=version)
    for claim in read.claims:
        _take(ret, kpis[claim.kpi], claim, by, now)
    ret.refresh_from_db()
    drafting.declarations_save(
        ret=ret,
        version=None,
        only_this_contract=bool(read.declared.get("period_only")),
        only_contracted=bool(read.declared.get("contracted_only")),
        account=ret.account,
        by=by,
        now=now,
    )
    return Taken(answers=len(read.claims), warnings=warnings)


def _read(ret: Return, name: str, pieces: Iterable[bytes]) -> Any:
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise BadFile("The workbook is an .xlsx or .ods file. Choose the one that you downloaded here.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"return{ending}"
        size = 0
        with path.open("wb") as out:
            for piece in pieces:
                size += len(piece)
                if size > MOST_BYTES:
                    raise BadFile("This file has more than 10 MB, which no return workbook has. Choose another.")
                out.write(piece)
        return read_return_workbook(path, terms_of(ret))


def _twice(claims: list[ClaimFacts]) -> list[Problem]:
    often = Counter(claim.kpi for claim in claims)
    return [
        Problem(
            "second_row",
            Severity.ERROR,
            claim.origin,
            f"{claim.kpi} stands in {often[claim.kpi]} rows.",
            "Put the whole amount into one row, and say in the account what happened where.",
        )
        for claim in claims
        if often[claim.kpi] > 1
    ]


def _take(ret: Return, kpi: Kpi, claim: ClaimFacts, by: Any, now: dt.datetime) -> None:
    """Type one answer; what the claim rested on stays where the amount is the same."""
    known = current_claim(ret, kpi)
    same = known is not None and known.amount == claim.amount and known.nil == claim.nil
    answer = Answer(
        amount=None if claim.nil else claim.amount,
        denominator=claim.denominator,
        nil=claim.nil,
        nil_reason=claim.reason if claim.nil else "",
        valid_until=claim.valid_until,
        working=known.working if known and same else {},
        people=None if same else (),
        spend=None if same else (),
    )
    saved = drafting.claim_save(ret=ret, kpi=kpi, shown=None, answer=answer, by=by, now=now)
    if (claim.place, claim.cohort) != (saved.place, saved.cohort) and (claim.place or claim.cohort):
        words = _words(saved, claim)
        drafting.words_save(ret=ret, kpi=kpi, shown=None, words=words, by=by, now=now)


def _words(saved: Claim, claim: ClaimFacts) -> Words:
    return Words(saved.account, claim.place or saved.place, claim.cohort or saved.cohort, saved.warnings_answered)

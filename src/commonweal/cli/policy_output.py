"""What `policy` writes: lines for the screen, a JSON document, and files by their suffix."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from commonweal import errors, packs
from commonweal.calendars import Calendar
from commonweal.cli.inputs import DIVISIONS
from commonweal.cli.show import columns, facts, jsonable, paragraph
from commonweal.policy.clocks import last_day
from commonweal.policy.coverage import QUESTIONS, Coverage
from commonweal.policy.facts import FIELDS, Facts, shown
from commonweal.policy.models import ModelChoice, choose_model, least_weight
from commonweal.policy.rules import Answer, Result, Weighting, labels
from commonweal.portfolio import Portfolio
from commonweal.quantities import plain
from commonweal.reporting import wording
from commonweal.reporting.build.rules import SAID, why
from commonweal.reporting.build.tables import counted
from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import flat, written
from commonweal.reporting.render_xlsx import render_xlsx

ENTERED = "entered into"
SUFFIXES = (".csv", ".xlsx", ".json")
WORTH_NAMING = 12


def write_report(path: Path, report: Report, document: Mapping[str, Any], *, table: str) -> None:
    """
    Write a report to `path`: a workbook, the one table called `table` as CSV, or `document` as JSON, by the suffix.

    :raises BadOutput: for any other suffix
    """
    match path.suffix.lower():
        case ".xlsx":
            path.write_bytes(render_xlsx(report))
        case ".csv":
            path.write_bytes(written(flat(next(one for one in report.tables() if one.name == table))))
        case ".json":
            path.write_text(json.dumps(jsonable(document), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        case _:
            raise errors.BadOutput(f"{path.name} ends in none of {', '.join(SUFFIXES)}. Name a file of one of these.")


def result_document(results: Sequence[Result], known: Facts, entered: dt.date | None) -> dict[str, Any]:
    """Return what every rule says, as JSON can hold it."""
    model, weight = choose_model(results, known), least_weight(results)
    return {
        "facts": [_fact(known, name) for name in known.known],
        "model": {"answer": model.answer, "models": model.models, "because": model.because, "missing": model.missing},
        "weighting": {"answer": weight.answer, "least": weight.weighting, "missing": weight.missing},
        "rules": [_rule(result, entered) for result in results],
    }


def _fact(known: Facts, name: str) -> dict[str, str]:
    fact = known.known[name]
    return {"fact": name, "label": FIELDS[name].label, "value": shown(fact), "source": fact.source}


def _rule(result: Result, entered: dt.date | None) -> dict[str, Any]:
    rule, clock = result.rule, result.rule.effect.clock
    return {
        "rule": rule.id,
        "title": rule.title,
        "topic": rule.topic,
        "answer": result.answer,
        "because": result.because,
        "facts": result.used,
        "missing": [{"fact": name, "label": labels([name])} for name in result.missing],
        "not_relied_on": [one.text for one in result.not_relied_on],
        "duty_holder": rule.duty_holder,
        "effect": rule.effect,
        "last_day": last_day_of(result, entered) if clock else None,
        "pack": result.pack.id,
        "version": result.pack.version,
        "in_force_from": rule.start,
        "provision": rule.provision,
        "source": rule.source,
        "checked_on": rule.checked_on,
        "verified": result.verified,
        "note": rule.note,
    }


def last_day_of(result: Result, entered: dt.date | None) -> dt.date | None:
    """Return the last day of a clock that starts with the contract, where the rule applies and the day is known."""
    clock = result.rule.effect.clock
    if entered is None or clock is None or clock.start != ENTERED or result.answer is not Answer.APPLIES:
        return None
    return last_day(clock, entered, calendars=_calendars())


@cache
def _calendars() -> tuple[Calendar, ...]:
    return tuple(packs.calendar(division) for division in DIVISIONS)


def result_lines(results: Sequence[Result], known: Facts, entered: dt.date | None) -> list[str]:
    """Return what every rule says, for the screen: what applies, what cannot be told, and what does not apply."""
    lines = [_model_line(choose_model(results, known)), _weight_line(results)]
    by_answer = {answer: [one for one in results if one.answer is answer] for answer in Answer}
    for answer, title in ((Answer.APPLIES, "Applies"), (Answer.UNKNOWN, "Cannot be told")):
        if by_answer[answer]:
            lines += ["", f"{title}:"]
        for result in by_answer[answer]:
            lines += ["", *_one(result, entered)]
    if by_answer[Answer.DOES_NOT_APPLY]:
        lines += ["", "Does not apply:", ""]
        lines += [paragraph(f"{one.rule.title}: {one.because}", "  ") for one in by_answer[Answer.DOES_NOT_APPLY]]
    return lines


def _one(result: Result, entered: dt.date | None) -> list[str]:
    rule = result.rule
    by = last_day_of(result, entered)
    source = ", ".join(part for part in (rule.source.title, rule.source.href) if part)
    since = f", from {wording.day(rule.start)}" if rule.start else ""
    about = [
        ("    What", rule.summary),
        ("    Because", result.because),
        ("    By", wording.day(by) if by else ""),
        ("    Weight", _weight_words(rule.effect.weighting)),
        ("    Tier", rule.effect.tier),
        ("    Duty of", rule.duty_holder),
        ("    Unless", "; ".join(f"{one.text} (nobody says so)" for one in result.not_relied_on)),
        ("    Rule", f"{result.pack.name} ({result.pack.version}{since}), {rule.provision}"),
        ("    Source", f"{source}; checked on {wording.day(rule.checked_on)}"),
        (
            "    Verified",
            "" if result.verified == "true" else f"{result.verified.value}: {rule.note or 'see the pack'}",
        ),
    ]
    return [f"  {rule.title}", facts(about)]


def _model_line(model: ModelChoice) -> str:
    named = " or ".join(model.models)
    if model.answer is Answer.APPLIES:
        return f"Social Value Model: {named}."
    if model.answer is Answer.UNKNOWN:
        return f"Social Value Model: {named or 'cannot be told'}. {model.because}"
    return f"Social Value Model: {f'{named}, of its own accord' if named else 'none is mandatory'}."


def _weight_line(results: Sequence[Result]) -> str:
    weight = least_weight(results)
    missing = f" Whether it must be more cannot be told without {labels(weight.missing)}." if weight.missing else ""
    if weight.weighting is not None:
        return f"Least weight of social value: {_weight_words(weight.weighting)}.{missing}"
    if weight.answer is Answer.UNKNOWN:
        return f"Least weight of social value: cannot be told without {labels(weight.missing)}."
    return "Least weight of social value: none is set."


def _weight_words(weighting: Weighting | None) -> str:
    if weighting is None:
        return ""
    words = f"{plain(weighting.percent)} % of the {weighting.basis}"
    if weighting.quantitative is not None and weighting.qualitative is not None:
        words += f" ({plain(weighting.quantitative)} quantitative + {plain(weighting.qualitative)} qualitative)"
    if weighting.absolute_basis:
        words += f"; with an absolute method, of the {weighting.absolute_basis}"
    return words


def coverage_document(coverage: Coverage, portfolio: Portfolio) -> dict[str, Any]:
    """Return the coverage of a register, as JSON can hold it."""
    return {
        "register": portfolio.title,
        "packs": [{"pack": pack.id, "name": pack.name, "version": pack.version} for pack in coverage.packs],
        "contracts": len(coverage.lines),
        "rows_left_out": _left_out(portfolio),
        "counts": {
            question: {SAID[answer]: number for answer, number in coverage.counts(question).items()}
            for question in QUESTIONS
        },
        "missing": {question: coverage.missing(question) for question in QUESTIONS},
        "lines": [
            {
                "contract": line.contract.ref,
                "title": line.contract.title,
                "buyer": line.contract.body,
                "facts": [_fact(line.facts, name) for name in line.facts.known],
                "needs": {
                    question: {"answer": SAID[need.answer], "rules": need.rules, "missing": need.missing}
                    for question, need in line.needs.items()
                },
            }
            for line in coverage.lines
        ],
    }


def coverage_lines(coverage: Coverage, portfolio: Portfolio, output: Path | None) -> list[str]:
    """Return the counts of a register and what is missing, for the screen; without a file, the first contracts too."""
    rows = [("What may be needed", *(SAID[answer].capitalize() for answer in Answer), "Contracts")]
    for question, name in QUESTIONS.items():
        counts = coverage.counts(question)
        rows.append((name, *(f"{counts[answer]:,}" for answer in Answer), f"{sum(counts.values()):,}"))
    named = ", ".join(pack.id for pack in coverage.packs if not all(rule.proposal for rule in pack.rules))
    lines = [
        f"{portfolio.title}: {counted(coverage.lines, 'contract')} under {named}.",
        "",
        columns(rows, right=[1, 2, 3, 4]),
    ]
    left_out = _left_out(portfolio)
    if left_out:
        lines += [
            "",
            f"Left out when the register was read: {counted(range(left_out), 'row')}; see `commonweal check`.",
        ]
    for question, name in QUESTIONS.items():
        missing = coverage.missing(question)
        if missing:
            lines += ["", f"{name} cannot be told without:"]
            lines += [
                paragraph(f"{counted(range(number), 'contract')}: {labels([fact])}", "  ")
                for fact, number in missing.items()
            ]
    return [*lines, "", *([f"Written to {output}."] if output else _first(coverage))]


def _left_out(portfolio: Portfolio) -> int:
    return sum(problem.code == "left_out" for problem in portfolio.problems)


def _first(coverage: Coverage) -> list[str]:
    told = [
        line for line in coverage.lines if any(need.answer is not Answer.DOES_NOT_APPLY for need in line.needs.values())
    ]
    lines = []
    for line in told[:WORTH_NAMING]:
        lines.append(paragraph(f"{line.contract.ref}  {line.contract.title}"))
        for question, need in line.needs.items():
            if need.answer is not Answer.DOES_NOT_APPLY:
                lines.append(paragraph(f"{QUESTIONS[question]}: {SAID[need.answer]}; {why(need)}", "  "))
    more = len(told) - WORTH_NAMING
    return [*lines, f"... and {more:,} more; write all of them to a file with -o."] if more > 0 else lines

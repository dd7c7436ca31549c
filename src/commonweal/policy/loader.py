"""Reads policy packs strictly: what is wrong is refused with file, line and reason, all of it at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.models import Citation
from commonweal.catalogue.policy_schema import (
    ClockFile,
    EffectFile,
    MeasuresFile,
    PolicyFile,
    PolicyRuleFile,
    WeightingFile,
)
from commonweal.catalogue.schema import fields
from commonweal.catalogue.strict import Bounds, Document, Loc, parse, read, refuse_live, sentence, unread, validate
from commonweal.checks.problem import Problem
from commonweal.policy.facts import FIELDS, MODELS, Sort
from commonweal.policy.reading import read_condition
from commonweal.policy.rules import (
    Approval,
    AverageRule,
    Clock,
    Effect,
    MeasureLimits,
    MustHave,
    PolicyPack,
    Rule,
    RuleException,
    Unclear,
    Weighting,
)

BOUNDS = Bounds(characters=400_000, things=20_000)
"""How much of a policy from outside is read: many times what the longest published one needs."""

_PACK = (
    "id", "name", "kind", "publisher", "jurisdiction", "version", "licence", "verified", "checked_on", "undated",
    "example", "description", "notes",
)  # fmt: skip
_RULE = ("id", "title", "topic", "summary", "duty_holder", "provision", "verified", "dated_by", "supersedes", "note")


def load_pack(path: Path, *, name: str = "") -> PolicyPack:
    """
    Read one policy pack.

    :raises BadPack: naming file, line and reason of everything that is wrong: unknown properties, facts, comparators
        and sources, a rule without source or first day, rules that supersede each other in a circle or at the same
        time
    """
    pack, problems = _checked(read(path, name=name or path.name))
    if pack is None:
        raise errors.BadPack("\n".join(sentence(problem) for problem in problems))
    return pack


def read_pack(text: str, *, name: str, bounds: Bounds = BOUNDS) -> tuple[PolicyPack | None, list[Problem]]:
    """
    Read a policy pack from the text of somebody outside: the pack, or None, and everything that is wrong with it.

    The same is asked of it as of a file, and what could harm is asked on top: no more than `bounds`, no aliases, and
    no text that a spreadsheet would run.
    """
    try:
        document = parse(text, name=name, bounds=bounds)
    except errors.BadPack as error:
        return None, [unread(error, name)]
    found = _checked(document)
    refuse_live(document)
    return (None if document.problems else found[0]), document.problems


def _checked(document: Document) -> tuple[PolicyPack | None, list[Problem]]:
    file = validate(document, PolicyFile)
    if file is None:
        return None, document.problems
    pack = _pack(document, file)
    _check(document, file)
    return (None if document.problems else pack), document.problems


def _check(document: Document, file: PolicyFile) -> None:
    counts = Counter(rule.id for rule in file.rules)
    if file.kind == "body" and file.from_ is None and not file.undated:
        found = f"{file.id} has no first day."
        document.report("no_start", ("kind",), found, "Add from, or say under undated why nobody knows it.")
    for at, rule in enumerate(file.rules):
        loc: Loc = ("rules", at)
        if counts[rule.id] > 1:
            document.report("duplicate_rule", (*loc, "id"), f'rule "{rule.id}" stands twice.', "Rename one of them.")
        _check_source(document, file, rule, loc)
        _check_dates(document, file, rule, loc)
        _check_effect(document, rule.effect, (*loc, "effect"))
    _check_chain(document, file)


def _check_source(document: Document, file: PolicyFile, rule: PolicyRuleFile, loc: Loc) -> None:
    if not rule.source:
        document.report("no_source", loc, f"{rule.id} names no source.", "Name where it can be read: source.")
    elif rule.source not in file.sources:
        found = f'{rule.id} cites the source "{rule.source}", which is not listed.'
        document.report("unknown_reference", (*loc, "source"), found, "List the source, or correct it.")


def _check_dates(document: Document, file: PolicyFile, rule: PolicyRuleFile, loc: Loc) -> None:
    start, end = rule.from_ or file.from_, rule.until or file.until
    if rule.dated_by not in FIELDS or FIELDS[rule.dated_by].sort is not Sort.DATE:
        found = f'"{rule.dated_by}" is no day that a rule can be dated by.'
        days = ", ".join(one.id for one in FIELDS.values() if one.sort is Sort.DATE)
        document.report("unknown_field", (*loc, "dated_by"), found, f"Choose from {days}.")
    if start is None and file.kind == "law" and rule.status == "in force":
        document.report("no_start", loc, f"{rule.id} has no first day.", "Add from: a law is picked by its dates.")
    if start and end and end < start:
        document.report("bad_dates", loc, f"{rule.id} ends on {end}, before it starts on {start}.", "Correct them.")


def _check_effect(document: Document, effect: EffectFile, loc: Loc) -> None:
    weighting, clock = effect.weighting, effect.clock
    if weighting is not None:
        parts = [part for part in (weighting.quantitative, weighting.qualitative) if part is not None]
        if parts and sum(parts) != weighting.percent:
            found = f"the parts add up to {sum(parts)} and not to {weighting.percent}."
            document.report("weight_sum", (*loc, "weighting"), found, "Correct the parts or the percentage.")
    if clock is not None and [clock.days, clock.working_days, clock.months].count(None) != 2:
        document.report("bad_clock", (*loc, "clock"), "the clock has not exactly one length.", "Give one of them.")
    for model in effect.models:
        if model not in MODELS:
            mend = f"Choose from {', '.join(MODELS)}."
            document.report("unknown_model", (*loc, "models"), f'there is no model "{model}".', mend)


def _check_chain(document: Document, file: PolicyFile) -> None:
    """Report rules that supersede what is not there, each other in a circle, or one that is still in force."""
    at = {rule.id: index for index, rule in enumerate(file.rules)}
    for index, rule in enumerate(file.rules):
        loc: Loc = ("rules", index, "supersedes")
        if not rule.supersedes:
            continue
        if rule.supersedes not in at:
            found = f'there is no rule "{rule.supersedes}" to supersede.'
            document.report("unknown_reference", loc, found, "Add the rule or correct it.")
            continue
        if _comes_back(rule.id, file, at):
            found = f"{rule.id} supersedes itself, through the rules that it supersedes."
            document.report("cycle", loc, found, "Let the oldest rule supersede none.")
            continue
        older = file.rules[at[rule.supersedes]]
        begins, ends = rule.from_ or file.from_, older.until or file.until
        if begins is not None and (ends is None or ends >= begins):
            until = ends or "further notice"
            found = f"{rule.id} holds from {begins}, but {older.id}, which it supersedes, holds until {until}."
            document.report("overlap", loc, found, "End the older rule the day before.")


def _comes_back(start: str, file: PolicyFile, at: dict[str, int]) -> bool:
    seen: set[str] = set()
    here = start
    while here in at and here not in seen:
        seen.add(here)
        here = file.rules[at[here]].supersedes
    return here == start


def _pack(document: Document, file: PolicyFile) -> PolicyPack:
    sources = {key: Citation(key=key, **cited.model_dump()) for key, cited in file.sources.items()}
    return PolicyPack(
        **fields(file, *_PACK),
        start=file.from_,
        end=file.until,
        sources=sources,
        rules=tuple(_rule(document, file, at, sources) for at in range(len(file.rules))),
    )


def _rule(document: Document, file: PolicyFile, at: int, sources: dict[str, Citation]) -> Rule:
    rule, loc = file.rules[at], ("rules", at)
    return Rule(
        **fields(rule, *_RULE),
        source=sources.get(rule.source, Citation("")),
        checked_on=rule.checked_on or file.checked_on,
        start=rule.from_ or file.from_,
        end=rule.until or file.until,
        proposal=rule.status == "proposal",
        when=read_condition(document, rule.when, (*loc, "when")),
        exceptions=tuple(
            RuleException(
                **fields(one, "id", "provision", "text", "only_if_stated"),
                when=read_condition(document, one.when, (*loc, "exceptions", index, "when")),
            )
            for index, one in enumerate(rule.exceptions)
        ),
        unclear=tuple(
            Unclear(read_condition(document, one.when, (*loc, "unclear", index, "when")), one.why)
            for index, one in enumerate(rule.unclear)
        ),
        effect=_effect(rule.effect),
    )


def _effect(file: EffectFile) -> Effect:
    average = file.average
    return Effect(
        minimum_kpis=file.minimum_kpis,
        models=file.models,
        weighting=_weighting(file.weighting),
        tier=file.tier,
        measures=_measures(file.measures),
        average=None if average is None else AverageRule(**fields(average, "percent", "over", "below")),
        clock=_clock(file.clock),
        approvals=tuple(Approval(**one.model_dump()) for one in file.approvals),
    )


def _weighting(file: WeightingFile | None) -> Weighting | None:
    return None if file is None else Weighting(**file.model_dump())


def _measures(file: MeasuresFile | None) -> MeasureLimits | None:
    if file is None:
        return None
    must = tuple(MustHave(**one.model_dump()) for one in file.must_have)
    return MeasureLimits(file.at_most, file.at_least, must)


def _clock(file: ClockFile | None) -> Clock | None:
    if file is None:
        return None
    return Clock(start=file.from_, **fields(file, "days", "working_days", "months", "repeats"))

"""Turns framework and goal files into the catalogue's dataclasses, and checks what refers to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from commonweal import errors
from commonweal.catalogue import schema
from commonweal.catalogue.models import (
    Card,
    Citation,
    Criterion,
    Framework,
    Goal,
    GoalLink,
    Measure,
    Outcome,
    Relation,
    Rule,
    Target,
    Theme,
)
from commonweal.catalogue.strict import Document, Loc, parse, read, sentence, validate
from commonweal.portfolio import Aggregation, Kind

_ITEM = ("code", "label", "verified", "sources", "note")
_CARD = tuple(Card.__dataclass_fields__)
_MEASURE = [
    "code",
    "label",
    "unit",
    "criteria",
    "evidence",
    "exclusive_with",
    "may_stack_with",
    "sensitive",
    "cohort",
    "expires",
    "better",
    "breakdowns",
    "localised",
    "monetised",
    "values",
    "aliases",
    "since",
    "replaced_by",
    "official",
    "verified",
    "sources",
    "note",
]
_FRAMEWORK = [
    "id",
    "family",
    "name",
    "short_name",
    "publisher",
    "licence",
    "verified",
    "released",
    "applies_from",
    "applies_until",
    "replaces",
    "superseded_by",
    "example",
    "description",
    "notes",
    "facts",
    "dimensions",
    "checked_on",
]
_INHERITED = ("label", "unit", "kind", "over_time", "over_contracts")


def load_framework(path: Path, *, name: str = "") -> Framework:
    """
    Read one release of a framework from its file.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    return _checked(read(path, name=name or path.name))


def parse_framework(text: str, *, name: str) -> Framework:
    """
    Read one release of a framework from the text of its file.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    return _checked(parse(text, name=name))


def _checked(document: Document) -> Framework:
    file = validate(document, schema.FrameworkFile)
    if file is not None:
        check_framework(document, file)
    if file is None or document.problems:
        raise errors.BadPack("\n".join(sentence(problem) for problem in document.problems))
    return framework_of(file)


def load_goals(path: Path, *, name: str = "") -> tuple[Goal, ...]:
    """
    Read the goals and their targets.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    document = read(path, name=name or path.name)
    file = validate(document, schema.GoalsFile)
    if file is None:
        raise errors.BadPack("\n".join(sentence(problem) for problem in document.problems))
    return tuple(
        Goal(goal.code, goal.name, goal.label, tuple(Target(t.code, t.label, goal.code, t.kind) for t in goal.targets))
        for goal in file.goals
    )


def check_framework(document: Document, file: schema.FrameworkFile) -> None:
    """Report codes that stand twice and references to what the release does not have."""
    groups: dict[str, tuple[schema.ItemFile | schema.MeasureFile, ...]]
    groups = {"themes": file.themes, "outcomes": file.outcomes, "criteria": file.criteria, "measures": file.measures}
    for name, items in groups.items():
        counts = Counter(item.code for item in items)
        for index, item in enumerate(items):
            if counts[item.code] > 1:
                loc: Loc = (name, index, "code")
                document.report("duplicate_code", loc, f'code "{item.code}" stands twice.', "Keep one of them.")
            _known(document, (name, index, "sources"), item.sources, file.sources, "source")
    themes, outcomes = {t.code for t in file.themes}, {o.code for o in file.outcomes}
    codes, criteria = {m.code for m in file.measures}, {c.code for c in file.criteria}
    for index, outcome in enumerate(file.outcomes):
        _known(document, ("outcomes", index, "theme"), _given(outcome.theme), themes, "theme")
    for index, criterion in enumerate(file.criteria):
        _known(document, ("criteria", index, "outcome"), [criterion.outcome], outcomes, "outcome")
    for index, measure in enumerate(file.measures):
        _known(document, ("measures", index, "outcome"), _given(measure.outcome), outcomes, "outcome")
        _known(document, ("measures", index, "criteria"), measure.criteria, criteria, "criterion")
        _known(document, ("measures", index, "exclusive_with"), measure.exclusive_with, codes, "measure")
        _known(document, ("measures", index, "may_stack_with"), measure.may_stack_with, codes, "measure")
        _whole(document, index, measure, codes)
    for index, rule in enumerate(file.rules):
        _known(document, ("rules", index, "sources"), rule.sources, file.sources, "source")


def _known(document: Document, loc: Loc, used: Iterable[str], known: Iterable[str], what: str) -> None:
    for key in used:
        if key not in known:
            document.report("unknown_reference", loc, f'there is no {what} "{key}".', f"Add the {what} or correct it.")


def _whole(document: Document, index: int, measure: schema.MeasureFile, codes: set[str]) -> None:
    loc: Loc = ("measures", index)
    if measure.same_as:
        if "/" not in measure.same_as:
            _known(document, (*loc, "same_as"), [measure.same_as], codes, "measure")
        return
    for name in _INHERITED:
        if not getattr(measure, name):
            found = f'property "{name}" is missing in {measure.code}.'
            document.report("missing_property", loc, found, "Add it, or say what the measure is the same_as.")


def _given(text: str) -> list[str]:
    return [text] if text else []


def framework_of(file: schema.FrameworkFile) -> Framework:
    """Return a checked file as the catalogue keeps it."""
    themes = tuple(Theme(id=_id(file, t), framework=file.id, **schema.fields(t, *_ITEM)) for t in file.themes)
    outcomes = tuple(
        Outcome(
            id=_id(file, o),
            framework=file.id,
            goals=_goals(o.goals),
            **schema.fields(o, *_ITEM, "theme", "goals_complete"),
        )
        for o in file.outcomes
    )
    criteria = tuple(
        Criterion(id=_id(file, c), framework=file.id, **schema.fields(c, *_ITEM, "outcome", "parts", "code_verified"))
        for c in file.criteria
    )
    theme_of = {outcome.code: outcome.theme for outcome in outcomes}
    return Framework(
        **schema.fields(file, *_FRAMEWORK),
        rules=tuple(Rule(**schema.fields(rule, "id", "text", "verified", "sources")) for rule in file.rules),
        themes=themes,
        outcomes=outcomes,
        criteria=criteria,
        measures=_measures(file, theme_of),
        sources={key: Citation(key=key, **c.model_dump()) for key, c in file.sources.items()},
    )


def _id(file: schema.FrameworkFile, item: schema.ThemeFile | schema.OutcomeFile | schema.CriterionFile) -> str:
    return item.id or f"{file.id}/{item.code}"


def _goals(links: Iterable[schema.GoalLinkFile]) -> tuple[GoalLink, ...]:
    return tuple(GoalLink(**link.model_dump()) for link in links)


def _measures(file: schema.FrameworkFile, theme_of: Mapping[str, str]) -> tuple[Measure, ...]:
    return tuple(_measure(file, measure, theme_of.get(measure.outcome, "")) for measure in file.measures)


def _measure(file: schema.FrameworkFile, measure: schema.MeasureFile, theme: str) -> Measure:
    same_as = measure.same_as
    if same_as and "/" not in same_as:
        same_as = f"{file.id}/{same_as}"
    return Measure(
        id=f"{file.id}/{measure.code}",
        framework=file.id,
        theme=theme,
        outcome=measure.outcome,
        kind=measure.kind or Kind.REFERENCE,
        over_time=measure.over_time or Aggregation.NONE,
        over_contracts=measure.over_contracts or Aggregation.NONE,
        card=Card(**schema.fields(measure, *_CARD)),
        goals=_goals(measure.goals),
        relations=tuple(
            Relation(**schema.fields(r, "to", "relation", "reason", "verified")) for r in measure.relations
        ),
        same_as=same_as,
        **schema.fields(measure, *_MEASURE),
    )


def resolve_same(measure: Measure, find: Callable[[str], Measure]) -> Measure:
    """
    Return a measure that only says what it is the `same_as` with the definition of that one; its own place stays.

    :raises BadPack: if the chain comes back to where it began
    """
    seen, source = {measure.id}, measure
    while source.same_as and not source.unit:
        if source.same_as in seen:
            raise errors.BadPack(f"{measure.id} is the same_as itself. Let one of them carry the definition.")
        seen.add(source.same_as)
        source = find(source.same_as)
    if source is measure:
        return measure
    own = {"id", "framework", "code", "theme", "outcome", "same_as", "since", "replaced_by", "verified", "sources"}
    kept = {name: getattr(measure, name) for name in own}
    return replace(source, **kept, note=measure.note or source.note)

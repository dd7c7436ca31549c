"""
The rows of a draft that people comment on, frozen as they were, and what became of them in a later release.

A row is a mapping: `key` (fit for an address, once each), `code`, `title`, `name` (both, as a list calls it), `text`,
`group`, and `facts`, which are pairs of a label and words. Values in pounds are never part of a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commonweal import errors
from commonweal.catalogue import schema
from commonweal.catalogue.crosswalk_schema import CrosswalkFile, LinkFile
from commonweal.catalogue.loader import check_framework
from commonweal.catalogue.strict import Document, Model, parse, sentence, validate
from commonweal.crosswalk.models import GOALS
from commonweal.quantities import plain
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.models import Pack

Row = dict[str, Any]
MOST_ROWS = 5_000
MOST_QUESTIONS = 40
LONGEST_QUESTION = 500
KINDS = (Pack.Kind.FRAMEWORK, Pack.Kind.LINKS)
NOT_A_KEY = re.compile(r"[^A-Za-z0-9._~-]+")
CARD = {
    "unit": "Unit",
    "counts": "Counts",
    "does_not_count": "Does not count",
    "unit_rule": "How the unit is counted",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "needs": "What else must be known",
    "attribution": "What is due to the contract",
    "alternative": "If it cannot be counted so",
    "evidence": "Evidence",
    "note": "Note",
}
"""The fields of a measure that are put to comment, with what a page calls them."""
RELATIONS = {
    "same": "is the same as",
    "close": "is close to",
    "narrower": "is narrower than",
    "broader": "is broader than",
    "related": "is related to",
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of frozen rows: added, removed, and changed ones with each fact before and after."""

    added: list[Row]
    removed: list[Row]
    changed: list[Row]


def rows_of(pack: Pack) -> list[Row]:
    """
    Return the rows of a framework or of links.

    :raises Refused: if the draft cannot be read, has nothing to comment on, or more than a page can hold
    """
    if pack.kind not in KINDS:
        raise Refused("People can comment on a framework or on links, not on values.", code="kind", field="pack")
    try:
        found = _keyed(_framework(pack) if pack.kind == Pack.Kind.FRAMEWORK else _links(pack))
    except errors.BadPack as bad:
        first = str(bad).splitlines()[0]
        raise Refused(f"The draft cannot be read: {first}", code="unreadable", field="pack") from None
    if not found:
        raise Refused("The draft has no measure, criterion or link to comment on.", code="empty", field="pack")
    if len(found) > MOST_ROWS:
        said = f"The draft has {len(found):,} rows. People can be asked about {MOST_ROWS:,} at most; divide it."
        raise Refused(said, code="too_many", field="pack")
    return found


def questions_as_rows(questions: Iterable[str]) -> list[Row]:
    """
    Return questions as rows that people comment on.

    :raises Refused: where there is none, one is said twice or too long, or there are more than a form can ask
    """
    said = [" ".join(one.split()) for one in questions if one.strip()]
    if not said:
        raise Refused("Enter at least one question.", code="empty", field="questions")
    if len(said) > MOST_QUESTIONS:
        words = f"Ask {MOST_QUESTIONS} questions at most; these are {len(said)}."
        raise Refused(words, code="too_many", field="questions")
    long = next((number for number, one in enumerate(said, 1) if len(one) > LONGEST_QUESTION), 0)
    if long:
        words = f"Question {long} is longer than {LONGEST_QUESTION} characters. Shorten it, or make two of it."
        raise Refused(words, code="long", field="questions")
    twice = next((one for one, count in Counter(map(str.casefold, said)).items() if count > 1), "")
    if twice:
        raise Refused(f"One question stands there twice: “{twice}”.", code="twice", field="questions")
    return [{**_row(f"Q{number}", one, "", ()), "key": f"Q{number}"} for number, one in enumerate(said, 1)]


def find(rows: Iterable[Row], key: str) -> Row | None:
    """Return the row of that key."""
    return next((row for row in rows if row["key"] == key), None)


def compare(before: Sequence[Row], after: Sequence[Row]) -> Changes:
    """Return what changed from frozen rows to later ones, told apart by their keys."""
    old, new = {row["key"]: row for row in before}, {row["key"]: row for row in after}
    return Changes(
        added=[_named(row) for key, row in new.items() if key not in old],
        removed=[_named(row) for key, row in old.items() if key not in new],
        changed=[
            {**_named(new[key]), "facts": facts}
            for key, row in old.items()
            if key in new and (facts := _differences(row, new[key]))
        ],
    )


def _named(row: Row) -> Row:
    return {name: row[name] for name in ("key", "name")}


def _differences(before: Row, after: Row) -> list[list[str]]:
    old, new = _facts(before), _facts(after)
    labels = dict.fromkeys([*old, *new])
    return [[each, old.get(each, ""), new.get(each, "")] for each in labels if old.get(each, "") != new.get(each, "")]


def _facts(row: Row) -> dict[str, str]:
    return {"Name": row["title"], "Group": row["group"], **dict(row["facts"])}


def _keyed(rows: Iterable[Row]) -> list[Row]:
    """Give each row a key that no other has: its code as an address can hold it, numbered where that repeats."""
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        base = NOT_A_KEY.sub("-", row["code"]).strip(".")[:100] or "row"
        seen[base.casefold()] += 1
        count = seen[base.casefold()]
        found.append({**row, "key": base if count == 1 else f"{base}~{count}"})
    return found


def _read(pack: Pack, model: type[Model]) -> tuple[Document, Model]:
    document = parse(pack.document, name=pack.file_name)
    file = validate(document, model)
    if file is None:
        raise _bad(document)
    return document, file


def _bad(document: Document) -> errors.BadPack:
    return errors.BadPack("\n".join(sentence(problem) for problem in document.problems))


def _framework(pack: Pack) -> Iterator[Row]:
    document, file = _read(pack, schema.FrameworkFile)
    check_framework(document, file)
    if document.problems:
        raise _bad(document)
    themes = {theme.code: theme.label for theme in file.themes}
    outcomes = {outcome.code: outcome for outcome in file.outcomes}
    codes = {measure.code: measure for measure in file.measures}

    def group(code: str) -> str:
        outcome = outcomes.get(code)
        names = [themes.get(outcome.theme, ""), outcome.label] if outcome else []
        return ": ".join(name for name in names if name)

    for criterion in file.criteria:
        facts = [["Parts", "; ".join(criterion.parts)], ["Note", criterion.note]]
        yield _row(criterion.code, criterion.label, group(criterion.outcome), facts)
    for measure in file.measures:
        yield _measure(measure, group(measure.outcome), codes)
    if not file.criteria and not file.measures:
        for one in file.outcomes:
            yield _row(one.code, one.label, themes.get(one.theme, ""), [["Note", one.note]])


def _measure(measure: schema.MeasureFile, group: str, codes: Mapping[str, schema.MeasureFile]) -> Row:
    label, card = measure.label, {name: getattr(measure, name) for name in CARD}
    if measure.same_as and not measure.unit:
        source = codes.get(measure.same_as)
        other = source or selectors.measure_or_none(*_parted(measure.same_as))
        label = label or getattr(other, "label", "") or measure.same_as
        inherited = getattr(other, "card", other)
        card = {name: card[name] or getattr(inherited, name, "") or getattr(other, name, "") for name in CARD}
    facts = [[words, card[name]] for name, words in CARD.items()]
    facts.append(["Goals", ", ".join(goal.code for goal in measure.goals)])
    return _row(measure.code, label, group, facts, text=card["counts"])


def _parted(item: str) -> tuple[str, str]:
    release, _, code = item.rpartition("/")
    return release, code


def _links(pack: Pack) -> Iterator[Row]:
    _, file = _read(pack, CrosswalkFile)
    for link in file.rows:
        (source_code, source), (target_code, target) = _end(link.from_), _end(link.to)
        code = " to ".join(part for part in (source_code, target_code) if part)
        words = f"{RELATIONS[link.relation]} {target}" if link.relation in RELATIONS else "has no counterpart"
        group = f"From {_release(file.from_)} to {_release(file.to)}"
        reading = f"{source} {words}"
        yield _row(code, reading, group, _link_facts(link, source, target), text=link.reason, name=reading)


def _link_facts(link: LinkFile, source: str, target: str) -> list[list[str]]:
    datum = link.datum
    return [
        ["From", f"{source} ({link.from_})"],
        ["Relation", link.relation],
        ["To", f"{target} ({link.to})" if link.to else ""],
        ["Factor", plain(link.factor) if link.factor is not None else ""],
        ["What else must be known", f"{datum.label} ({datum.unit})" if datum else ""],
        ["Share", f"{link.weight} of 10000" if link.weight is not None else ""],
        ["Reason", link.reason],
    ]


def _end(item_id: str) -> tuple[str, str]:
    """Return the code of an item, and code and label where everybody may see it."""
    items = selectors.public_crosswalk().items
    if item_id in items:
        item = items[item_id]
        return item.code, item.label if item.label.startswith(item.code) else f"{item.code} {item.label}"
    code = item_id.rpartition("/")[2]
    return code, code


def _release(release_id: str) -> str:
    """Return a release in words where everybody may see it."""
    if release_id == GOALS:
        return "the Sustainable Development Goals"
    known = {one.id: one.short_name or one.name for one in selectors.public_catalogue().frameworks}
    return known.get(release_id, release_id)


def _row(code: str, title: str, group: str, facts: Iterable[list[str]], *, text: str = "", name: str = "") -> Row:
    kept = [[label, words] for label, words in facts if words]
    words = {"code": code, "title": title or code, "name": name or f"{code} {title}".strip()}
    return {**words, "text": text, "group": group, "facts": kept}

"""
Match the headings of a file to the fields of a layout, and say how each was matched.

First by known synonyms, with case, spacing, punctuation and spelling variants apart; then by likeness, which is
reported as a guess. The mapping can be saved, corrected and given back: then it decides alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib import resources
from typing import Any

import yaml

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.raw import Sheet

LIKE_ENOUGH = 0.86
CLEARLY_BETTER = 0.04
ROWS_SEARCHED = 40
FEW = 2


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a layout: its type (text, money, number, date, yes_no, company, charity) and known headings."""

    id: str
    type: str
    headings: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of table that is known by its headings. `shows` are fields that tell this layout from others."""

    id: str
    title: str
    fields: tuple[Field, ...]
    shows: tuple[str, ...] = ()

    def field(self, id: str) -> Field:
        """Return the field called `id`; KeyError if there is none."""
        return {field.id: field for field in self.fields}[id]


@dataclass(frozen=True, slots=True)
class Match:
    """One heading and the field it stands for; `how` is known, guessed or given; `field` is empty where unused."""

    heading: str
    column: int
    field: str
    how: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one table's headings were understood. `row` counts from 1; 0 where the table has no headings."""

    layout: str
    row: int
    matches: tuple[Match, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def columns(self) -> dict[str, int]:
        """The column of each field found, counted from 0."""
        return {match.field: match.column for match in self.matches if match.field}

    def as_dict(self) -> dict[str, str]:
        """Return heading -> field, as it is shown, saved and given back; unused headings have an empty field."""
        return {match.heading or column_letters(match.column): match.field for match in self.matches}

    def to_json(self) -> str:
        """Return the mapping as JSON, one line a heading, to be saved and edited."""
        return json.dumps({"layout": self.layout, "headings": self.as_dict()}, indent=2, ensure_ascii=False) + "\n"


def mapping_from_json(saved: str) -> dict[str, str]:
    """
    Return heading -> field from what `Mapping.to_json` wrote, or from the same as YAML.

    :raises BadFile: if it is neither
    """
    try:
        loaded = yaml.safe_load(saved)
        headings = loaded["headings"]
        return {str(heading): str(field or "") for heading, field in headings.items()}
    except (yaml.YAMLError, TypeError, KeyError, AttributeError):
        raise errors.BadFile(
            "The saved mapping cannot be read. It needs one part called headings, with a line «heading: field» each."
        ) from None


@cache
def layout(id: str) -> Layout:
    """
    Return a layout shipped with the data package.

    :raises UnknownCode: if there is none of that name
    """
    files = resources.files("commonweal_data") / "headings"
    file = files / f"{id}.yaml"
    if not file.is_file():
        known = sorted(each.name.removesuffix(".yaml") for each in files.iterdir() if each.name.endswith(".yaml"))
        raise errors.UnknownCode(f"There is no layout called {id}. Known: {', '.join(known)}.", known)
    return _layout(yaml.safe_load(file.read_text(encoding="utf-8")))


def _layout(raw: dict[str, Any]) -> Layout:
    fields = tuple(
        Field(each["id"], each["type"], tuple(each["headings"]), each.get("required", False)) for each in raw["fields"]
    )
    return Layout(raw["id"], raw["title"], fields, tuple(raw.get("shows", ())))


def key(heading: str) -> str:
    """Return what is compared of a heading: its words in small letters, with signs, numbering and -ize/-ise apart."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).lower().replace("&", " and ")
    return re.sub(r"iz(?=e|a|i)", "is", " ".join(re.findall(r"[a-z0-9]+", spaced)))


@cache
def known_headings(id: str) -> dict[str, str]:
    """Return each known heading's key -> field of a layout."""
    return {key(heading): field.id for field in layout(id).fields for heading in (field.id, *field.headings)}


def find_heading_row(sheet: Sheet, id: str) -> int | None:
    """
    Return the row, counted from 0, that has most known headings among the first rows; None if no row has two.

    A table that was sorted with its headings has them somewhere below: then a row with three of them is taken.
    """
    known = known_headings(id)
    at, count = _most(sheet.rows[:ROWS_SEARCHED], known)
    if count >= FEW:
        return at
    at, count = _most(sheet.rows, known)
    return at if count > FEW else None


def _most(rows: Sequence[Sequence[str]], known: dict[str, str]) -> tuple[int, int]:
    counts = [len({known[key(cell)] for cell in row if cell and key(cell) in known}) for row in rows]
    count = max(counts, default=0)
    return (counts.index(count) if counts else 0), count


def match_headings(
    headings: Sequence[str], *, layout_id: str, where: Origin, given: dict[str, str] | None = None
) -> Mapping:
    """
    Return which column holds which field.

    Problems: a required field that no heading stands for (error), two headings for one field (warning), a heading
    matched by likeness (note), a heading that nobody knows (note).
    """
    matches = _given(headings, given) if given is not None else _matched(headings, layout_id)
    problems = [*_doubles(matches, where), *_guesses(matches, where), *_missing(matches, layout_id, where)]
    used: set[str] = set()
    single = tuple(_once(match, used) for match in matches)
    return Mapping(layout_id, where.row, single, tuple(problems))


def _given(headings: Sequence[str], given: dict[str, str]) -> list[Match]:
    wanted = {key(heading): field for heading, field in given.items()}
    matches = []
    for column, heading in enumerate(headings):
        name = key(heading) or column_letters(column).lower()
        if heading.strip() or name in wanted:
            matches.append(Match(" ".join(heading.split()), column, wanted.get(name, ""), "given"))
    return matches


def _matched(headings: Sequence[str], layout_id: str) -> list[Match]:
    known = known_headings(layout_id)
    keys = [key(heading) for heading in headings]
    taken = {known[each] for each in keys if each in known}
    matches = []
    for column, heading in enumerate(headings):
        if not heading.strip():
            continue
        name, how = known.get(keys[column], ""), "known"
        if not name:
            name, how = _likely(keys[column], known, taken), "guessed"
        matches.append(Match(" ".join(heading.split()), column, name, how if name else ""))
    return matches


def _likely(heading: str, known: dict[str, str], taken: set[str]) -> str:
    """The one field whose heading is most alike and clearly more alike than any other field's."""
    scores: dict[str, float] = {}
    for other, field in known.items():
        if field not in taken:
            ratio = SequenceMatcher(None, heading, other).ratio()
            scores[field] = max(ratio, scores.get(field, 0.0))
    ranked = sorted(scores.items(), key=lambda pair: -pair[1])[:2]
    if not ranked or ranked[0][1] < LIKE_ENOUGH:
        return ""
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < CLEARLY_BETTER:
        return ""
    return ranked[0][0]


def _once(match: Match, used: set[str]) -> Match:
    if match.field in used:
        return Match(match.heading, match.column, "", "")
    if match.field:
        used.add(match.field)
    return match


def _doubles(matches: list[Match], where: Origin) -> list[Problem]:
    first: dict[str, Match] = {}
    problems = []
    for match in matches:
        if match.field in first:
            problems.append(
                Problem(
                    "heading_twice",
                    Severity.WARNING,
                    _at(where, match),
                    f"“{first[match.field].heading}” and “{match.heading}” both look like {match.field}.",
                    "The first is used. Name the right one in a saved mapping.",
                )
            )
        elif match.field:
            first[match.field] = match
    return problems


def _guesses(matches: list[Match], where: Origin) -> list[Problem]:
    problems = []
    for match in matches:
        if match.how == "guessed":
            found = f"The heading “{match.heading}” is not known; it is taken for {match.field} because it looks alike."
            mend = "Check it; a saved mapping settles it."
            problems.append(Problem("heading_guessed", Severity.WARNING, _at(where, match), found, mend))
        elif not match.field:
            found = f"The heading “{match.heading}” is not known, so its column is not used."
            mend = "Name its field in a saved mapping if it is needed."
            problems.append(Problem("heading_unknown", Severity.NOTE, _at(where, match), found, mend))
    return problems


def _missing(matches: list[Match], layout_id: str, where: Origin) -> list[Problem]:
    found = {match.field for match in matches}
    return [
        Problem(
            "heading_missing",
            Severity.ERROR,
            where,
            f"No heading stands for {field.id}.",
            f"Add a column such as “{field.headings[0]}”, or name its heading in a saved mapping.",
        )
        for field in layout(layout_id).fields
        if field.required and field.id not in found
    ]


def _at(where: Origin, match: Match) -> Origin:
    return Origin(where.file, where.sheet, where.row, column_letters(match.column))

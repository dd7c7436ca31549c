"""
Reads YAML strictly and remembers on which line each thing stands.

Refused: the same key twice, anchors and aliases, numbers with a decimal point outside quotes (YAML would make them
floats), whole numbers with a leading zero (YAML would read them as octal), and whatever the schema does not allow.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity

Loc = tuple[str | int, ...]

Model = TypeVar("Model", bound="Strict")

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_WORDS = {"true": True, "false": False}
_LIVE = re.compile(r"\s*'*\s*[=+@\uff1d\uff0b\uff20\uff0d-]")
LISTED_DEPTH = 2
COUNTED_ON = 10
"""A file of too many things is counted on to so many times their number, to say what there is too much of."""
_NUMBER = re.compile(r"\s*[+-]?[0-9][0-9,]*(\.[0-9]+)?\s*")


@dataclass(frozen=True, slots=True)
class Bounds:
    """
    How much of a file from outside is read: its characters, the things in it, and how deep they may lie.

    Of the list called `listed` at the top of the file at most `most` items are taken; what is beyond is counted, so
    that the refusal names how many there are and where the first one too many stands.
    """

    characters: int = 8_000_000
    things: int = 150_000
    depth: int = 20
    listed: str = ""
    most: int = 0


OUTSIDE = Bounds()


class Strict(BaseModel):
    """Base of every file schema: unknown properties are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def allowed(cls, loc: Loc = ()) -> list[str]:
        """Return the properties that the thing at `loc` may have, in the order of the schema."""
        model: type[Strict] = cls
        steps = iter(loc)
        for step in steps:
            info = next((info for name, info in model.model_fields.items() if step in (info.alias, name)), None)
            inner = None if info is None else _schema_in(info.annotation)
            if info is None or inner is None:
                continue
            model = inner
            if get_origin(info.annotation) is dict:
                next(steps, None)
        return [info.alias or name for name, info in model.model_fields.items()]


def _schema_in(annotation: object) -> type[Strict] | None:
    if isinstance(annotation, type) and issubclass(annotation, Strict):
        return annotation
    found = (_schema_in(argument) for argument in get_args(annotation))
    return next((schema for schema in found if schema is not None), None)


@dataclass(slots=True)
class Document:
    """A file's data with the line of every key and item."""

    name: str
    data: Any
    lines: dict[Loc, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, loc: Loc) -> int:
        """Return the line of `loc`, or of the nearest thing around it."""
        while loc and loc not in self.lines:
            loc = loc[:-1]
        return self.lines.get(loc, 1)

    def subject(self, loc: Loc) -> str:
        """Return the id or code of the innermost thing around `loc` that has one."""
        found, here = self.name, self.data
        for step in ((), *((s,) for s in loc)):
            for key in step:
                here = _inside(here, key)
            if isinstance(here, Mapping):
                found = str(here.get("id") or here.get("code") or found)
        return found

    def report(self, code: str, loc: Loc, found: str, mend: str) -> None:
        """Note a problem at `loc`."""
        column = str(loc[-1]) if loc else ""
        where = Origin(file=self.name, row=self.line(loc), column=column)
        self.problems.append(Problem(code, Severity.ERROR, where, found, mend, self.subject(loc)))


def sentence(problem: Problem) -> str:
    """Return a problem of a data file as one sentence: file, line, what was found, how to mend it."""
    return f"{problem.where.file} line {problem.where.row}: {problem.found} {problem.mend}"


def read(path: Path, *, name: str = "") -> Document:
    """
    Read one YAML file; what is wrong with its form is in `problems` of the result, `name` names it in messages.

    :raises BadPack: if it cannot be read at all
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise errors.BadPack(f"{name or path.name} cannot be read: {error}. Save it as UTF-8 text.") from None
    return parse(text, name=name or path.name)


def parse(text: str, *, name: str, bounds: Bounds | None = None) -> Document:
    """Read YAML text, as `read` does; with `bounds`, text that holds more or hides it behind aliases is not built."""
    document = Document(name, None)
    try:
        if bounds is not None:
            _measure(text, name, bounds)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = getattr(error, "problem", None) or "not YAML"
        raise errors.BadPack(f"{name} line {line}: {reason}. Mend the YAML there.") from None
    if node is None:
        raise errors.BadPack(f"{name} line 1: the file is empty. Write at least an id.")
    document.data = _Builder(document).build(node, ())
    return document


def _measure(text: str, name: str, bounds: Bounds) -> None:
    """Count what the text holds without building any of it."""
    if len(text) > bounds.characters:
        raise errors.BadPack(f"{name} has {len(text):,} characters; at most {bounds.characters:,} are read. Split it.")
    things = depth = full = 0
    listed = _Listed(bounds)
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1  # type: ignore[union-attr]  # an event that was read has a mark
        if isinstance(event, yaml.AliasEvent):
            raise errors.BadPack(f"{name} line {line}: an alias stands here. Write the thing out.")
        if isinstance(event, yaml.NodeEvent):
            things += 1
            listed.take(event, depth, line)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > bounds.depth:
            raise errors.BadPack(f"{name} line {line}: more than {bounds.depth} things lie in each other. Lay it flat.")
        if things > bounds.things and not full:
            full = line  # said below, unless there is a plainer reason: too many items of the list
        if things > bounds.things * COUNTED_ON:
            break
    listed.refuse(name)
    if full:
        raise errors.BadPack(f"{name} line {full}: more than {bounds.things:,} things are not read. Split the file.")


class _Listed:
    """Counts the items of one list at the top of a file while its events go by."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds
        self.count = self.beyond = 0
        self.key: str | None = None
        self.inside = False

    def take(self, event: yaml.NodeEvent, depth: int, line: int) -> None:
        """Take in a thing that stands at `depth`: a key or value at the top, or an item below."""
        if depth == 1 and self.key is None:
            self.key = str(getattr(event, "value", ""))
        elif depth == 1:
            self.inside = self.key == self.bounds.listed and isinstance(event, yaml.SequenceStartEvent)
            self.key = None
        elif depth == LISTED_DEPTH and self.inside:
            self.count += 1
            if self.count == self.bounds.most + 1:
                self.beyond = line

    def refuse(self, name: str) -> None:
        """
        :raises BadPack: if there were more items than are taken
        """
        if self.beyond:
            said = f"{self.count:,} {self.bounds.listed}; at most {self.bounds.most:,} are taken."
            raise errors.BadPack(f"{name} line {self.beyond}: {said} Split the file into several.")


def unread(error: errors.CommonwealError, name: str) -> Problem:
    """Return what stopped the reading of a whole file as a problem; the line is taken from its sentence."""
    said = str(error)
    at = re.match(re.escape(name) + r" line (\d+): ", said)
    where = Origin(file=name, row=int(at[1]) if at else 1)
    found, _, mend = (said[at.end() :] if at else said).rpartition(". ")
    return Problem("unreadable", Severity.ERROR, where, f"{found}." if found else mend, mend if found else "")


def live(text: str) -> bool:
    """Return whether a spreadsheet program could run a cell with this text as a formula; a plain number it does not."""
    return _LIVE.match(text) is not None and _NUMBER.fullmatch(text) is None


def refuse_live(document: Document) -> None:
    """Report each text of a document that a spreadsheet program could run as a formula."""
    for loc, text in _texts(document.data, ()):
        if live(text):
            found = f"{text[:40]!r} begins as a formula does, which a spreadsheet program would run."
            document.report("live_text", loc, found, "Begin it with a letter or a digit.")


def _texts(data: object, loc: Loc) -> Iterator[tuple[Loc, str]]:
    if isinstance(data, str):
        yield loc, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from _texts(value, (*loc, str(key)))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _texts(value, (*loc, index))


def validate(document: Document, model: type[Model]) -> Model | None:
    """Return the document as `model`, or None with the reasons added to its problems."""
    try:
        result = model.model_validate(document.data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            _explain(document, detail, model)
        return None
    return None if document.problems else result


def load(path: Path, model: type[Model], *, name: str = "") -> Model:
    """
    Read a file as `model`.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    document = read(path, name=name)
    result = validate(document, model)
    if result is None:
        raise errors.BadPack("\n".join(sentence(problem) for problem in document.problems))
    return result


class _Builder:
    """Turns nodes into plain data and notes each line."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.seen: set[int] = set()

    def build(self, node: yaml.Node, loc: Loc) -> Any:
        self.document.lines.setdefault(loc, node.start_mark.line + 1)
        if id(node) in self.seen:
            self.document.report("alias", loc, "an alias stands here.", "Write the thing out.")
            return None
        self.seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, loc))
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*loc, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, loc)

    def _pairs(self, node: yaml.MappingNode, loc: Loc) -> Iterator[tuple[str, Any]]:
        keys: set[str] = set()
        for key_node, value_node in node.value:
            key, here = str(key_node.value), (*loc, str(key_node.value))
            line = key_node.start_mark.line + 1
            if key in keys:
                self.document.lines[here] = line
                self.document.report("duplicate_key", here, f'property "{key}" stands twice.', "Keep one of them.")
                continue
            keys.add(key)
            self.document.lines[here] = line
            yield key, self.build(value_node, here)

    def _scalar(self, node: yaml.Node, loc: Loc) -> Any:
        kind, text = node.tag.removeprefix(_TAG), str(node.value)
        if kind == "str":
            return text
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if kind == "int" and re.fullmatch(r"0|-?[1-9][0-9]*", text):
            return int(text)
        if kind == "timestamp" and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return self._day(text, loc)
        self.document.report("quote_it", loc, f"{text} is read by YAML as a {kind}.", f'Put it in quotes: "{text}".')
        return None

    def _day(self, text: str, loc: Loc) -> dt.date | None:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.document.report("bad_date", loc, f"{text} is no day of the calendar.", "Correct the date.")
            return None


def _inside(here: object, key: str | int) -> object:
    if isinstance(here, Mapping):
        return here.get(key)
    if isinstance(here, list) and isinstance(key, int):
        return here[key]
    return None


def _explain(document: Document, detail: ErrorDetails, model: type[Strict]) -> None:
    loc: Loc = tuple(detail["loc"])
    subject = document.subject(loc[:-1])
    if detail["type"] == "extra_forbidden":
        found = f'unknown property "{loc[-1]}" in {subject}.'
        document.report("unknown_property", loc, found, f"Allowed: {', '.join(model.allowed(loc[:-1]))}.")
        return
    if detail["type"] == "missing":
        found = f'property "{loc[-1]}" is missing in {subject}.'
        document.report("missing_property", loc, found, "Add it.")
        return
    prop = ".".join(str(step) for step in loc) or "the file"
    document.report("bad_property", loc, f"{prop} in {subject}: {detail['msg']}.", "Correct it.")

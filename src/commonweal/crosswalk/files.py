"""Reads crosswalk files strictly: every row must tie what exists and say soundly how one makes the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.crosswalk_schema import CrosswalkFile, LinkFile, NotLinkedEntryFile, NotLinkedFile
from commonweal.catalogue.strict import OUTSIDE, Document, Loc, parse, read, refuse_live, sentence, validate
from commonweal.checks.problem import Origin
from commonweal.crosswalk.items import Item, Items
from commonweal.crosswalk.models import BACKWARDS, CONVERTIBLE, WHOLE, Datum, Likeness, Link, NotLinked
from commonweal.quantities import ONE

COUNTLESS = ("unknown", "text")


def load_links(path: Path, *, items: Items, name: str = "") -> tuple[list[Link], list[NotLinked]]:
    """
    Read one crosswalk file: its links, those read backwards included, and its rows that say `none`.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    document = read(path, name=name or path.name)
    file = validate(document, CrosswalkFile)
    if file is not None and _names_releases(document, file, items):
        return _Reading(document, file, items).done()
    raise _refused(document)


def parse_links(text: str, *, items: Items, name: str) -> tuple[list[Link], list[NotLinked]]:
    """
    Read a crosswalk file that somebody brings from its text, within bounds, as `load_links`.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    document = parse(text, name=name, bounds=OUTSIDE)
    file = validate(document, CrosswalkFile)
    refuse_live(document)
    if file is not None and not document.problems and _names_releases(document, file, items):
        return _Reading(document, file, items).done()
    raise _refused(document)


def load_not_linked(path: Path, *, items: Items, name: str = "") -> list[NotLinked]:
    """
    Read the register of what is not linked.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    document = read(path, name=name or path.name)
    file = validate(document, NotLinkedFile)
    if file is None:
        raise _refused(document)
    found = [one for index, entry in enumerate(file.entries) for one in _entry(document, index, entry, items)]
    if document.problems:
        raise _refused(document)
    return found


def _refused(document: Document) -> errors.BadPack:
    return errors.BadPack("\n".join(sentence(problem) for problem in document.problems))


def _names_releases(document: Document, file: CrosswalkFile, items: Items) -> bool:
    for key, release in (("from", file.from_), ("to", file.to)):
        _release(document, (key,), release, items)
    if file.from_ == file.to:
        document.report("one_release", ("to",), f"{file.to} is linked to itself.", "Name two different releases.")
    if file.id != f"{file.from_}__{file.to}":
        document.report("bad_id", ("id",), f"the id is {file.id}.", f"Write {file.from_}__{file.to}.")
    return not document.problems


def _release(document: Document, loc: Loc, release: str, items: Items) -> bool:
    if release in items.releases:
        return True
    document.report("unknown_release", loc, f'there is no release "{release}".', "Correct it, or add its framework.")
    return False


def _entry(document: Document, index: int, entry: NotLinkedEntryFile, items: Items) -> Iterator[NotLinked]:
    loc: Loc = ("entries", index)
    known = [_release(document, (*loc, key), r, items) for key in ("from", "to") for r in getattr(entry, _field(key))]
    every = {item_id for release in entry.from_ for item_id in items.of(release)}
    for item_id in entry.items:
        if all(known) and item_id not in every:
            _unknown(document, (*loc, "items"), item_id, " or ".join(entry.from_))
    origin = Origin(file=document.name, row=document.line(loc))
    for source in entry.from_:
        mine = frozenset(item_id for item_id in entry.items if item_id in items.of(source))
        for target in entry.to:
            if source != target and (mine or not entry.items):
                yield NotLinked(source, target, mine, entry.reason, origin)


def _field(key: str) -> str:
    return "from_" if key == "from" else key


def _unknown(document: Document, loc: Loc, item_id: str, release: str) -> None:
    document.report("unknown_end", loc, f'{release} has no "{item_id}".', "Correct the id; the release is part of it.")


class _Reading:
    """One file on its way from rows to links."""

    def __init__(self, document: Document, file: CrosswalkFile, items: Items) -> None:
        self.document, self.file, self.items = document, file, items
        self.links: list[tuple[int, Link]] = []
        self.none: list[NotLinked] = []

    def done(self) -> tuple[list[Link], list[NotLinked]]:
        for index, row in enumerate(self.file.rows):
            self._row(index, row)
        if self.document.problems:
            raise _refused(self.document)
        forwards = [link for _, link in self.links]
        back = [_backwards(link) for index, link in self.links if self._both_ways(self.file.rows[index])]
        return [*forwards, *back], self.none

    def _both_ways(self, row: LinkFile) -> bool:
        return self.file.both_ways and not row.one_way

    def _say(self, code: str, index: int, key: str, found: str, mend: str) -> None:
        self.document.report(code, ("rows", index, key), found, mend)

    def _row(self, index: int, row: LinkFile) -> None:
        loc: Loc = ("rows", index)
        source = self.items.of(self.file.from_).get(row.from_)
        if source is None:
            _unknown(self.document, (*loc, "from"), row.from_, self.file.from_)
        if row.relation == "none":
            self._none(index, row)
            return
        target = self.items.of(self.file.to).get(row.to)
        if target is None:
            _unknown(self.document, (*loc, "to"), row.to, self.file.to)
        if row.applies_from and row.applies_until and row.applies_until < row.applies_from:
            said = f"it ends on {row.applies_until}, before it begins."
            self._say("bad_date", index, "applies_until", said, "Correct the dates.")
        if source and target:
            self._conversion(index, row, source, target)
            self.links.append((index, self._link(index, row)))

    def _none(self, index: int, row: LinkFile) -> None:
        if row.to or row.factor is not None or row.datum or row.weight is not None:
            said = f'{row.from_} has no counterpart ("none"), and yet a target, factor, datum or weight.'
            self._say("none_with_more", index, "relation", said, "Leave those out, or give another relation.")
        origin = Origin(file=self.document.name, row=self.document.line(("rows", index)))
        self.none.append(NotLinked(self.file.from_, self.file.to, frozenset([row.from_]), row.reason, origin))

    def _link(self, index: int, row: LinkFile) -> Link:
        datum = Datum(row.datum.name, row.datum.label, row.datum.unit, row.datum.divide) if row.datum else None
        return Link(
            source=row.from_,
            target=row.to,
            source_release=self.file.from_,
            target_release=self.file.to,
            relation=Likeness(row.relation),
            reason=row.reason,
            author=row.author or self.file.author,
            verified=row.verified,
            factor=row.factor,
            datum=datum,
            weight=row.weight,
            applies_from=row.applies_from,
            applies_until=row.applies_until,
            origin=Origin(file=self.document.name, row=self.document.line(("rows", index))),
        )

    def _conversion(self, index: int, row: LinkFile, source: Item, target: Item) -> None:
        if row.weight is not None and not 0 < row.weight <= WHOLE:
            said = f"the weight is {row.weight}."
            self._say("bad_weight", index, "weight", said, "Give basis points from 1 to 10000; 10000 is all of it.")
        if row.factor is None:
            if row.datum:
                said = "a datum without a factor."
                self._say("no_factor", index, "datum", said, 'Add factor: "1", or the factor that it needs.')
            return
        said = self._against_factor(row, source, target)
        if said:
            self._say("bad_factor", index, "factor", said, "Leave the factor out, or correct the row.")
        elif row.datum:
            self._datum(index, row, source, target)

    def _against_factor(self, row: LinkFile, source: Item, target: Item) -> str:
        factor = row.factor or Decimal(0)
        if row.relation not in CONVERTIBLE:
            return f"a factor for what is {row.relation}: only a part of it belongs to the target."
        if "measure" not in (source.kind, target.kind) or source.kind != target.kind:
            return f"a factor from a {source.kind} to a {target.kind}: only measures are counted."
        if {source.unit, target.unit} & set(COUNTLESS):
            return "a factor for what is not counted, or whose unit is not known."
        if factor <= 0:
            return f"the factor is {factor}, which is not above zero."
        if source.ratio or target.ratio:
            plainly = source.ratio and target.ratio and factor == 1 and not row.datum and row.weight in (None, WHOLE)
            return "" if plainly else "a percentage is taken over whole, by the factor 1, as another percentage only."
        if self._both_ways(row) and (factor != ONE or row.weight is not None):
            return "a row that holds both ways, with a weight or a factor other than 1: write the way back in its file."
        return ""

    def _datum(self, index: int, row: LinkFile, source: Item, target: Item) -> None:
        assert row.datum is not None  # the caller looked
        over, under = (source.unit, target.unit) if row.datum.divide else (target.unit, source.unit)
        if row.datum.unit != f"{over}/{under}":
            said = f"the datum is in {row.datum.unit}, which does not make {target.unit} of {source.unit}."
            self._say("bad_datum", index, "datum", said, f"Write {over}/{under}.")


def _backwards(link: Link) -> Link:
    relation = BACKWARDS.get(link.relation, link.relation)
    converts = relation in CONVERTIBLE and link.converts
    datum = replace(link.datum, divide=not link.datum.divide) if link.datum and converts else None
    return replace(
        link,
        source=link.target,
        target=link.source,
        source_release=link.target_release,
        target_release=link.source_release,
        relation=relation,
        factor=link.factor if converts else None,
        datum=datum,
        backwards=True,
    )

"""What a pack changes against the one that it replaces; of values only which changed, never what they are."""

from __future__ import annotations

from dataclasses import dataclass, field

from commonweal import errors
from commonweal.catalogue import Framework
from commonweal.catalogue.loader import parse_framework
from commonweal.crosswalk.compare import Change, Pair, compare
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.files import parse_links
from commonweal.crosswalk.items import Items
from commonweal.crosswalk.models import Link
from commonweal.valuepack import Pack as ValuePack
from commonweal_web.frameworks import kept
from commonweal_web.frameworks.models import Pack

MOST = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One difference: what happened, to what, and in words what is different."""

    change: str
    what: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """
    All differences to the release `before`, or where it is empty everything that the pack holds.

    `unchanged` counts what stayed, `more` the lines that were cut off. `problem` says why there is nothing.
    """

    before: str = ""
    lines: tuple[Line, ...] = ()
    unchanged: int = 0
    holds: int = 0
    problem: str = ""
    more: int = field(default=0)


def of(pack: Pack) -> Difference:
    """Return what a pack changes against the published one that it replaces, or only how much it holds."""
    try:
        return {"framework": _frameworks, "values": _values, "links": _links}[pack.kind](pack)
    except errors.CommonwealError:
        return Difference(problem="This pack cannot be read by this version of the service.")


def _cut(before: str, lines: list[Line], unchanged: int, holds: int) -> Difference:
    return Difference(before, tuple(lines[:MOST]), unchanged, holds, more=max(0, len(lines) - MOST))


def _frameworks(pack: Pack) -> Difference:
    release = parse_framework(pack.document, name=pack.file_name)
    seen = kept.seen_by(pack.body_id).catalogue  # a file may name any release as the one before it
    old = next((one for one in seen.frameworks if one.id == pack.replaces), None)
    if old is None:
        lines = [Line(one.unit, f"{one.code} {one.label}", one.card.counts) for one in release.measures]
        return _cut("", lines, 0, len(lines))
    # Compared by code and by what says that it is the same; links between the two come later, if at all.
    found = compare(load_crosswalk(catalogue=_two(old, release)), old, release)
    lines = [_line(pair) for pair in sorted(found.pairs, key=_order) if pair.change is not Change.NONE]
    unchanged = sum(pair.change is Change.NONE and pair.kind == "measure" for pair in found.pairs)
    return _cut(old.name, lines, unchanged, len(release.measures))


def _two(old: Framework, new: Framework):  # type: ignore[no-untyped-def]  # the engine's Catalogue
    known = kept.now().catalogue
    return known if new.id in {one.id for one in known.frameworks} else known.with_frameworks([new])


def _order(pair: Pair) -> tuple[int, int]:
    kinds = ("measure", "criterion", "outcome", "theme")
    return kinds.index(pair.kind), list(Change).index(pair.change)


def _line(pair: Pair) -> Line:
    thing = pair.other or pair.one
    assert thing is not None  # a pair has at least one side
    hint = "; ".join(f"{one.name}: {one.one or 'nothing'} → {one.other or 'nothing'}" for one in pair.differences)
    kind = "" if pair.kind == "measure" else f"{pair.kind.capitalize()} "
    return Line(str(pair.change).capitalize(), f"{kind}{thing.code} {thing.label}", hint)


def _values(pack: Pack) -> Difference:
    new = kept.value_pack(pack, kept.now().catalogue)[0]
    if new is None:
        return Difference(problem="This pack cannot be read by this version of the service.")
    old = next((one for one in kept.now().values(pack.body_id) if one.id == pack.replaces), None)
    if old is None:
        priced = [Line(one.unit.removeprefix("GBP/"), code) for code, one in new.series.items()]
        return _cut("", priced, 0, len(priced))
    lines = [Line("Added", code) for code in new.series if code not in old.series]
    lines += [Line("Removed", code) for code in old.series if code not in new.series]
    both = [code for code in new.series if code in old.series]
    changed = [(code, _what_changed(old, new, code)) for code in both]
    lines += [Line("Changed", code, what) for code, what in changed if what]
    return _cut(old.title, lines, sum(not what for _, what in changed), len(new.series))


def _what_changed(old: ValuePack, new: ValuePack, code: str) -> str:
    one, other = old.series[code], new.series[code]
    found = []
    if one.unit != other.unit:
        found.append("priced per another unit")
    if one.price_base != other.price_base:
        found.append("prices of another year")
    if [(e.start, e.place, e.value) for e in one.entries] != [(e.start, e.place, e.value) for e in other.entries]:
        found.append("other values, days or places")
    return ", ".join(found)


def _links(pack: Pack) -> Difference:
    items = Items(kept.now().catalogue)
    new = _rows(pack.document, items)
    old_row = next((row for row in kept.stamp() if row.key == pack.replaces), None)
    if old_row is None:
        return _cut("", [Line(_words(one), _pair(key), one.reason) for key, one in new.items()], 0, len(new))
    old = _rows(Pack.objects.values_list("document", flat=True).get(pk=old_row.pk), items)
    lines = [Line("Added", _pair(key), _words(new[key])) for key in new if key not in old]
    lines += [Line("Removed", _pair(key)) for key in old if key not in new]
    changed = [key for key in new if key in old and _words(new[key]) != _words(old[key])]
    lines += [Line("Changed", _pair(key), f"{_words(old[key])} → {_words(new[key])}") for key in changed]
    return _cut(pack.replaces, lines, len(new.keys() & old.keys()) - len(changed), len(new))


def _rows(document: str, items: Items) -> dict[tuple[str, str], Link]:
    links, _ = parse_links(document, items=items, name="links")
    return {(one.source, one.target): one for one in links if not one.backwards}


def _pair(key: tuple[str, str]) -> str:
    return f"{key[0]} to {key[1]}"


def _words(link: Link) -> str:
    factor = f", factor {link.factor}" if link.factor is not None else ""
    datum = f", with {link.datum.label}" if link.datum else ""
    return f"{link.relation}{factor}{datum}"

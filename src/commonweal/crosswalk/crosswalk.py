"""All links at hand: which ways lead from an item to another release, and what is known to lead nowhere."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from commonweal import errors
from commonweal.catalogue import Catalogue, data_root, load_catalogue
from commonweal.catalogue.nearest import nearest
from commonweal.crosswalk.files import load_links, load_not_linked, parse_links
from commonweal.crosswalk.items import Item, Items
from commonweal.crosswalk.loops import contradictions
from commonweal.crosswalk.models import Likeness, Link, NotLinked
from commonweal.crosswalk.soundness import doubled, unweighed
from commonweal.quantities import ONE

FOLDER = "crosswalks"
REGISTER = "not-linked.yaml"


@dataclass(frozen=True, slots=True)
class Way:
    """A link that leads from an item; `by` is the criterion or outcome above it that is linked, or the item itself."""

    link: Link
    by: str
    inherited: bool

    @property
    def converts(self) -> bool:
        """Whether a quantity can go this way: never by way of a criterion or outcome, which counts nothing."""
        return self.link.converts and not self.inherited


class Crosswalk:
    """
    Links by the item that they lead from.

    :raises BadPack: if links contradict each other, or an item is linked and also registered as not linked
    """

    def __init__(self, items: Items, links: Iterable[Link], not_linked: Iterable[NotLinked] = ()) -> None:
        self.items = items
        self.links = tuple(links)
        self.not_linked = tuple(not_linked)
        self._from: dict[tuple[str, str], list[Link]] = defaultdict(list)
        for link in self.links:
            self._from[(link.source, link.target_release)].append(link)
        self._nowhere: dict[tuple[str, str], list[NotLinked]] = defaultdict(list)
        for one in self.not_linked:
            self._nowhere[(one.source_release, one.target_release)].append(one)
        wrong: list[tuple[Link | NotLinked, str]]
        wrong = [*doubled(self.links), *unweighed(self.links), *contradictions(self.links), *self._both()]
        if wrong:
            raise errors.BadPack("\n".join(f"{o.origin.file} line {o.origin.row}: {said}" for o, said in wrong))

    def _both(self) -> Iterable[tuple[NotLinked, str]]:
        for one in self.not_linked:
            pair = f"{one.source_release} to {one.target_release}"
            if not one.items and one.target_release in self.releases(one.source_release):
                yield one, f"{pair} is linked, but stands here as not linked. Name the items that are not."
            for item in sorted(one.items):
                if self._from.get((item, one.target_release)):
                    yield one, f"{item} is linked to {one.target_release}, but stands here as not linked. Remove one."

    def releases(self, source: str) -> tuple[str, ...]:
        """Return the releases that any item of `source` leads to, in the order of the catalogue."""
        mine = {own for item in self.items.of(source).values() for own in (item.id, item.same_as)}
        found = {link.target_release for link in self.links if link.source in mine} - {source}
        return tuple(release for release in self.items.releases if release in found)

    def ways(self, item_id: str, release: str, *, on: dt.date | None = None) -> tuple[Way, ...]:
        """
        Return the links that lead from an item to `release` on a day, each target once.

        They are an item's own links, or else those of the item that it is the same as, or else those of the criteria
        and outcomes above it: what is said of the item itself is never mixed with what is said more widely. In its own
        release an item is itself. Empty means that nothing is linked.
        """
        item = self.items[item_id]
        if item_id in self.items.of(release):
            return (Way(_itself(item, release), item_id, inherited=False),)
        own = self._in_force(item_id, release, on)
        if not own and item.same_as:
            own = self._in_force(item.same_as, release, on)
        if own:
            return tuple(Way(link, link.source, inherited=False) for link in own)
        found: dict[str, Way] = {}
        for above in self._above(item):
            for link in self._in_force(above, release, on):
                found.setdefault(link.target, Way(link, above, inherited=True))
        return tuple(found.values())

    def _above(self, item: Item) -> list[str]:
        found, waiting = [], list(item.above)
        while waiting:
            above = waiting.pop(0)
            if above not in found:
                found.append(above)
                waiting += self.items[above].above
        return found

    def _in_force(self, item_id: str, release: str, on: dt.date | None) -> list[Link]:
        return [link for link in self._from.get((item_id, release), ()) if link.in_force(on)]

    def reason(self, item_id: str, source: str, release: str) -> str:
        """Return why an item is not linked to `release`, or nothing where the register is silent."""
        same = self.items[item_id].same_as
        for one in self._nowhere.get((source, release), ()):
            if not one.items or item_id in one.items or same in one.items:
                return one.reason
        return ""

    def known(self, release: str) -> str:
        """
        Return `release` as it is spelt here.

        :raises UnknownCode: with the ids that look like it
        """
        found = next((one for one in self.items.releases if one.casefold() == release.strip().casefold()), None)
        if found is None:
            raise nearest("framework", release, self.items.releases, every=True)
        return found


def _itself(item: Item, release: str) -> Link:
    factor = ONE if item.kind == "measure" else None
    return Link(item.id, item.id, release, release, Likeness.SAME, "the measure itself", factor=factor)


def load_crosswalk(
    *, extra: Sequence[Path] = (), catalogue: Catalogue | None = None, texts: Mapping[str, str] | None = None
) -> Crosswalk:
    """
    Return the links of the data package and of the crosswalk files in `extra`, between the releases of `catalogue`.

    `texts` are more such files, name to text. What they link is taken out of the register of what is not linked.

    :raises BadPack: naming file and line of everything that is wrong
    """
    if not extra and not texts and catalogue is None:
        return _shipped()
    items = Items(catalogue or load_catalogue())
    links, none = _read(items, _files())
    given = [load_links(path, items=items) for path in extra]
    given += [parse_links(text, items=items, name=name) for name, text in (texts or {}).items()]
    for more, nowhere in given:
        links, none = [*links, *more], [*_overruled(none, more, items), *nowhere]
    return Crosswalk(items, links, none)


def _overruled(none: Iterable[NotLinked], links: Iterable[Link], items: Items) -> list[NotLinked]:
    """Return the register without what links of the user's own do link."""
    linked: dict[tuple[str, str], set[str]] = defaultdict(set)
    for link in links:
        linked[(link.source_release, link.target_release)].add(link.source)
    found = []
    for one in none:
        now = linked.get((one.source_release, one.target_release))
        left = frozenset(one.items or items.of(one.source_release)) - (now or set())
        if now is None or left:
            found.append(one if now is None else replace(one, items=left))
    return found


@cache
def _shipped() -> Crosswalk:
    items = Items(load_catalogue())
    return Crosswalk(items, *_read(items, _files()))


def _files() -> Mapping[str, Path]:
    return {f"{FOLDER}/{path.name}": path for path in sorted((data_root() / FOLDER).glob("*__*.yaml"))}


def _read(items: Items, files: Mapping[str, Path]) -> tuple[list[Link], list[NotLinked]]:
    links: list[Link] = []
    none = load_not_linked(data_root() / FOLDER / REGISTER, items=items, name=f"{FOLDER}/{REGISTER}")
    for name, path in files.items():
        more, nowhere = load_links(path, items=items, name=name)
        links += more
        none += nowhere
    return links, none

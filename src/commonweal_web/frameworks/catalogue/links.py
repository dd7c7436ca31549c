"""The links between frameworks as small tables: relation, counterpart, what is lost; ways out and ways in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from commonweal.catalogue import Catalogue, GoalLink
from commonweal.catalogue.words import LINK_TRUST
from commonweal.crosswalk.crosswalk import Crosswalk, Way
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.loss import RELATIONS, lost
from commonweal.crosswalk.models import GOALS, Link
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.frameworks.catalogue.addresses import goal_url, linked_url, short

BY = {"publisher": "Stated by the publisher", "proposed": "Proposed by Commonweal, not by the publisher"}


def out_of(catalogue: Catalogue, crosswalk: Crosswalk, item: Item, release: str) -> Table:
    """Return how an item can be told in every other framework."""
    columns = [Column("Relation"), Column("Counterpart"), Column("What is lost")]
    rows = [
        [Cell(_relation(way)), _named(catalogue, other, target), _lost(way, item, target, crosswalk.items[way.by])]
        for other, way, target in _ways(crosswalk, item, release)
    ]
    return Table(
        "In other frameworks", columns, rows, empty="It is linked to nothing in another framework.", stacks=True
    )


def into(catalogue: Catalogue, crosswalk: Crosswalk, item: Item) -> Table:
    """Return what of other frameworks can be told as an item."""
    columns = [Column("From"), Column("Relation to this"), Column("What is lost")]
    ways = [Way(link, link.source, inherited=False) for link in crosswalk.links if link.target == item.id]
    rows = [
        [_named(catalogue, way.link.source_release, source), Cell(_relation(way)), _lost(way, source, item, source)]
        for way in ways
        for source in [crosswalk.items[way.link.source]]
    ]
    return Table(
        "From other frameworks", columns, rows, empty="Nothing of another framework is linked to it.", stacks=True
    )


def goals_of(crosswalk: Crosswalk, item: Item, stated: Sequence[GoalLink]) -> Table:
    """Return the goals and targets that an item serves: those its framework states, then those of the crosswalk."""
    known = crosswalk.items.of(GOALS)
    rows = [
        [_goal(known[f"{GOALS}/{link.code}"]), Cell("serves"), Cell(BY.get(link.by, link.by), hint=link.reason)]
        for link in stated
        if f"{GOALS}/{link.code}" in known
    ]
    codes = {link.code for link in stated}
    ways = [way for way in crosswalk.ways(item.id, GOALS) if known[way.link.target].code not in codes]
    rows += [[_goal(known[way.link.target]), Cell(_relation(way)), _said_by(way.link)] for way in ways]
    columns = [Column("Goal or target"), Column("Relation"), Column("Who says so")]
    return Table("Sustainable Development Goals", columns, rows, empty="It is linked to no goal.", stacks=True)


def _ways(crosswalk: Crosswalk, item: Item, release: str) -> Iterator[tuple[str, Way, Item]]:
    for other in crosswalk.releases(release):
        for way in crosswalk.ways(item.id, other) if other not in (GOALS, release) else ():
            yield other, way, crosswalk.items[way.link.target]


def _relation(way: Way) -> str:
    return RELATIONS[way.link.relation]


def _named(catalogue: Catalogue, release: str, item: Item) -> Cell:
    where = f"{item.code}, {short(catalogue.framework(release))}"
    what = where if item.kind == "measure" else f"{item.kind} {where}"
    return Cell(item.label, href=linked_url(release, item), hint=what)


def _goal(item: Item) -> Cell:
    return Cell(f"{item.code} {item.label}", href=goal_url(item.code))


def _lost(way: Way, source: Item, target: Item, by: Item) -> Cell:
    link = way.link
    reason = f"{link.reason}. " if link.reason else ""
    return Cell(lost(way, source, target, by=f"{by.kind} {by.code}"), hint=f"{_capital(reason)}{_by(link)}")


def _said_by(link: Link) -> Cell:
    return Cell(_by(link), hint=_capital(link.reason))


def _by(link: Link) -> str:
    return f"{link.author or 'Author not stated'}, {LINK_TRUST[link.verified]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

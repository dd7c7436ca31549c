"""Makes the summary of a mapping: what is chosen of a framework, laid beside others, with copies of all it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from commonweal import packs
from commonweal.catalogue import Catalogue, Criterion, Framework, Measure, Outcome, Theme, Verified
from commonweal.crosswalk import summary as kept
from commonweal.crosswalk.crosswalk import Crosswalk, Way
from commonweal.crosswalk.express import in_units
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.mapping import Fit, Mapping, Row, mapping
from commonweal.crosswalk.models import GOALS, Likeness
from commonweal.reporting.build.mapping import percent

GOALS_RELEASE = kept.Release(
    id=GOALS,
    family="un-sdg",
    name="Sustainable Development Goals",
    short_name="SDGs",
    publisher="United Nations",
    licence="own-wording",
    attribution=(
        "Goals and targets: United Nations, 2030 Agenda for Sustainable Development. The content of this publication "
        "has not been approved by the United Nations and does not reflect its views.",
    ),
    released="2015-09-25",
    superseded_by="",
    example=False,
    verified=Verified.TRUE,
    sha256="",
)

MOST_HASHES = 100
_HASHES: dict[int, tuple[Framework, str]] = {}
"""By id of the object, which is kept so that no other takes its id."""


def summarise(
    catalogue: Catalogue,
    crosswalk: Crosswalk,
    *,
    source: str,
    codes: Sequence[str] = (),
    targets: Sequence[str],
    on: dt.date,
    engine: str = "",
    data: str = "",
) -> kept.Summary:
    """
    Return how the items of `source` with, or under, one of `codes` (all without) can be told in each of `targets`.

    :raises UnknownCode: for a release or a code that is not known, with those that look like it
    """
    source = crosswalk.known(source)
    found = [mapping(crosswalk, source=source, target=one, codes=codes, on=on) for one in dict.fromkeys(targets)]
    making = _Lines(Cards(catalogue, crosswalk), crosswalk, source, on)
    lines = making.of(found)
    return kept.Summary(
        format=kept.FORMAT,
        made_on=on,
        engine=engine,
        data=data,
        source=release_of(catalogue, source),
        codes=tuple(dict.fromkeys(codes)),
        targets=tuple(target_of(catalogue, crosswalk, source, one.target) for one in found),
        lines=lines,
        coverage=tuple(_counted(one) for one in found),
        groups=making.groups(lines, [one.target for one in found]),
    )


def release_of(catalogue: Catalogue, release: str) -> kept.Release:
    """
    Return a release as a summary keeps it, with the hash of its content.

    :raises UnknownCode: if there is none
    """
    if release == GOALS:
        return replace(GOALS_RELEASE, sha256=kept.sha256_of(catalogue.goals))
    found = catalogue.framework(release)
    return kept.Release(
        id=found.id,
        family=found.family,
        name=found.name,
        short_name=found.short_name or found.name,
        publisher=found.publisher,
        licence=found.licence,
        attribution=_attribution(found),
        released=found.released,
        superseded_by=found.superseded_by,
        example=found.example,
        verified=found.verified,
        sha256=_hashed_once(found),
    )


def _hashed_once(framework: Framework) -> str:
    """Return the hash of a release; the same object is hashed once, since a long list takes a while."""
    known = _HASHES.get(id(framework))
    if known is None:
        if len(_HASHES) >= MOST_HASHES:
            _HASHES.clear()
        known = _HASHES[id(framework)] = (framework, kept.sha256_of(framework))
    return known[1]


def target_of(catalogue: Catalogue, crosswalk: Crosswalk, source: str, release: str) -> kept.Release:
    """Return a target as `release_of`, with the hash of the links that lead to it. Raises as that."""
    links = [
        (link.source, link.target, link.relation, link.factor, link.datum, link.weight, link.reason, link.verified)
        for link in crosswalk.links
        if (link.source_release, link.target_release) == (source, release)
    ]
    return replace(release_of(catalogue, release), links_sha256=kept.sha256_of(tuple(links)))


def _attribution(framework: Framework) -> tuple[str, ...]:
    licence = packs.licences().get(framework.licence)
    name = licence.name if licence else framework.licence
    lines = [f"{framework.name}: {framework.publisher}. Terms of this copy: {name}."]
    if licence and licence.attribution:
        lines.append(licence.attribution)
    return tuple(lines)


def _counted(one: Mapping) -> kept.Counted:
    whole = len(one.fits)
    return kept.Counted(
        to=one.target,
        all=whole,
        convertible=one.convertible,
        related=one.related,
        convertible_percent=percent(one.convertible, whole),
        related_percent=percent(one.related, whole),
        unmapped=tuple(item.id for item in one.unmapped),
        choices=tuple(item.id for item in one.choices),
    )


class Cards:
    """What the catalogue says of an item: its card, and theme, outcome and criterion in words."""

    def __init__(self, catalogue: Catalogue, crosswalk: Crosswalk) -> None:
        self.items = crosswalk.items
        self._measures = {one.id: one for one in catalogue.measures}
        self._themes: dict[tuple[str, str], Theme] = {}
        self._groups: dict[str, Theme | Outcome | Criterion] = {}
        for framework in catalogue.frameworks:
            self._themes |= {(framework.id, theme.code): theme for theme in framework.themes}
            for groups in (framework.themes, framework.outcomes, framework.criteria):
                self._groups |= {one.id: one for one in groups}
        self._things: dict[str, kept.Thing] = {}

    def measure(self, item_id: str) -> Measure | None:
        return self._measures.get(item_id)

    def thing(self, item: Item) -> kept.Thing:
        """Return a copy of what is known of an item."""
        if item.id not in self._things:
            self._things[item.id] = self._copied(item)
        return self._things[item.id]

    def _copied(self, item: Item) -> kept.Thing:
        plain = kept.Thing(
            id=item.id,
            code=item.code,
            label=item.label,
            kind=item.kind,
            unit=item.unit,
            unit_words=in_units(None, item.unit) if item.unit else "",
            ratio=item.ratio,
            over_contracts=item.over_contracts,
            theme=self._theme(item),
            outcome=self._above(item, "outcome"),
            criterion=self._above(item, "criterion"),
            verified=self._verified(item),
        )
        measure = self.measure(item.id)
        return self._with_card(plain, measure) if measure else plain

    def _with_card(self, thing: kept.Thing, measure: Measure) -> kept.Thing:
        card = measure.card
        rule = card.unit_rule
        if not rule and card.numerator:
            rule = f"{card.numerator}, of {card.denominator}" if card.denominator else card.numerator
        return replace(
            thing,
            counts=card.counts,
            does_not_count=card.does_not_count,
            unit_rule=rule,
            needs=card.needs,
            evidence=measure.evidence,
        )

    def _verified(self, item: Item) -> Verified:
        known = self.measure(item.id) or self._groups.get(item.id)
        return known.verified if known else Verified.TRUE

    def _above(self, item: Item, kind: str) -> str:
        found = [self.items[above] for above in self.up(item) if self.items[above].kind == kind]
        return "; ".join(words(one) for one in found)

    def up(self, item: Item) -> list[str]:
        """Return the ids of the criteria and outcomes above an item."""
        return list(dict.fromkeys([*item.above, *(top for one in item.above for top in self.items[one].above)]))

    def _theme(self, item: Item) -> str:
        measure = self.measure(item.id)
        code = measure.theme if measure else ""
        release = measure.framework if measure else ""
        for group in (self._groups.get(one) for one in (item.id, *self.up(item))):
            if isinstance(group, Outcome) and not code:
                code, release = group.theme, group.framework
        theme = self._themes.get((release, code))
        return f"{theme.code}: {theme.label}" if theme else code


def words(item: Item) -> str:
    """Return an item as one says it: "MAC 2.1: Jobs for people who face barriers"."""
    return f"{item.code}: {item.label}"


class _Lines:
    """The items of the mappings, each once with its ways into every target, its gaps and its goals."""

    def __init__(self, cards: Cards, crosswalk: Crosswalk, source: str, on: dt.date) -> None:
        self.cards, self.crosswalk, self.source, self.on = cards, crosswalk, source, on

    def of(self, found: Sequence[Mapping]) -> tuple[kept.Line, ...]:
        chosen = {item.id for one in found for item, _ in one.fits}
        rows: dict[str, list[tuple[str, Row]]] = {}
        for one in found:
            for row in one.rows:
                rows.setdefault(row.item.id, []).append((one.target, row))
        items = self.crosswalk.items.of(self.source).values()
        return tuple(self._line(item, rows[item.id]) for item in items if item.id in chosen)

    def groups(self, lines: Sequence[kept.Line], targets: Sequence[str]) -> tuple[kept.Line, ...]:
        """Return what stands above the items and is linked itself, in the order of the source."""
        chosen = {line.item.id for line in lines}
        above = {one for item_id in chosen for one in self.cards.up(self.crosswalk.items[item_id])} - chosen
        items = self.crosswalk.items.of(self.source)
        found = [self._group(items[item_id], targets) for item_id in items if item_id in above]
        return tuple(line for line in found if line.ways)

    def _group(self, item: Item, targets: Sequence[str]) -> kept.Line:
        ways = []
        for target in targets:
            for way in self.crosswalk.ways(item.id, target, on=self.on):
                if not way.inherited:
                    reached = self.crosswalk.items[way.link.target]
                    ways.append(self._way(target, Row(item, way, reached, Fit.RELATED, way.link.reason), way, reached))
        return kept.Line(self.cards.thing(item), tuple(self._linked(item.id, "")), tuple(ways))

    def _line(self, item: Item, rows: Sequence[tuple[str, Row]]) -> kept.Line:
        ways = tuple(
            self._way(to, row, row.way, row.target)
            for to, row in rows
            if row.way is not None and row.target is not None
        )
        gaps = tuple(kept.Gap(to, row.reason) for to, row in rows if row.way is None)
        return kept.Line(self.cards.thing(item), tuple(self._goals(item, ways)), ways, gaps)

    def _way(self, to: str, row: Row, way: Way, target: Item) -> kept.Way:
        link = way.link
        return kept.Way(
            to=to,
            fit=row.fit,
            relation=link.relation,
            target=self.cards.thing(target),
            factor=link.factor if way.converts else None,
            datum=link.datum if way.converts else None,
            weight=link.weight,
            reason=row.reason,
            author=link.author,
            verified=link.verified,
            by=way.by if way.inherited else "",
            by_words=words(self.crosswalk.items[way.by]) if way.inherited else "",
        )

    def _goals(self, item: Item, ways: Sequence[kept.Way]) -> Iterator[kept.Goal]:
        """Give the goals of an item itself, or else those of its counterparts, each once."""
        own = list(self._linked(item.id, "")) or list(self._stated(item))
        if own:
            yield from own
            return
        seen = set()
        for way in ways:
            if not way.by:
                for goal in self._linked(way.target.id, way.target.id):
                    if goal.code not in seen:
                        seen.add(goal.code)
                        yield goal

    def _linked(self, item_id: str, by: str) -> Iterator[kept.Goal]:
        if GOALS not in self.crosswalk.items.releases:
            return
        for way in self.crosswalk.ways(item_id, GOALS, on=self.on):
            link = way.link
            through = by or (way.by if way.inherited else "")
            yield self._goal(link.target, link.relation, link.weight, link.reason, link.author, link.verified, through)

    def _stated(self, item: Item) -> Iterator[kept.Goal]:
        """Give the goals that the framework itself states for a measure, where no file of links has any."""
        measure = self.cards.measure(item.id)
        for link in measure.goals if measure else ():
            published = link.by == "publisher"
            verified = Verified.TRUE if published else Verified.FALSE
            author = "the publisher" if published else "proposed"
            yield self._goal(f"{GOALS}/{link.code}", Likeness.RELATED, None, link.reason, author, verified, "")

    def _goal(
        self, target: str, relation: Likeness, weight: int | None, reason: str, author: str, verified: Verified, by: str
    ) -> kept.Goal:
        item = self.crosswalk.items[target]
        goal = item if item.kind == "goal" else self.crosswalk.items[item.above[0]]
        return kept.Goal(
            code=item.code,
            name=item.label,
            goal=goal.code,
            goal_name=goal.label,
            weight=weight,
            reason=reason,
            relation=relation,
            author=author,
            verified=verified,
            by=by,
            by_code=self.crosswalk.items[by].code if by else "",
        )

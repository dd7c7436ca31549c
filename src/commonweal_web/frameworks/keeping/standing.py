"""How far each measure of a body's own has come: in no release, in one on its way, or in a published one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from commonweal import errors
from commonweal.catalogue import Framework, Measure
from commonweal.catalogue.loader import parse_framework
from commonweal_web.frameworks import kept
from commonweal_web.frameworks.keeping.services.releases import SOURCE
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.models import Organisation

CARD = ("counts", "does_not_count", "unit_rule")
FACTS = ("label", "unit", "kind", "over_time", "over_contracts", "evidence")
ORDER = (Pack.State.DRAFT, Pack.State.PROPOSED, Pack.State.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Standing:
    """The release that a measure has come into, with its state; `measure` is the measure as that release has it."""

    state: str
    release: str
    measure: Measure

    def differs(self, row: LocalMeasure) -> bool:
        """Whether the measure was changed after the release was made."""
        there = [str(getattr(self.measure, name)) for name in FACTS]
        there += [getattr(self.measure.card, name) for name in CARD]
        here = [str(getattr(row, name)) for name in (*FACTS, *CARD)]
        goals = [one.code for one in self.measure.goals]
        return there != here or goals != [one["code"] for one in row.goals]


def standings(body: Organisation) -> dict[str, Standing]:
    """Return for each code of a body's own measures how far it has come; the newest release that is furthest counts."""
    found: dict[str, Standing] = {}
    for state, release in sorted(_releases(body), key=lambda pair: ORDER.index(Pack.State(pair[0]))):
        for measure in release.measures:
            if SOURCE in measure.sources:  # a list that somebody imported may have the same code for something else
                found[measure.code] = Standing(state, release.name, measure)
    return found


def _releases(body: Organisation) -> Iterator[tuple[str, Framework]]:
    own = {row.key for row in kept.stamp() if row.body == body.pk and row.kind == Pack.Kind.FRAMEWORK}
    known = {one.id: one for one in kept.seen_by(body.pk).catalogue.frameworks}
    yield from ((Pack.State.PUBLISHED, known[row.key]) for row in kept.stamp() if row.key in own and row.key in known)
    coming = Pack.objects.filter(body=body, kind=Pack.Kind.FRAMEWORK, state__in=ORDER[:2]).order_by("drafted_at", "pk")
    for state, key, document in coming.values_list("state", "key", "document"):
        release = _read(key, document)
        if release is not None:
            yield state, release


@lru_cache(maxsize=32)
def _read(key: str, document: str) -> Framework | None:
    try:
        return parse_framework(document, name=f"{key}.yaml")
    except errors.CommonwealError:
        return None

"""Every framework that something here can be told in, with how much each of them covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from commonweal.crosswalk.express import Delivery, Status, express
from commonweal.crosswalk.models import GOALS
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.wording import percent, pounds
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.reports.other_words.choices import undecided
from commonweal_web.reports.other_words.facts import VERIFIED, Facts, framework_name
from commonweal_web.reports.other_words.telling import reachable, tell

COLUMNS = (
    Column("Framework"),
    Column("KPIs converted"),
    Column("Converted or related"),
    Column("Without a counterpart"),
    Column("Verified pounds converted", numeric=True, unit="£"),
    Column("of all verified", numeric=True, unit="£"),
)


def name_of(release: str) -> str:
    """Return a release's name at the beginning of a line."""
    name = framework_name(release)
    return name[:1].upper() + name[1:]


def full_name(release: str) -> str:
    """Return a release's whole name where that says more than its short one."""
    known = {one.id: one for one in frameworks.catalogue().frameworks}
    found = known.get(release)
    return found.name if found and found.name != found.short_name else ""


def table(facts: Facts, url: Callable[[str], str]) -> Table:
    """Return the frameworks with their coverage, each leading to the whole."""
    rows = [_row(facts, release, url(release)) for release in reachable(facts)]
    return Table(
        "Choose a framework",
        COLUMNS,
        rows,
        stacks=True,
        empty="No measure here is linked to another framework, so nothing can be told in other words yet.",
    )


def _row(facts: Facts, release: str, href: str) -> list[Cell]:
    hint = ", ".join(filter(None, [full_name(release), "its own" if release in facts.own_releases else ""]))
    head = Cell(name_of(release), href=href, hint=hint)
    open_ones = undecided(facts.measures, release, facts.as_at, facts.frames.crosswalk)
    if open_ones:
        count = f"{len(open_ones)} measure{'' if len(open_ones) == 1 else 's'}"
        return [head, Cell(f"Choose first: {count} could go to several of it"), *(Cell("–") for _ in range(4))]
    return [head, *_cells(_summed(facts, release), facts, release)]


@dataclass(slots=True)
class _Sum:
    """How many KPIs have each status in one release, and how many verified pounds."""

    kpis: dict[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    pounds: dict[Status, Decimal] = field(default_factory=lambda: dict.fromkeys(Status, Decimal(0)))
    divided: bool = False

    def reach(self, *statuses: Status) -> str:
        """Return “6 of 8 (75.0 %)”."""
        number, whole = sum(self.kpis[status] for status in statuses), sum(self.kpis.values())
        share = (Decimal(number * 100) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
        return f"{number} of {whole} ({percent(share, 1)})"


def _summed(facts: Facts, release: str) -> _Sum:
    """
    Tell one delivery of each sort: those of one measure, unit and set of known facts have the same status.

    So a body with thousands of KPIs takes no longer than a contract. Where pounds are divided, all are told.
    """
    found = _Sum()
    for state in (PROMISED, VERIFIED):
        for alike in _sorts(facts.deliveries[state]):
            (one,) = express(
                book=facts.book,
                crosswalk=facts.frames.crosswalk,
                deliveries=alike[:1],
                to=release,
                stem=f"overview/{release}/{state}",
            )
            if state == PROMISED or not facts.deliveries[PROMISED]:
                found.kpis[one.status] += len(alike)
            if state == VERIFIED:
                worth = [facts.book[delivery.pounds].value for delivery in alike if delivery.pounds]
                found.pounds[one.status] += sum(worth, Decimal(0))
                found.divided |= len({part.status for part in one.parts}) > 1
    if found.divided:
        cover = tell(facts, release).cover[VERIFIED]
        lines = (cover.converted_pounds, cover.related_pounds, cover.unmapped_pounds)
        found.pounds = {status: facts.book[line].value for status, line in zip(Status, lines, strict=True)}
    return found


def _sorts(deliveries: Iterable[Delivery]) -> Iterable[list[Delivery]]:
    sorts: dict[tuple[object, ...], list[Delivery]] = {}
    for delivery in deliveries:
        known = tuple(sorted(name for name, value in delivery.data.items() if value > 0))
        sorts.setdefault((delivery.measure, delivery.unit, known), []).append(delivery)
    return sorts.values()


def _cells(found: _Sum, facts: Facts, release: str) -> list[Cell]:
    goals = release == GOALS
    worth = any(delivery.pounds for delivery in facts.deliveries[VERIFIED])
    whole = sum(found.kpis.values())
    return [
        Cell("–" if goals else found.reach(Status.CONVERTED)),
        Cell(found.reach(Status.CONVERTED, Status.RELATED)),
        Cell(f"{found.kpis[Status.UNMAPPED]} of {whole}"),
        Cell("–" if goals or not worth else _pounds(found.pounds[Status.CONVERTED])),
        Cell(_pounds(sum(found.pounds.values(), Decimal(0))) if worth else "–"),
    ]


def _pounds(value: Decimal) -> str:
    return pounds(value, 2).removeprefix("£")

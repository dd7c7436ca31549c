"""Random publications from a seed: everything that a body might publish together about the same people."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from random import Random

from commonweal.disclosure import Axis, Dimension, Policy, Publication, Rate, Sum, Table

QUARTERS = Dimension("quarter", ("Q1", "Q2"))
STAYED = Dimension("stayed", ("yes", "no"), outcome=True)
OVERLAPPING = Axis("quarter", (("first half", ("Q1", "Q2")), ("middle", ("Q2", "Q3")), ("to Q3", ("Q1", "Q2", "Q3"))))
EACH = Decimal(18000)
ALSO = Decimal("12500.50")


def random_publication(seed: int) -> tuple[Publication, Policy]:
    """Return a publication of one of several shapes with sparse, small and large counts, and a body's policy."""
    random = Random(seed)
    shape = SHAPES[seed % len(SHAPES)]
    publication = shape(random)
    limit = 10 if seed % 3 == 0 else 5
    return publication, Policy(limit=limit, show_zeros=seed % 5 != 0, protect_outcomes=seed % 7 == 0)


def _dimensions(random: Random, *more: Dimension) -> tuple[Dimension, ...]:
    directorates = Dimension("directorate", tuple("ABCD"[: random.randint(3, 4)]))
    cohorts = Dimension("cohort", ("care leaver", "disabled", "other")[: random.randint(2, 3)])
    return (directorates, cohorts, *more)


def _counts(random: Random, dimensions: tuple[Dimension, ...]) -> dict[tuple[str, ...], int]:
    small = random.random()
    counts = {}
    for combination in product(*(dimension.values for dimension in dimensions)):
        counts[combination] = random.choice([0, random.randint(1, 9)]) if random.random() < small else 0
        counts[combination] += random.choice([0, random.randint(1, 60)])
    return counts


def _impossible(random: Random, counts: dict[tuple[str, ...], int]) -> frozenset[tuple[str, ...]]:
    return frozenset(at for at, count in counts.items() if not count and random.random() < 0.3)


def two_ways(random: Random) -> Publication:
    """One table with margins, pounds, and shares of the whole."""
    dimensions = _dimensions(random)
    counts = _counts(random, dimensions)
    table = Table("both", (Axis("directorate"), Axis("cohort")), pounds_each=EACH)
    rates = [Rate(f"{v} of all", {"directorate": (v,)}, {}) for v in dimensions[0].values]
    return Publication(dimensions, counts, (table,), rates=tuple(rates), impossible=_impossible(random, counts))


def three_ways(random: Random) -> Publication:
    """Two quarters with margins, pounds, and the change from one to the other, line by line."""
    dimensions = _dimensions(random, QUARTERS)
    table = Table("all three", (Axis("directorate"), Axis("cohort"), Axis("quarter")), pounds_each=EACH)
    changes = [
        _change({"directorate": (a,), "cohort": (b,)}) for a in dimensions[0].values for b in dimensions[1].values
    ]
    changes += [_change({"directorate": (a,)}) for a in dimensions[0].values] + [_change({})]
    counts = _counts(random, dimensions)
    return Publication(dimensions, counts, (table,), sums=tuple(changes), impossible=_impossible(random, counts))


def _change(where: dict[str, tuple[str, ...]]) -> Sum:
    later, earlier = {**where, "quarter": ("Q2",)}, {**where, "quarter": ("Q1",)}
    return Sum(f"change {where}", ((later, Decimal(1)), (earlier, Decimal(-1))))


def linked(random: Random) -> Publication:
    """Three tables that share dimensions, and pounds that add up two counts at different values."""
    dimensions = _dimensions(random, QUARTERS)
    pairs = (("directorate", "cohort"), ("directorate", "quarter"), ("cohort", "quarter"))
    tables = [Table(f"{one} by {two}", (Axis(one), Axis(two))) for one, two in pairs]
    first, second = dimensions[0].values[:2]
    mixed = [
        Sum(
            f"pounds {c}",
            (({"directorate": (first,), "cohort": (c,)}, EACH), ({"directorate": (second,), "cohort": (c,)}, ALSO)),
        )
        for c in dimensions[1].values
    ]
    return Publication(dimensions, _counts(random, dimensions), tuple(tables), sums=tuple(mixed))


def overlapping(random: Random) -> Publication:
    """Periods that overlap, and a table of one cohort only beside the table of all."""
    dimensions = _dimensions(random, Dimension("quarter", ("Q1", "Q2", "Q3")))
    some = {"cohort": dimensions[1].values[:1]}
    tables = (
        Table("periods", (Axis("directorate"), OVERLAPPING), pounds_each=EACH),
        Table("one cohort", (Axis("directorate"),), where=some, pounds_each=EACH),
        Table("years", (Axis("directorate", margin=False), Axis("cohort", margin=False))),
    )
    return Publication(dimensions, _counts(random, dimensions), tables)


def outcomes(random: Random) -> Publication:
    """Starts, and how many of them stayed, with the percentage by directorate and cohort."""
    dimensions = _dimensions(random, STAYED)
    stayed = {"stayed": ("yes",)}
    axes = (Axis("directorate"), Axis("cohort"))
    tables = (Table("starts", axes, pounds_each=EACH), Table("stayed", axes, where=stayed))
    groups: list[dict[str, tuple[str, ...]]] = [{"directorate": (v,)} for v in dimensions[0].values]
    groups += [{"cohort": (v,)} for v in dimensions[1].values] + [{}]
    rates = [Rate(f"stayed {group}", {**group, **stayed}, group) for group in groups]
    return Publication(dimensions, _counts(random, dimensions), tables, rates=tuple(rates))


SHAPES = (two_ways, three_ways, linked, overlapping, outcomes)

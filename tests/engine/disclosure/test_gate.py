"""What is withheld and why: small counts, what would give them away, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal import errors
from commonweal.disclosure import ALL, Axis, Dimension, Policy, Publication, Rate, Safe, Sum, Table, protect

EACH = Decimal(18000)
DIRECTORATES = Dimension("directorate", ("Neighbourhoods", "Children's", "Growth", "Corporate"))
STARTS = {("Neighbourhoods",): 12, ("Children's",): 9, ("Growth",): 7, ("Corporate",): 3}
BY_DIRECTORATE = Table("starts", (Axis("directorate"),), pounds_each=EACH)


def one_way(*counts: int, policy: Policy | None = None, **changes: Any) -> Safe:
    values = tuple("ABCDEFGH"[: len(counts)])
    given_counts = {(value,): count for value, count in zip(values, counts, strict=True)}
    axes = Table("t", (Axis("letter"),))
    parts = {"dimensions": (Dimension("letter", values),), "counts": given_counts, "tables": (axes,)}
    return protect(Publication(**{**parts, **changes}), policy)  # type: ignore[arg-type]


def shown(safe: Safe, table: str = "t") -> list[int | str]:
    return [cell.mark if cell.count is None else cell.count for cell in safe.table(table).cells]


FEWER = "fewer than 5"
GONE = "withheld"


def test_journey_14_1_twelve_and_nine_are_shown_seven_and_three_withheld() -> None:
    table = protect(Publication((DIRECTORATES,), STARTS, (BY_DIRECTORATE,))).table("starts")
    assert [(cell.labels[0], cell.count, cell.mark) for cell in table.cells] == [
        ("Neighbourhoods", 12, ""),
        ("Children's", 9, ""),
        ("Growth", None, GONE),
        ("Corporate", None, FEWER),
        (ALL, 31, ""),
    ]
    assert table.cell("Corporate").reason == "fewer than 5 people are not shown"
    assert table.cell("Growth").reason == "withheld so that the number for Corporate cannot be worked out"


def test_pounds_follow_the_count_that_they_would_give_back() -> None:
    table = protect(Publication((DIRECTORATES,), STARTS, (BY_DIRECTORATE,))).table("starts")
    pounds = {cell.labels[0]: cell.pounds for cell in table.cells}
    assert pounds == {
        "Neighbourhoods": Decimal(216000),
        "Children's": Decimal(162000),
        "Growth": None,
        "Corporate": None,
        ALL: Decimal(558000),
    }


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((12, 9, 7, 5), [12, 9, 7, 5, 33]),
        ((12, 9, 4, 3), [12, 9, FEWER, FEWER, 28]),  # 4 and 3, or 3 and 4, for who reads the marks
        ((12, 9, 4, 4), [12, GONE, FEWER, FEWER, 29]),  # two below 5 that make 8 can only be 4 and 4
        ((12, 9, 1, 1), [12, GONE, FEWER, FEWER, 23]),  # together 2 would say too much
        ((12, 3), [GONE, FEWER, 15]),
        ((12, 9, 5, 1), [12, GONE, 5, FEWER, 27]),  # 5 and 1 would be 6: only 5 and 1 have these two marks
        ((3,), [FEWER, FEWER]),
        ((3, 0), [FEWER, 0, FEWER]),  # a zero hides nothing
        ((0, 0), [0, 0, 0]),
    ],
)
def test_the_cheapest_further_numbers_are_withheld(counts: tuple[int, ...], expected: list[int | str]) -> None:
    assert shown(one_way(*counts)) == expected


def test_a_body_may_set_its_own_limit() -> None:
    ten = "fewer than 10"
    assert shown(one_way(30, 20, 12, 9, policy=Policy(limit=10))) == [30, 20, GONE, ten, 71]


def test_without_a_margin_nothing_else_has_to_go() -> None:
    table = Table("t", (Axis("letter", margin=False),))
    assert shown(one_way(30, 20, 3, tables=(table,))) == [30, 20, FEWER]


def test_zeros_may_be_withheld_unless_they_are_impossible() -> None:
    hidden = Policy(show_zeros=False)
    assert shown(one_way(30, 20, 0, 0, policy=hidden)) == [30, GONE, FEWER, FEWER, 50]
    never = frozenset({("C",), ("D",)})
    assert shown(one_way(30, 20, 0, 0, policy=hidden, impossible=never)) == [30, 20, 0, 0, 50]
    assert shown(one_way(30, 20, 3, 0, policy=hidden, impossible=never - {("C",)})) == [30, GONE, FEWER, 0, 53]


def test_two_tables_that_share_a_margin_are_protected_together() -> None:
    sexes = Dimension("sex", ("women", "men"))
    counts = {
        (d, s): n for (d,), whole in STARTS.items() for s, n in (("women", whole - 6 + 4), ("men", 2)) if whole > 3
    }
    counts |= {("Corporate", "women"): 3}
    both = (
        Table("starts", (Axis("directorate"),)),
        Table("both", (Axis("directorate", margin=False), Axis("sex"))),
    )
    safe = protect(Publication((DIRECTORATES, sexes), counts, both))
    by_directorate = safe.table("starts")
    for directorate in DIRECTORATES.values:
        assert by_directorate.cell(directorate).count == safe.table("both").cell(directorate, ALL).count
    assert all(safe.table("both").cell(d, "women").count is None for d in DIRECTORATES.values)


QUARTERS = Dimension("quarter", ("Q1", "Q2", "Q3"))


def periods(*groups: tuple[str, tuple[str, ...]]) -> Table:
    return Table("periods", (Axis("quarter", groups, margin=False),))


def test_periods_that_overlap_do_not_give_a_small_quarter_away() -> None:
    counts = {("Q1",): 20, ("Q2",): 15, ("Q3",): 2}
    table = periods(("to Q2", ("Q1", "Q2")), ("to Q3", ("Q1", "Q2", "Q3")))
    safe = protect(Publication((QUARTERS,), counts, (table,)))
    assert shown(safe, "periods") == [GONE, 37]
    assert "the number for All without Q1 or Q2 cannot" in safe.table("periods").cells[0].reason
    quiet = protect(Publication((QUARTERS,), {**counts, ("Q3",): 6}, (table,)))
    assert shown(quiet, "periods") == [35, 41]


def test_a_filter_inside_another_does_not_give_the_rest_away() -> None:
    ages = Dimension("age", ("16 to 24", "25 and over"))
    counts = {("16 to 24",): 28, ("25 and over",): 3}
    tables = (Table("everybody"), Table("young", where={"age": ("16 to 24",)}))
    safe = protect(Publication((ages,), counts, tables))
    assert [table.cells[0].count for table in safe.tables] == [31, None]
    assert [name for name, _ in safe.withheld()] == ["young"]


def test_a_change_between_quarters_is_shown_only_beside_both() -> None:
    counts = {("Q1",): 20, ("Q2",): 3, ("Q3",): 15}
    changes = [
        Sum(f"{later} after {earlier}", (({"quarter": (later,)}, Decimal(1)), ({"quarter": (earlier,)}, Decimal(-1))))
        for earlier, later in (("Q1", "Q2"), ("Q2", "Q3"), ("Q1", "Q3"))
    ]
    table = Table("t", (Axis("quarter", margin=False),))
    safe = protect(Publication((QUARTERS,), counts, (table,), sums=tuple(changes)))
    assert shown(safe) == [20, FEWER, 15]
    assert [number.value for number in safe.sums] == [None, None, Decimal(-5)]
    assert safe.sums[0].reason == "not worked out: the number for Q2 is withheld"


def test_pounds_alone_count_as_the_number_behind_them() -> None:
    pounds = Sum("pounds of Growth", (({"directorate": ("Growth",)}, EACH),))
    safe = protect(Publication((DIRECTORATES,), {**STARTS, ("Growth",): 2}, (), sums=(pounds,)))
    assert safe.sums[0].value is None
    assert protect(Publication((DIRECTORATES,), STARTS, (), sums=(pounds,))).sums[0].value == Decimal(126000)


STAYED = Dimension("after 26 weeks", ("there", "gone", "not reached"), outcome=True)
REACHED = {"after 26 weeks": ("there", "gone")}
THERE = {"after 26 weeks": ("there",)}
BY_OUTCOME = {("there",): 24, ("gone",): 4, ("not reached",): 3}


def test_journey_14_1_the_share_that_stayed_may_be_told_with_both_its_numbers() -> None:
    tables = (Table("starts"), Table("reached", where=REACHED), Table("there", where=THERE))
    publication = Publication((STAYED,), BY_OUTCOME, tables, rates=(Rate("stayed", THERE, REACHED),))
    safe = protect(publication)
    assert [table.cells[0].count for table in safe.tables] == [31, 28, 24]
    assert safe.rates[0].value == Decimal("85.7")
    stricter = protect(publication, Policy(protect_outcomes=True))
    assert stricter.rates[0].value is None
    assert stricter.rates[0].reason.startswith("not worked out: the number for there")


def test_a_rate_is_never_worked_out_from_a_withheld_number() -> None:
    dimensions = (DIRECTORATES, STAYED)
    counts = {(d, "there"): n - 1 for (d,), n in STARTS.items()} | {(d, "gone"): 1 for (d,) in STARTS}
    rates = [Rate(d, {"directorate": (d,), **THERE}, {"directorate": (d,), **REACHED}) for d in DIRECTORATES.values]
    safe = protect(Publication(dimensions, counts, (), rates=tuple(rates)))
    told = {rate.name: rate.value for rate in safe.rates}
    assert told["Neighbourhoods"] == Decimal("91.7")
    assert told["Corporate"] is None


def test_a_rate_of_nobody_says_so() -> None:
    rate = Rate("stayed", THERE, {})
    safe = protect(Publication((STAYED,), {}, (), rates=(rate,)))
    assert (safe.rates[0].value, safe.rates[0].reason) == (None, "there is nobody to divide by")


def test_what_was_published_before_is_reckoned_with() -> None:
    before = Table("last quarter", where={"quarter": ("Q1", "Q2")}, published_before=True)
    now = Table("this quarter", where={"quarter": ("Q1", "Q2", "Q3")})
    counts = {("Q1",): 20, ("Q2",): 15, ("Q3",): 2}
    safe = protect(Publication((QUARTERS,), counts, (before, now)))
    assert [table.cells[0].count for table in safe.tables] == [35, None]
    assert safe.exposed == ()


def test_what_earlier_publications_gave_away_is_named() -> None:
    before = [Table(f"t{n}", where={"quarter": QUARTERS.values[:n]}, published_before=True) for n in (1, 2, 3)]
    safe = protect(Publication((QUARTERS,), {("Q1",): 20, ("Q2",): 3, ("Q3",): 12}, tuple(before)))
    assert [table.cells[0].count for table in safe.tables] == [20, 23, 35]
    assert safe.exposed == ("Q1 or Q2 without Q1", "Q2")


def test_a_small_number_that_was_published_before_stays_and_is_named() -> None:
    before = Table("t", (Axis("letter"),), published_before=True)
    safe = one_way(30, 20, 3, tables=(before,))
    assert shown(safe) == [30, 20, 3, 53]
    assert "C" in safe.exposed


def test_groups_between_tables_are_protected_though_no_table_shows_them() -> None:
    # 11 of A's 28 are in Q2; nobody in y is in Q1, so A's 8 in y are all in Q2, and 3 are left for x.
    dimensions = (Dimension("d", ("A", "B")), Dimension("c", ("x", "y")), Dimension("q", ("Q1", "Q2")))
    counts = {("A", "x", "Q1"): 17, ("A", "x", "Q2"): 3, ("A", "y", "Q2"): 8}
    counts |= {("B", "x", "Q1"): 30, ("B", "x", "Q2"): 30, ("B", "y", "Q2"): 30}
    pairs = (("d", "c"), ("d", "q"), ("c", "q"))
    tables = tuple(Table(one + two, (Axis(one), Axis(two))) for one, two in pairs)
    safe = protect(Publication(dimensions, counts, tables))
    reasons = {cell.reason for _, cell in safe.withheld()}
    assert "withheld so that the number for A, x, Q2 cannot be worked out" in reasons


def test_no_cell_and_no_table_are_told_by_a_wrong_name() -> None:
    safe = one_way(12, 3)
    with pytest.raises(errors.UnknownCode, match="no line 'Z'"):
        safe.table("t").cell("Z")
    with pytest.raises(errors.UnknownCode, match="No table is called 'x'"):
        safe.table("x")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"dimensions": (DIRECTORATES, DIRECTORATES)}, "stands twice"),
        ({"dimensions": (Dimension("directorate", ("A", "A")),)}, "has a value twice"),
        ({"dimensions": (Dimension("directorate", ()),), "counts": {}}, "has no values"),
        ({"counts": {("Growth", "x"): 1}}, "one known value of each dimension"),
        ({"counts": {("Parks",): 1}}, r"\(Parks\)"),
        ({"impossible": frozenset({("Parks",)})}, r"\(Parks\)"),
        ({"counts": {("Growth",): -1}}, "no count of people"),
        ({"counts": {("Growth",): Decimal(1)}}, "no count of people"),
        ({"counts": {("Growth",): True}}, "no count of people"),
        ({"impossible": frozenset({("Growth",)})}, "said to be impossible"),
        ({"tables": (Table("t", (Axis("age"),)),)}, "no dimension 'age'"),
        ({"tables": (Table("t", where={"age": ("16",)}),)}, "no dimension 'age'"),
        ({"tables": (Table("t", where={"directorate": ("Parks",)}),)}, "has no value 'Parks'"),
        ({"tables": (Table("t", where={"directorate": ()}),)}, "No value of directorate"),
        ({"tables": (Table("t", (Axis("directorate"),), where={"directorate": ("Growth",)}),)}, "leaves empty"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes: dict[str, Any], message: str) -> None:
    parts: dict[str, Any] = {"dimensions": (DIRECTORATES,), "counts": STARTS, "tables": (BY_DIRECTORATE,)}
    with pytest.raises(errors.BadPublication, match=message):
        Publication(**{**parts, **changes})


count = st.integers(0, 9) | st.integers(0, 60)


@st.composite
def publications(draw: Any) -> Publication:
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    dimensions = tuple(
        Dimension(f"d{n}", tuple(f"{n}{v}" for v in range(size)), outcome=n == 2) for n, size in enumerate(sizes)
    )
    combinations = list(product(*(dimension.values for dimension in dimensions)))
    counts = {combination: draw(count) for combination in combinations}
    sides = draw(st.lists(st.lists(st.sampled_from(dimensions), unique=True), min_size=1, max_size=3))
    tables = [
        Table(f"t{n}", tuple(Axis(side.name, margin=draw(st.booleans())) for side in group))
        for n, group in enumerate(sides)
    ]
    return Publication(dimensions, counts, tuple(tables))


policies = st.builds(
    Policy, limit=st.sampled_from([3, 5, 10]), show_zeros=st.booleans(), protect_outcomes=st.booleans()
)


@given(publication=publications(), policy=policies)
@settings(max_examples=80)
def test_no_small_count_is_shown_and_what_is_shown_is_true(publication: Publication, policy: Policy) -> None:
    safe = protect(publication, policy)
    assert safe.exposed == ()
    for table, out in zip(publication.tables, safe.tables, strict=True):
        for (labels, key), cell in zip(publication.lines(table), out.cells, strict=True):
            assert cell.labels == labels
            if cell.count is None:
                assert cell.mark
                assert cell.reason
            else:
                assert not policy.small(cell.count)
                assert cell.count == publication.count(key)


@given(publication=publications(), policy=policies)
@settings(max_examples=60)
def test_what_passed_the_gate_passes_it_again_as_it_is(publication: Publication, policy: Policy) -> None:
    safe = protect(publication, policy)
    assert protect(publication, policy) == safe
    again = []
    for table, out in zip(publication.tables, safe.tables, strict=True):
        for (_, key), cell in zip(publication.lines(table), out.cells, strict=True):
            if cell.count is not None:
                where = {d.name: values for d, values in zip(publication.dimensions, key, strict=True)}
                again.append(Table(str(len(again)), where=where))
    only_shown = Publication(publication.dimensions, publication.counts, tuple(again))
    assert list(protect(only_shown, policy).withheld()) == []


@given(publication=publications())
@settings(max_examples=30)
def test_the_order_of_the_counts_does_not_matter(publication: Publication) -> None:
    turned = Publication(publication.dimensions, dict(reversed(publication.counts.items())), publication.tables)
    assert protect(turned).tables == protect(publication).tables

"""The mapping journey, figure by figure; splits and choices; and what holds for every set of deliveries."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.crosswalk.coverage import by_target, coverage
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.express import Delivery, Price, Status, express, in_units
from commonweal.crosswalk.goals import by_goal
from commonweal.crosswalk.models import Likeness, Link
from commonweal.figures import Book, Figure
from tests.engine.crosswalk.journey_10 import CALL_OFF, call_off, delivery

CROSSWALK = load_crosswalk()
BOTH = {"weeks_per_apprentice": "78", "years_worked": "1"}


def nt10(_: Delivery, target: str) -> Price | None:
    return Price(Decimal(250), "value/fx-2025.1-nt10") if target == "fx-2025.1/NT10" else None


def sound(book: Book) -> None:
    for entry in book:
        assert not isinstance(entry, Figure) or book.recompute(entry.id) == entry.value, entry.id


def test_six_of_eight_convertible_seven_related_and_one_unmapped_by_name() -> None:
    book = Book()
    made = express(book=book, crosswalk=CROSSWALK, deliveries=call_off(book, BOTH), to="fx-2025.1", stem="fx")
    cover = coverage(book, made, stem="fx/coverage")
    counts = [book[line].value for line in (cover.all, cover.converted, cover.related, cover.unmapped)]
    assert counts == [8, 6, 1, 1]
    assert book[cover.converted_percent].value == Decimal("75.00")
    assert book[cover.related_percent].value == Decimal("87.50")
    assert [one.delivery.measure for one in cover.named] == ["fx-svm-2025/SV5"]
    assert cover.named[0].reason == "nothing in the other framework is like it"
    assert (cover.converted_pounds_percent, cover.related_pounds_percent) == ("", "")
    sound(book)


def test_what_is_unmapped_has_no_line_rather_than_zero() -> None:
    book = Book()
    made = express(book=book, crosswalk=CROSSWALK, deliveries=call_off(book, BOTH), to="fx-2025.1", stem="fx")
    unmapped = next(one for one in made if one.status is Status.UNMAPPED)
    assert unmapped.parts == ()
    assert not any("SV5" in entry.id for entry in book if entry.id.startswith("fx/"))


def test_three_apprentices_of_78_weeks_are_234_weeks_worth_58500_pounds() -> None:
    book = Book()
    made = express(
        book=book, crosswalk=CROSSWALK, deliveries=call_off(book, BOTH), to="fx-2025.1", stem="fx", price=nt10
    )
    (part,) = made[1].parts
    assert (book[part.quantity].value, book[part.quantity].unit) == (Decimal(234), "week")
    assert book[part.priced].value == Decimal("58500.00")
    (total,) = [one for one in by_target(book, made, stem="fx") if one.target.code == "NT10"]
    assert (book[total.quantity].value, book[total.priced].value) == (Decimal(234), Decimal("58500.00"))
    sound(book)


@pytest.mark.parametrize("data", [{}, {"weeks_per_apprentice": "0"}])
def test_without_the_planned_weeks_people_are_not_convertible_to_weeks(data: dict[str, str]) -> None:
    book = Book()
    made = express(book=book, crosswalk=CROSSWALK, deliveries=call_off(book, data), to="fx-2025.1", stem="fx")
    (part,) = made[1].parts
    assert part.words == "3 people, not convertible to weeks"
    assert part.missing is not None
    assert part.missing.label == "weeks planned for each apprentice"
    assert (part.status, part.quantity) == (Status.RELATED, "")
    cover = coverage(book, made, stem="fx/coverage")
    assert [book[line].value for line in (cover.converted, cover.related)] == [4, 3]


def test_what_is_broader_says_so() -> None:
    book = Book()
    made = express(book=book, crosswalk=CROSSWALK, deliveries=call_off(book), to="fx-2025.1", stem="fx")
    assert made[2].parts[0].words == "5 people, broader than CL, not convertible"


def test_one_set_of_facts_gives_four_reports_that_reconcile() -> None:
    book = Book()
    facts = [
        delivery(book, "fx-2025.1/NT1", "FTE-year", "1.875", pence=5_625_000, data={"fte_years_per_person": "0.25"}),
        delivery(book, "fx-2025.1/CL", "person", "1", pence=1_800_000),
        delivery(book, "fx-2025.1/NT10", "week", "13", pence=325_000, data={"weeks_per_apprentice": "52"}),
        delivery(book, "fx-2025.1/NT17", "hour", "60", pence=105_000),
        delivery(book, "fx-2025.1/NT18", "GBP", "31250", pence=1_875_000),
        delivery(book, "fx-2025.1/RLW", "percent", "96", ratio=("48", "50")),
    ]
    expected = {
        "fx-svm-2025": (4, 2, 0, "23050.00"),
        "fx-2026.1": (6, 0, 0, "97300.00"),
        "coventry-indicators": (4, 1, 1, "77500.00"),
        "sdg": (0, 6, 0, "0"),
    }
    for release, (converted, related, unmapped, pounds) in expected.items():
        made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to=release, stem=release)
        cover = coverage(book, made, stem=f"{release}/coverage")
        assert [book[x].value for x in (cover.converted, cover.related, cover.unmapped)] == [
            converted,
            related,
            unmapped,
        ], release
        money = [book[x].value for x in (cover.converted_pounds, cover.related_pounds, cover.unmapped_pounds)]
        assert sum(money) == book[cover.pounds].value == Decimal("97300.00")
        assert money[0] == Decimal(pounds), release
    sound(book)


def test_a_percentage_is_worked_out_again_from_numerators() -> None:
    book = Book()
    facts = [
        delivery(book, "fx-svm-2025/SV4", "percent", "100", ref="a", ratio=("4", "4")),
        delivery(book, "fx-svm-2025/SV4", "percent", "50", ref="b", ratio=("48", "96")),
    ]
    made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to="fx-2025.1", stem="fx")
    (total,) = by_target(book, made, stem="fx")
    assert book[total.quantity].value == Decimal("52.00")
    sound(book)


def test_a_percentage_without_its_numerator_has_no_total() -> None:
    book = Book()
    facts = [delivery(book, "fx-svm-2025/SV4", "percent", "100")]
    made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to="fx-2025.1", stem="fx")
    assert by_target(book, made, stem="fx")[0].quantity == ""


def test_what_cannot_be_added_over_contracts_has_no_total() -> None:
    book = Book()
    links = [link("fx-2025.1/CL", "coventry-indicators/CV-S4-01", factor="1")]
    walk = Crosswalk(CROSSWALK.items, links)
    one = delivery(book, "fx-2025.1/CL", "person", "1")
    two = delivery(book, "fx-2025.1/CL", "person", "2", ref="two")
    expressed = express(book=book, crosswalk=walk, deliveries=[one, two], to="coventry-indicators", stem="x")
    added = by_target(book, expressed, stem="x")[0]
    assert book[added.quantity].value == 3  # organisations paid by are told apart over contracts
    links = [link("svm-2020/SVM20-2-04", "coventry-indicators/CV-E3-04", factor="1")]
    walk = Crosswalk(CROSSWALK.items, links)
    hours = [delivery(book, "svm-2020/SVM20-2-04", "hour", "5", ref=ref) for ref in ("three", "four")]
    expressed = express(book=book, crosswalk=walk, deliveries=hours, to="coventry-indicators", stem="y")
    assert by_target(book, expressed, stem="y")[0].quantity == ""


def link(source: str, target: str, **more: object) -> Link:
    def release(item: str) -> str:
        return item.partition("/")[0]

    values: dict[str, object] = {"relation": Likeness.CLOSE, "reason": "test", **more}
    if isinstance(values.get("factor"), str):
        values["factor"] = Decimal(str(values["factor"]))
    return Link(source, target, release(source), release(target), **values)  # type: ignore[arg-type]  # test's own


TWO = [
    link("fx-2025.1/NT17", "national-toms/NT17", factor="1"),
    link("fx-2025.1/NT17", "national-toms/NT29", factor="1"),
]
SOURCE = ("fx-2025.1/NT17", "national-toms")


def hours(book: Book, pence: int | None = 1001) -> Delivery:
    return delivery(book, "fx-2025.1/NT17", "hour", "10.001", pence=pence)


def test_two_targets_must_be_chosen_or_split_and_the_error_lists_them() -> None:
    book = Book()
    walk = Crosswalk(CROSSWALK.items, TWO)
    with pytest.raises(errors.ChoiceNeeded, match="counted as national-toms/NT17 or as national-toms/NT29") as caught:
        express(book=book, crosswalk=walk, deliveries=[hours(book)], to="national-toms", stem="x")
    assert caught.value.choices == ("national-toms/NT17", "national-toms/NT29")


def test_a_real_measure_that_fits_two_needs_a_choice() -> None:
    book = Book()
    one = delivery(book, "svm-2020/SVM20-8-01", "hour", "10")
    with pytest.raises(errors.ChoiceNeeded, match="NT17 or as national-toms/NT29"):
        express(book=book, crosswalk=CROSSWALK, deliveries=[one], to="national-toms", stem="x")


def test_one_of_two_targets_can_be_chosen() -> None:
    book = Book()
    choices = {SOURCE: {"national-toms/NT29": 10_000}}
    walk = Crosswalk(CROSSWALK.items, TWO)
    made = express(book=book, crosswalk=walk, deliveries=[hours(book)], to="national-toms", stem="x", choices=choices)
    (part,) = made[0].parts
    assert (part.target.code, book[part.quantity].value) == ("NT29", Decimal("10.001"))
    assert part.pounds == "NT17/pounds"


def test_a_split_divides_quantity_and_pence_without_loss() -> None:
    book = Book()
    choices = {SOURCE: {"national-toms/NT17": 3333, "national-toms/NT29": 6667}}
    walk = Crosswalk(CROSSWALK.items, TWO)
    made = express(book=book, crosswalk=walk, deliveries=[hours(book)], to="national-toms", stem="x", choices=choices)
    assert [book[part.quantity].value for part in made[0].parts] == [Decimal("3.3333333"), Decimal("6.6676667")]
    assert [book[part.pounds].value for part in made[0].parts] == [Decimal("3.33"), Decimal("6.68")]
    assert "chosen for this report" in {getattr(entry, "origin", "") for entry in book}
    sound(book)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (
            {"national-toms/NT17": 5000, "national-toms/NT29": 4999},
            r"50 %, national-toms/NT29 49.99 %\) make 99.99 per",
        ),
        ({"national-toms/NT17": 10_001, "national-toms/NT29": -1}, "above zero"),
        (
            {"national-toms/NT18": 10_000},
            "cannot be counted as national-toms/NT18 of national-toms. It can become: nat",
        ),
    ],
)
def test_a_split_must_make_a_whole_of_what_is_there(chosen: dict[str, int], words: str) -> None:
    book, walk = Book(), Crosswalk(CROSSWALK.items, TWO)
    with pytest.raises(errors.BadSplit, match=words):
        express(
            book=book,
            crosswalk=walk,
            deliveries=[hours(book)],
            to="national-toms",
            stem="x",
            choices={SOURCE: chosen},
        )


def test_a_choice_for_what_cannot_be_converted_is_refused() -> None:
    book = Book()
    choices = {("fx-svm-2025/SV3", "fx-2025.1"): {"fx-2025.1/CL": 10_000}}
    with pytest.raises(errors.BadSplit, match="cannot be converted at all"):
        express(book=book, crosswalk=CROSSWALK, deliveries=call_off(book), to="fx-2025.1", stem="x", choices=choices)


def test_part_of_a_weighed_delivery_may_stay_unconverted_and_pounds_still_agree() -> None:
    book = Book()
    links = [
        link("fx-2025.1/NT17", "national-toms/NT17", factor="1", weight=6000),
        link("fx-2025.1/NT17", "national-toms/homelessness", relation=Likeness.RELATED, weight=4000),
    ]
    walk = Crosswalk(CROSSWALK.items, links)
    made = express(book=book, crosswalk=walk, deliveries=[hours(book)], to="national-toms", stem="x")
    assert made[0].status is Status.RELATED
    cover = coverage(book, made, stem="c")
    assert [book[x].value for x in (cover.converted_pounds, cover.related_pounds, cover.pounds)] == [
        Decimal("6.00"),
        Decimal("4.01"),
        Decimal("10.01"),
    ]
    assert [entry.origin for entry in book if entry.id.endswith("NT17/share")] == [""]  # type: ignore[union-attr]


def test_links_count_on_their_days_only() -> None:
    book = Book()
    links = [link("fx-2025.1/NT17", "national-toms/NT17", factor="1", applies_until=dt.date(2026, 3, 31))]
    walk = Crosswalk(CROSSWALK.items, links)
    for day, status in ((dt.date(2026, 3, 31), Status.CONVERTED), (dt.date(2026, 4, 1), Status.UNMAPPED)):
        one = Delivery("x", "x", "fx-2025.1/NT17", "hour", on=day)
        (made,) = express(book=book, crosswalk=walk, deliveries=[one], to="national-toms", stem=str(day))
        assert made.status is status


def test_a_kpi_in_another_unit_than_its_measure_is_not_converted() -> None:
    book = Book()
    facts = [
        delivery(book, "fx-svm-2025/SV6", "day", "3"),
        Delivery("bare", "bare", "fx-svm-2025/SV6", "day"),
        Delivery("none", "none", "fx-svm-2025/SV2", "person"),
        Delivery("word", "word", "fx-svm-2025/SV3", "person"),
    ]
    made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to="fx-2025.1", stem="fx")
    assert [one.parts[0].words for one in made] == [
        "3 days, not convertible: SV6 is counted in hours",
        "days, not convertible: SV6 is counted in hours",
        "people, not convertible to weeks",
        "broader than CL, not convertible",
    ]


def test_nothing_delivered_is_converted_to_no_line_and_costs_nothing() -> None:
    book = Book()
    facts = [Delivery("a", "a", "fx-svm-2025/SV6", "hour")]
    made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to="fx-2025.1", stem="fx", price=nt10)
    assert made[0].status is Status.CONVERTED
    assert (made[0].parts[0].quantity, made[0].parts[0].priced) == ("", "")


def test_a_measure_of_no_known_framework_is_named() -> None:
    book = Book()
    (made,) = express(
        book=book, crosswalk=CROSSWALK, deliveries=[Delivery("a", "a", "X1", "hour")], to="fx-2025.1", stem="fx"
    )
    assert (made.status, made.reason) == (Status.UNMAPPED, "its measure belongs to no framework that is known here")


def test_division_by_a_datum_is_rounded_once() -> None:
    book = Book()
    one = delivery(book, "fx-2025.1/NT10", "week", "100", data={"weeks_per_apprentice": "78"})
    (made,) = express(book=book, crosswalk=CROSSWALK, deliveries=[one], to="fx-svm-2025", stem="fx")
    assert book[made.parts[0].quantity].value == Decimal("1.282051")


@pytest.mark.parametrize(
    ("amount", "unit", "words"),
    [("1", "person", "1 person"), ("1234.5", "hour", "1,234.5 hours"), ("5", "GBP", "£5.00"), ("2", "yurt", "2 yurt")],
)
def test_amounts_in_words(amount: str, unit: str, words: str) -> None:
    assert in_units(Decimal(amount), unit) == words


def test_the_same_delivery_serves_two_goals_and_is_not_added() -> None:
    book = Book()
    facts = [
        delivery(book, "fx-2025.1/NT10", "week", "13", pence=325_000),
        delivery(book, "fx-2025.1/TRN", "person", "2"),
        delivery(book, "fx-2025.1/CL", "person", "1", pence=1_800_001),
    ]
    made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to="sdg", stem="sdg")
    goals = by_goal(book, CROSSWALK.items, made, stem="goals")
    assert [(goal.code, goal.targets) for goal in goals.goals] == [
        ("4", ("4.4",)),
        ("8", ("8.6", "8.5")),
        ("10", ("10.2",)),
    ]
    pounds = [book[goal.pounds].value for goal in goals.goals]
    assert pounds == [Decimal("3250.00"), Decimal("21250.01"), Decimal("18000.01")]
    assert book[goals.distinct].value == Decimal("21250.01") != sum(pounds)
    assert sum(book[goal.weighed].value for goal in goals.goals) == book[goals.distinct].value
    assert [len(goal.deliveries) for goal in goals.goals] == [2, 2, 1]
    sound(book)


def test_a_goal_that_is_reached_by_two_targets_counts_a_delivery_once() -> None:
    book = Book()
    facts = [
        delivery(book, "svm-2020/SVM20-1-01", "FTE", "2", pence=100),  # 1 by the publisher, 1.5 by this project
        delivery(book, "svm-2020/SVM20-6-01", "percent", "2"),
    ]
    made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to="sdg", stem="sdg")
    goals = by_goal(book, CROSSWALK.items, made, stem="goals")
    first = goals.goals[0]
    assert (first.code, first.targets, len(first.deliveries)) == ("1", ("1.5",), 1)
    assert (book[first.pounds].value, first.weighed) == (Decimal("1.00"), "")
    only = next(goal for goal in goals.goals if goal.code == "5")
    assert (only.pounds, only.weighed) == ("", "")


def test_no_delivery_no_coverage() -> None:
    book = Book()
    cover = coverage(book, [], stem="c")
    assert (book[cover.all].value, cover.converted_percent) == (0, "")
    assert by_goal(book, CROSSWALK.items, [], stem="g").distinct == ""


amounts = st.decimals(min_value="0.000001", max_value="1000000", places=6)
weights = st.lists(st.integers(1, 5000), min_size=1, max_size=6)


@given(amount=amounts, pence=st.integers(0, 10**9), parts=weights)
def test_parts_make_the_whole_and_never_more(amount: Decimal, pence: int, parts: list[int]) -> None:
    whole = sum(parts)
    shares = [part * 10_000 // whole for part in parts[:-1]]
    shares.append(10_000 - sum(shares))
    if min(shares) <= 0:
        return
    codes = ["NT7", "NT8", "NT11", "NT15", "NT17", "NT29"][: len(shares)]
    links = [
        link("fx-2025.1/NT17", f"national-toms/{code}", factor="1", weight=share)
        for code, share in zip(codes, shares, strict=True)
    ]
    book = Book()
    one = delivery(book, "fx-2025.1/NT17", "hour", str(amount), pence=pence)
    (made,) = express(
        book=book, crosswalk=Crosswalk(CROSSWALK.items, links), deliveries=[one], to="national-toms", stem="x"
    )
    assert sum(book[part.quantity].value for part in made.parts) == amount
    money = [book[part.pounds].value for part in made.parts]
    assert sum(money) * 100 == pence
    assert min(money) >= 0
    totals = by_target(book, [made], stem="x")
    assert sum(book[total.pounds].value for total in totals) * 100 == pence
    sound(book)


codes = st.sampled_from(sorted(CALL_OFF))


@given(
    chosen=st.lists(st.tuples(codes, amounts, st.none() | st.integers(0, 10**7)), max_size=8),
    data=st.fixed_dictionaries({}, optional={"weeks_per_apprentice": st.just("52"), "years_worked": st.just("0.5")}),
    release=st.sampled_from(["fx-2025.1", "coventry-indicators"]),
)
def test_coverage_always_makes_the_whole_and_counts_each_once(
    chosen: list[tuple[str, Decimal, int | None]], data: dict[str, str], release: str
) -> None:
    book = Book()
    facts = [
        delivery(book, f"fx-svm-2025/{code}", CALL_OFF[code][0], str(amount), pence=pence, data=data, ref=f"{at}")
        for at, (code, amount, pence) in enumerate(chosen)
    ]
    made = express(book=book, crosswalk=CROSSWALK, deliveries=facts, to=release, stem=release)
    cover = coverage(book, made, stem="cover")
    assert sum(book[x].value for x in (cover.converted, cover.related, cover.unmapped)) == len(facts)
    parts = (cover.converted_pounds, cover.related_pounds, cover.unmapped_pounds)
    assert sum(book[x].value for x in parts) * 100 == sum(pence or 0 for _, _, pence in chosen)
    counted = [part.delivery.ref for total in by_target(book, made, stem="t") for part in total.parts]
    assert len(counted) == len(set(counted))
    sound(book)

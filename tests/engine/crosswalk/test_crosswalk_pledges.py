"""Promises at two levels: a framework agreement and its call-offs are counted once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.crosswalk.pledges import Stated, by_place, together
from commonweal.figures import Book, Figure
from commonweal.quantities import Quantity


def stated(
    contract: str, amount: int | str, agreement: str = "", place: str = "", *, more: bool = False, ref: str = ""
) -> Stated:
    quantity = Quantity(Decimal(amount), "person")
    return Stated(
        contract, quantity, body=contract[:3], agreement=agreement, additional=more, place=place, origin="t", ref=ref
    )


def whole(*items: Stated) -> Decimal:
    book = Book()
    line = together(book, items, unit="person", label="Apprentices", stem="p")
    for entry in book:
        assert not isinstance(entry, Figure) or book.recompute(entry.id) == entry.value
    return book[line].value


def test_a_call_off_counts_within_its_agreement() -> None:
    assert whole(stated("FMS", 40), stated("NMC", 3, "FMS")) == 40


def test_an_additional_call_off_is_added() -> None:
    assert whole(stated("FMS", 40), stated("NMC", 3, "FMS", more=True)) == 43


def test_without_its_agreement_a_call_off_counts_by_itself() -> None:
    assert whole(stated("NMC", 3, "FMS")) == 3


def test_call_offs_may_come_to_more_than_their_agreement() -> None:
    assert whole(stated("FMS", 40), stated("NMC", 30, "FMS"), stated("EBC", 12, "FMS")) == 42


def test_agreements_and_other_contracts_are_added() -> None:
    assert whole(stated("FMS", 40), stated("NMC", 3, "FMS"), stated("LOT", 5, ref="A"), stated("LOT", 2, ref="B")) == 47
    assert whole() == 0


def test_other_units_and_call_offs_of_call_offs_are_refused() -> None:
    with pytest.raises(errors.UnitMismatch):
        together(Book(), [Stated("A", Quantity(Decimal(1), "week"))], unit="person", label="x", stem="p")
    with pytest.raises(errors.BadSplit, match="EBC is a call-off of NMC, which is a call-off itself"):
        whole(stated("FMS", 1), stated("NMC", 1, "FMS"), stated("EBC", 1, "NMC"))
    with pytest.raises(errors.BadSplit, match="NMC is a call-off of NMC"):
        whole(stated("NMC", 1, "NMC"))


def test_starts_by_region_make_31_with_two_of_the_council_within_nine() -> None:
    regions = {"TLG": 9, "TLF": 6, "TLD": 7, "TLE": 5, "": 4}
    facts = [stated("FMS", number, place=place) for place, number in regions.items()]
    facts.append(stated("NMC", 2, "FMS", place="TLG"))
    book = Book()
    rows, line = by_place(book, facts, unit="person", label="Starts", stem="s")
    assert [(row.place, book[row.line].value) for row in rows] == [
        ("TLD", 7),
        ("TLE", 5),
        ("TLF", 6),
        ("TLG", 9),
        ("", 4),
    ]
    assert [(body, book[part].value) for row in rows for body, part in row.within] == [("NMC", 2)]
    assert book[line].value == 31
    for entry in book:
        assert not isinstance(entry, Figure) or book.recompute(entry.id) == entry.value


@given(own=st.integers(0, 100), within=st.lists(st.integers(0, 50), max_size=4), more=st.integers(0, 50))
def test_two_levels_never_count_anything_twice(own: int, within: list[int], more: int) -> None:
    call_offs = [stated(f"C{at}", number, "FMS") for at, number in enumerate(within)]
    result = whole(stated("FMS", own), *call_offs, stated("EXT", more, "FMS", more=True))
    assert result == max(own, sum(within)) + more
    assert result <= own + sum(within) + more

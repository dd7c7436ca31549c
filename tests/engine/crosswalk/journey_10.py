"""What the tests of the crosswalk share: books with deliveries, and the call-off of the mapping journey."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from commonweal.crosswalk.express import Delivery
from commonweal.figures import Book

CALL_OFF: Mapping[str, tuple[str, str]] = {
    "SV1": ("FTE", "4"),
    "SV2": ("person", "3"),
    "SV3": ("person", "5"),
    "SV4": ("percent", "96"),
    "SV5": ("percent", "40"),
    "SV6": ("hour", "120"),
    "SV7": ("GBP", "80000"),
    "SV8": ("tCO2e", "12.5"),
}
"""What was delivered under each of the eight metrics, with its unit."""


def delivery(
    book: Book,
    measure: str,
    unit: str,
    amount: str,
    *,
    pence: int | None = None,
    data: Mapping[str, str] | None = None,
    ref: str = "",
    ratio: tuple[str, str] | None = None,
) -> Delivery:
    """Enter an amount, its pounds and its numerator and denominator, and return the delivery."""
    ref = ref or measure.partition("/")[2]
    quantity = book.fact(f"{ref}/verified", f"{ref} verified", Decimal(amount), unit, origin="test").id
    pounds = over = under = ""
    if pence is not None:
        pounds = book.fact(f"{ref}/pounds", f"{ref} pounds", Decimal(pence).scaleb(-2), "GBP", origin="test").id
    if ratio:
        over = book.fact(f"{ref}/over", f"{ref} numerator", Decimal(ratio[0]), "person", origin="test").id
        under = book.fact(f"{ref}/under", f"{ref} denominator", Decimal(ratio[1]), "person", origin="test").id
    known = {name: Decimal(value) for name, value in (data or {}).items()}
    return Delivery(ref, ref, measure, unit, quantity, pounds, over, under, known, origin="test")


def call_off(book: Book, data: Mapping[str, str] | None = None) -> list[Delivery]:
    """Return the eight deliveries of the call-off, each with what is known beside it."""
    return [delivery(book, f"fx-svm-2025/{c}", unit, n, data=data) for c, (unit, n) in CALL_OFF.items()]

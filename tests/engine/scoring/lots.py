"""Small lots to score, and the journey's lot as it is shipped."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

from commonweal.catalogue import data_root, load_catalogue, units
from commonweal.packs import load_series
from commonweal.portfolio import Supplier
from commonweal.scoring import Bidder, Criterion, Declaration, Formula, Lot, LotMeasure, Mark, Offer, Tender
from commonweal.workbooks.complete import series_lookup
from commonweal.workbooks.tender import read_tender
from commonweal.workbooks.tender_complete import complete_tender

VERDANT, OAKLINE, HARBOURSIDE = "Verdant Facilities plc", "Oakline Grounds Ltd", "Harbourside Gardens CIC"
DAY = dt.date(2026, 1, 5)


@cache
def tender(name: str = "bids-grounds-2026") -> Tender:
    read = read_tender(data_root() / "examples" / name)
    return complete_tender(read, catalogue=load_catalogue(), series=series_lookup(load=load_series), units=units())


def grounds() -> Lot:
    return tender().lots[0]


def d(number: str | int) -> Decimal:
    return Decimal(number)


def criterion(
    code: str = "Q", weight: int = 10, formula: Formula | None = Formula.RELATIVE_TO_BEST, **more: Any
) -> Criterion:
    return Criterion(code, f"Criterion {code}", d(weight), formula=formula, **more)


def marked(code: str = "M", weight: int = 10, highest: int = 5, **more: Any) -> Criterion:
    return criterion(code, weight, None, highest_mark=d(highest), **more)


def lot(
    *criteria: Criterion,
    offers: dict[str, dict[str, str | int]],
    values: dict[str, str | None] | None = None,
    **more: Any,
) -> Lot:
    """A lot whose weight is that of its top criteria; `offers` are quantities by bidder and measure."""
    codes = list(dict.fromkeys([*(values or {}), *(code for mine in offers.values() for code in mine)]))
    worth = values or dict.fromkeys(codes, "1")
    return Lot(
        ref="L1",
        title="A lot",
        weight=sum((c.weight for c in criteria if not c.parent), Decimal(0)),
        criteria=criteria,
        measures=tuple(
            LotMeasure(
                code, f"Measure {code}", "hour", value_per_unit=None if worth.get(code) is None else d(worth[code])
            )  # type: ignore[arg-type]
            for code in codes
        ),
        bidders=more.pop("bidders", tuple(Bidder(Supplier(name), price=d(100)) for name in offers)),
        offers=tuple(
            Offer(name, code, d(amount), "what", "how")
            for name, mine in offers.items()
            for code, amount in mine.items()
        ),
        **more,
    )


def declared(*names: str) -> tuple[Declaration, ...]:
    return tuple(Declaration(name, DAY) for name in names)


def marks(criterion_code: str, given: dict[str, dict[str, int]]) -> tuple[Mark, ...]:
    """Marks by bidder and evaluator."""
    return tuple(
        Mark(bidder, criterion_code, who, d(mark)) for bidder, mine in given.items() for who, mark in mine.items()
    )

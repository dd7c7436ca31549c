"""
Fill a tender's measures from the framework and value pack that its lots name, and its offers from bid workbooks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from commonweal import errors
from commonweal.catalogue import Catalogue, Measure, Units
from commonweal.checks.problem import Problem
from commonweal.portfolio import Aggregation, Contract, Kpi, Portfolio
from commonweal.scoring.models import Bidder, Lot, LotMeasure, Offer, Tender
from commonweal.workbooks.bid_template import BidTerms, read_bid_workbook
from commonweal.workbooks.complete import NO_POUNDS, SeriesLookup, complete
from commonweal.workbooks.tables import error


def complete_tender(tender: Tender, *, catalogue: Catalogue, series: SeriesLookup, units: Units) -> Tender:
    """
    Return the tender with the blanks of its measures filled: wording, unit, evidence, and the value with its source.

    Values are those in force on the lot's "values as on", or its first day. A lot that counts no pounds gets none,
    and loses those that were given: nothing about it may show a value. What is missing is an error, never zero.
    """
    filled = Tender(tender.title, [], tender.sources, list(tender.problems))
    for lot in tender.lots:
        measures, problems = _measures(lot, catalogue, series, units)
        filled.lots.append(replace(lot, measures=measures))
        filled.problems += problems
    return filled


def _measures(
    lot: Lot, catalogue: Catalogue, series: SeriesLookup, units: Units
) -> tuple[tuple[LotMeasure, ...], list[Problem]]:
    """Fill measures as the KPIs that they will become, so that award and tender cannot differ."""
    known = _codes(lot, catalogue)
    pack = lot.value_pack if lot.counts_pounds else NO_POUNDS
    contract = Contract(
        lot.ref, lot.title, start=lot.value_on or lot.start, framework=lot.framework, value_pack=pack, origin=lot.origin
    )
    kpis = [_kpi(lot, measure, measure.code in known or not measure.unit) for measure in lot.measures]
    done = complete(Portfolio(contracts=[contract], kpis=kpis), catalogue=catalogue, series=series, units=units)
    return tuple(_measure(lot, one, kpi) for one, kpi in zip(lot.measures, done.kpis, strict=True)), done.problems


def _codes(lot: Lot, catalogue: Catalogue) -> set[str]:
    try:
        return {measure.code for measure in catalogue.framework(lot.framework).measures}
    except errors.UnknownCode:
        return set()


def _kpi(lot: Lot, measure: LotMeasure, in_framework: bool) -> Kpi:
    return Kpi(
        contract=lot.ref,
        ref=measure.code,
        measure=measure.code if in_framework and lot.framework else "",
        deliverable=measure.label,
        unit=measure.unit,
        value_per_unit=measure.value_per_unit if lot.counts_pounds else None,
        value_source=measure.value_source,
        origin=measure.origin,
    )


def _measure(lot: Lot, measure: LotMeasure, kpi: Kpi) -> LotMeasure:
    valued = kpi.value_per_unit is not None
    return replace(
        measure,
        label=kpi.deliverable or measure.code,
        unit=kpi.unit,
        kind=kpi.kind,
        value_per_unit=kpi.value_per_unit,
        value_series=kpi.value_series,
        value_source=kpi.value_source if valued else "",
        value_on=(kpi.value_on or lot.value_on or lot.start) if valued else None,
        evidence=kpi.evidence_rule,
    )


def bid_terms(lot: Lot, *, catalogue: Catalogue) -> BidTerms:
    """
    Return what the bid workbook of a completed lot is made from.

    :raises BadScoring: if the lot has no first and last day
    """
    if lot.start is None or lot.end is None:
        raise errors.BadScoring(f"Lot {lot.ref} has no first and last day, which limit weeks and FTE. Give both.")
    known = {m.code: m for m in catalogue.framework(lot.framework).measures} if _codes(lot, catalogue) else {}
    return BidTerms(
        lot=lot.ref,
        title=lot.title,
        release=lot.framework,
        measures=tuple(known.get(measure.code) or _own(lot, measure) for measure in lot.measures),
        start=lot.start,
        end=lot.end,
        text_needed=lot.text_needed,
        caps={measure.code: measure.cap for measure in lot.measures if measure.cap is not None},
    )


def _own(lot: Lot, measure: LotMeasure) -> Measure:
    """A buyer's own measure in the catalogue's shape."""
    return Measure(
        id=f"{lot.ref}/{measure.code}",
        framework=lot.framework,
        code=measure.code,
        label=measure.label,
        unit=measure.unit,
        kind=measure.kind,
        over_time=Aggregation.SUM,
        over_contracts=Aggregation.SUM,
        evidence=measure.evidence,
    )


def add_bids(tender: Tender, folder: Path, *, catalogue: Catalogue) -> Tender:
    """
    Return the tender with the offers of every bid workbook that its Bidders sheet names, read from `folder`.

    The name on the Bidders sheet counts, whatever name the workbook gives. A workbook that cannot be read, or is of
    another version, is an error at the bidder's row.
    """
    filled = Tender(tender.title, [], list(tender.sources), list(tender.problems))
    for lot in tender.lots:
        offers = list(lot.offers)
        for bidder in lot.bidders:
            if bidder.workbook:
                offers += _bid(lot, bidder, folder, catalogue, filled.problems)
        filled.lots.append(replace(lot, offers=tuple(offers)))
    return filled


def _bid(lot: Lot, bidder: Bidder, folder: Path, catalogue: Catalogue, problems: list[Problem]) -> Iterator[Offer]:
    twice = [offer for offer in lot.offers if offer.bidder == bidder.name]
    if twice:
        found = f"{bidder.name} has rows under Offers and a bid workbook, {bidder.workbook}."
        problems.append(error("offer_twice", twice[0].origin, found, "Keep one of the two.", lot.ref))
        return
    try:
        read = read_bid_workbook(folder / Path(bidder.workbook).name, bid_terms(lot, catalogue=catalogue))
    except errors.CommonwealError as bad:
        mend = "Ask the bidder for the right file."
        problems.append(error(bad.code, bidder.origin, f"The bid of {bidder.name}: {bad.message}", mend, lot.ref))
        return
    problems += read.problems
    for offer in read.bid.offers:
        yield replace(offer, bidder=bidder.name)

"""The engine's objects of an approved version: the lot that will be scored, and what bid and return workbooks ask."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commonweal.performance.targets import targets_by_period
from commonweal.periods import Period, periods_of
from commonweal.portfolio import Contract, Kind, Kpi, PeriodScheme, Profile
from commonweal.quantities import split
from commonweal.reporting import wording
from commonweal.scoring import Criterion, Formula, Lot, LotMeasure
from commonweal.workbooks.bid_template import BidTerms
from commonweal.workbooks.return_template import ReturnTerms, return_terms
from commonweal.workbooks.versions import Facts
from commonweal_web.planning.pack.content import Asked, AskedMeasure
from commonweal_web.planning.pack.texts import HIGHEST, LICENSED, NO_POUNDS, QUESTIONS, UNSUPPORTED

QUANTITIES, QUALITY = "QUANT", "QUAL"
MADE_EVENLY = frozenset({Profile.EVEN, Profile.S_CURVE})


def lot_of(asked: Asked, measures: Sequence[AskedMeasure]) -> Lot:
    """
    Return the lot that a version makes, without bidders, with only the `measures` that are named.

    Quantities are scored together by their pounds; where no measure of the version has a value, each alone.
    """
    criteria = (*_of_quantities(asked, measures), *_of_quality(asked))
    return Lot(
        ref=asked.reference,
        title=asked.title,
        weight=sum((one.weight for one in criteria if not one.parent), Decimal(0)),
        body=asked.body,
        start=asked.starts,
        end=asked.ends,
        framework=asked.framework,
        value_pack=asked.value_pack,
        text_needed=True,
        unsupported_rule=UNSUPPORTED,
        category=asked.category,
        criteria=criteria,
        measures=tuple(_measure(one) for one in measures),
    )


def can_be_counted(asked: Asked) -> bool:
    """Whether the part of the weight that is for quantities, if any, can be scored."""
    return not asked.quantitative or bool(asked.counted)


def _of_quantities(asked: Asked, measures: Sequence[AskedMeasure]) -> list[Criterion]:
    if not asked.quantitative or not asked.counted:
        return []
    label = "Quantities offered"
    if asked.counts_pounds:
        return [Criterion(QUANTITIES, label, asked.quantitative, formula=Formula.RELATIVE_TO_BEST)]
    counted = [one for one in measures if one in asked.counted]
    shares = split(asked.quantitative, [Decimal(1)] * len(counted))
    return [
        Criterion(QUANTITIES, label, asked.quantitative),
        *(
            Criterion(one.ref, one.label, share, QUANTITIES, Formula.RELATIVE_TO_BEST, measure=one.ref)
            for one, share in zip(counted, shares, strict=True)
        ),
    ]


def _of_quality(asked: Asked) -> list[Criterion]:
    if not asked.qualitative:
        return []
    shares = split(asked.qualitative, [Decimal(1)] * len(QUESTIONS))
    return [
        Criterion(QUALITY, "Quality of the offer", asked.qualitative),
        *(
            Criterion(one.code, one.short, share, QUALITY, highest_mark=Decimal(HIGHEST))
            for one, share in zip(QUESTIONS, shares, strict=True)
        ),
    ]


def _measure(one: AskedMeasure) -> LotMeasure:
    """A licensed value is left out: whoever holds the licence scores with it."""
    value = one.open_value
    return LotMeasure(
        code=one.ref,
        label=one.label,
        unit=one.unit,
        kind=one.kind,
        value_per_unit=value,
        value_series=one.series if value is not None else "",
        value_source=one.source if value is not None else "",
        evidence=one.evidence,
    )


def bid_terms_of(asked: Asked) -> BidTerms:
    """Return what the bid workbook of a version is made from."""
    return BidTerms(
        lot=asked.reference,
        title=asked.title,
        release=asked.framework,
        measures=tuple(one.as_measure for one in asked.measures),
        start=asked.starts,
        end=asked.ends,
        text_needed=True,
        about=(*named(asked), *_weights(asked)),
        said={one.ref: said_of(one) for one in asked.measures},
    )


def return_terms_of(asked: Asked) -> ReturnTerms:
    """
    Return what the return template of a version is made from: the first quarter, with what is expected in it.

    What a contract owes follows from the winning offer; until then guidance stands in its place, and is called so.
    """
    contract = contract_of(asked)
    kpis = kpis_of(asked)
    quarters = periods_of(contract.period_scheme, Period(asked.starts, asked.ends))
    due = {
        one.ref: targets_by_period(total=one.target, periods=quarters, profile=one.profile)
        for one in kpis
        if one.target and one.profile in MADE_EVENLY and one.kind is not Kind.RATIO
    }
    made = return_terms(
        contract, kpis, quarters[0], due=due, cards={one.code or one.ref: one.card for one in asked.measures}
    )
    note = ("What is due", "Guidance of the plan; after the award, what the contract says.")
    return ReturnTerms(
        made.contract, made.period, made.kpis, made.due, made.most, made.cards,
        about=(*named(asked), note), said={one.ref: said_of(one) for one in asked.measures},
    )  # fmt: skip


def contract_of(asked: Asked) -> Contract:
    """Return the contract that a version will become, before anybody is awarded it."""
    return Contract(
        ref=asked.reference,
        title=asked.title,
        body=asked.body,
        category=asked.category,
        start=asked.starts,
        end=asked.ends,
        period_scheme=PeriodScheme.CONTRACT_QUARTERS,
        division=asked.division,
        place=asked.place,
        framework=asked.framework,
        value_pack=asked.value_pack,
    )


def kpis_of(asked: Asked) -> tuple[Kpi, ...]:
    """Return the KPIs that the measures will become; the target is what is expected."""
    return tuple(
        Kpi(
            contract=asked.reference,
            ref=one.ref,
            measure=one.code or one.ref,
            deliverable=one.label,
            unit=one.unit,
            kind=one.kind,
            target=one.expected,
            profile=one.profile,
            over_time=one.over_time,
            over_contracts=one.over_contracts,
            better=one.better,
            evidence_rule=one.evidence,
            place=one.place,
            cohort=one.cohort,
            value_licensed=one.licensed,
        )
        for one in asked.measures
    )


def named(asked: Asked) -> Facts:
    """Return what every file says of where it comes from."""
    return (
        ("Plan", asked.reference),
        ("Plan version", str(asked.number)),
        ("Approved on", wording.day(asked.approved_on)),
        ("SHA-256 of the version", asked.sha256),
    )


def said_of(one: AskedMeasure) -> Facts:
    """Return what a version says of a measure beside its card: its value and what is expected."""
    return (
        ("value per unit", value_words(one)),
        ("source of the value", one.source if one.open_value is not None else ""),
        ("expected over the whole contract", expected_words(one)),
        ("place", one.place),
        ("for", one.cohort),
    )


def value_words(one: AskedMeasure) -> str:
    """Return what a unit is worth: `£250.00 per week`."""
    if one.licensed and one.value is not None:
        return LICENSED
    if one.value is None:
        return NO_POUNDS
    unit = "£1" if one.unit in wording.POUNDS else one.unit
    return f"{wording.amount(one.value, 'GBP')} per {unit}"


def expected_words(one: AskedMeasure) -> str:
    """Return what is expected over the whole contract: `208 weeks`."""
    return wording.amount(one.expected, one.unit) if one.expected is not None else ""


def percent_words(value: Decimal) -> str:
    """Return a weight in words: `10 %`."""
    return wording.percent(value)


def _weights(asked: Asked) -> Facts:
    parts = f"{percent_words(asked.quantitative)} quantities + {percent_words(asked.qualitative)} quality"
    return (("Weight of social value", f"{percent_words(asked.weight)} = {parts}" if asked.weight else "not scored"),)

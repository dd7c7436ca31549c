"""Are the values right? Quantities and their pounds, the value per unit, and its share of the contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from commonweal import errors
from commonweal.checks.common import PENNY, ZERO, amounts_of, apart, is_money, near, subject
from commonweal.checks.context import Context
from commonweal.checks.registry import Finding, error, note, warning
from commonweal.checks.wording import amount, percent, pounds, unit_pounds, unit_words
from commonweal.portfolio import Claim, Contract, Kpi, Portfolio
from commonweal.series import ValueSeries


@error("pounds_in_quantity", "An amount of money stands where a quantity belongs.")
def pounds_typed(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        if is_money(kpi) or near(kpi.value_per_unit, Decimal(1)):
            continue
        for row, count in amounts_of(context, kpi):
            if near(count, row.stated_value):
                yield _pounds_finding(kpi, row, count, f"equals its money value of {pounds(row.stated_value or ZERO)}")
            elif isinstance(row, Claim) and (worth := _worth_equal_to(context, kpi, row)) is not None:
                yield _pounds_finding(kpi, row, count, f"equals the pounds that its target is worth, {worth}")


def _pounds_finding(kpi: Kpi, row: Kpi | Claim, count: Decimal, why: str) -> Finding:
    found = (
        f"The quantity {amount(count)} {why}, so pounds seem to be written as {unit_words(kpi.unit) or 'a quantity'}."
    )
    mend = f"Give the number of {unit_words(kpi.unit) or 'units'}"
    if kpi.value_per_unit and not kpi.value_licensed:
        mend += (
            f"; at {unit_pounds(kpi.value_per_unit)} each it would be {amount(round(count / kpi.value_per_unit, 2))}"
        )
    return Finding(row.origin, found, f"{mend}.", subject(kpi))


def _worth_equal_to(context: Context, kpi: Kpi, claim: Claim) -> str | None:
    """Return the worth of the period's target or of the whole one, if the claim, being larger, is just that number."""
    if not kpi.value_per_unit or kpi.value_per_unit < 0 or claim.amount <= 0:
        return None
    targets = [t.amount for t in context.index.targets_of.get(kpi.key, ()) if t.period == claim.period]
    for target in (*targets, *([kpi.target] if kpi.target else ())):
        worth = target * kpi.value_per_unit
        if abs(claim.amount - worth) <= PENNY and claim.amount > target:
            return pounds(worth)
    return None


@warning("implied_value_differs", "Quantity and value imply another value per unit than the one that was frozen.")
def implied_value(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        frozen = kpi.value_per_unit
        if not frozen:
            continue
        for row, count in amounts_of(context, kpi):
            stated = row.stated_value
            if not stated or near(count, stated) or not apart(stated, count * frozen):
                continue
            implied = (stated / count).quantize(Decimal("0.000001"))
            found = (
                f"{amount(count, kpi.unit)} stated to be worth {pounds(stated)} is {unit_pounds(implied)} each, "
                f"while {'another' if kpi.value_licensed else unit_pounds(frozen)} was agreed."
            )
            mend = "Correct the quantity or its value, or record the change of value that both parties agreed."
            yield Finding(row.origin, f"{found}{_looks_like(context, kpi, implied)}", mend, subject(kpi))


@warning("frozen_value_differs", "The value agreed for a KPI is not the one that its series has for the day and place.")
def frozen_value(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        frozen = kpi.value_per_unit
        if not frozen or not kpi.value_series or kpi.value_on is None:
            continue
        series = next((one for one in context.series_of(kpi) if one.id == kpi.value_series), None)
        due = _due_value(context, kpi, series, kpi.value_on) if series else None
        if series is None or due is None or near(frozen, due):
            continue
        has = unit_pounds(due) if series.may_export else "licensed one"
        found = (
            f"The agreed value of {unit_pounds(frozen)} per {unit_words(kpi.unit, one=True)} is not the "
            f"{has} that {kpi.value_series} has for that day and place."
        )
        mend = "Check the place and the release, or name the source of the value that was agreed."
        yield Finding(kpi.origin, f"{found}{_looks_like(context, kpi, frozen)}", mend, subject(kpi))


def _due_value(context: Context, kpi: Kpi, series: ValueSeries, day: dt.date) -> Decimal | None:
    """Return the value that the KPI's series has for the day and place; None where it has none."""
    try:
        return series.on(day, context.levels(kpi.place)).entry.value
    except (errors.NoValueForDate, errors.NoValueForPlace):
        return None


def _looks_like(context: Context, kpi: Kpi, value: Decimal) -> str:
    """Return a sentence that names the entries of the KPI's measure within half a per cent, nearest first."""
    found = [
        (abs(entry.value - value), number, series, entry)
        for number, series in enumerate(context.series_of(kpi))
        for entry in series.entries
        if near(value, entry.value)
    ]
    names = dict.fromkeys(
        f"{series.id}"
        f"{f' for {context.place_name(entry.place)}' if entry.place else ''}"
        f"{f' in {series.framework}' if series.framework else ''} from {entry.start}"
        for _, _, series, entry in sorted(found, key=lambda f: (f[0], f[1], f[3].start, f[3].place))
    )
    return f" It looks like {' or '.join(list(names)[:3])}." if names else ""


@error("value_zero", "A KPI has a value of zero pounds per unit.")
def value_zero(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        if kpi.value_per_unit is not None and kpi.value_per_unit == 0:
            measure = context.measure(kpi)
            local = f" for {kpi.place or 'its place'}" if measure is not None and measure.localised else ""
            found = (
                f"{kpi.measure or kpi.ref} has a value of £0.00 per {unit_words(kpi.unit, one=True) or 'unit'}{local}."
            )
            mend = "Give the value with its source, or leave it empty to record the KPI without pounds."
            yield Finding(kpi.origin, found, mend, subject(kpi))


@warning("local_value_missing", "A measure that is valued place by place has no value.")
def local_value_missing(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        measure = context.measure(kpi)
        if kpi.value_per_unit is None and measure is not None and measure.localised:
            found = f"{kpi.measure} is valued place by place, but no value is given for {kpi.place or 'its place'}."
            mend = "Import the value pack that has it, or leave it so: the KPI is then counted without pounds."
            yield Finding(kpi.origin, found, mend, subject(kpi))


@warning("value_without_source", "A value per unit names no source.")
def value_without_source(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for kpi in portfolio.kpis:
        if kpi.value_per_unit and not kpi.value_source.strip() and not kpi.value_series.strip():
            found = f"{unit_pounds(kpi.value_per_unit)} per {unit_words(kpi.unit, one=True) or 'unit'} has no source."
            yield Finding(kpi.origin, found, "Say which list and year the value comes from.", subject(kpi))


@warning("social_value_above_half", "The social value promised is more than half of the contract value.")
def above_half(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract, worth, promised in _promised(portfolio, context):
        if worth < promised * 2 and promised <= worth:
            yield _share_finding(contract, worth, promised)


@error("social_value_above_contract", "The social value promised is more than the contract value.", stops=False)
def above_contract(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    for contract, worth, promised in _promised(portfolio, context):
        if promised > worth:
            yield _share_finding(contract, worth, promised)


@note("licensed_values", "A contract is valued with a licensed pack, whose values do not leave in exports.")
def licensed_values(portfolio: Portfolio, context: Context) -> Iterator[Finding]:
    licensed_ids = {s.id: s.pack for s in context.series if s.pack in context.licensed or not s.may_export}
    for contract in portfolio.contracts:
        packs = {contract.value_pack} & set(context.licensed)
        packs |= {
            licensed_ids[k.value_series]
            for k in context.index.kpis_of.get(contract.ref, ())
            if k.value_series in licensed_ids
        }
        for pack in sorted(packs):
            licence = context.licensed.get(pack)
            found = f"Values of {contract.title or contract.ref} come from {pack}{f' ({licence})' if licence else ''}."
            mend = "Totals are shown to you; the values themselves are left out of files that you export."
            yield Finding(contract.origin, found, mend, contract.ref)


def _promised(portfolio: Portfolio, context: Context) -> Iterator[tuple[Contract, Decimal, Decimal]]:
    """Yield each contract that has a value, that value, and the net pounds of its whole-life targets."""
    for contract in portfolio.contracts:
        if contract.value is not None and contract.value > 0:
            yield contract, contract.value, sum(map(_worth, context.index.kpis_of.get(contract.ref, ())), ZERO)


def _worth(kpi: Kpi) -> Decimal:
    if kpi.target is None or kpi.value_per_unit is None:
        return ZERO
    worth = kpi.target * kpi.value_per_unit
    for _, kept in kpi.adjustments:
        worth *= kept
    return worth


def _share_finding(contract: Contract, worth: Decimal, promised: Decimal) -> Finding:
    found = (
        f"Social value of {pounds(promised)} is {percent(promised, worth)} of the contract value of {pounds(worth)}."
    )
    mend = "Look for quantities that are not caused by this contract, or pounds written as quantities."
    return Finding(contract.origin, found, mend, contract.ref)

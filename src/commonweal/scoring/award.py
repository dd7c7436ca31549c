"""
From the offer that wins to the contract and its KPIs, so that nothing is typed twice.

Targets are the quantities that counted in the calculation that stands; values are frozen with their source, as they
were published with the tender.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from commonweal import errors
from commonweal.catalogue.nearest import nearest
from commonweal.portfolio import Contract, Kpi, Portfolio
from commonweal.scoring.accept import Taken
from commonweal.scoring.result import Evaluation

NO_POUNDS = "none"
LIVE, PLANNED = "live", "planned"


@dataclass(frozen=True, slots=True)
class Award:
    """What an award makes: the contract and a KPI for each measure that counted."""

    contract: Contract
    kpis: tuple[Kpi, ...]

    def portfolio(self) -> Portfolio:
        """Return both as a portfolio, which `write_contract_workbook` writes."""
        return Portfolio(title=self.contract.title, contracts=[self.contract], kpis=list(self.kpis))


def award(evaluation: Evaluation, *, bidder: str, owner: str = "", ref: str = "") -> Award:
    """
    Return the contract and KPIs of an award to `bidder`; the contract's value is the bidder's price, or the lot's.

    Without an `owner`, on the lot or given, the contract is planned and not live. A measure of which nothing counted
    becomes no KPI. A lot that counts no pounds makes KPIs without pounds.

    :raises UnknownCode: if nobody of that name bid
    :raises BadScoring: if the lot has no first and last day
    """
    lot = evaluation.lot
    winner = next((one for one in lot.bidders if one.name == bidder), None)
    if winner is None:
        raise nearest("bidder", bidder, lot.names)
    if lot.start is None or lot.end is None:
        raise errors.BadScoring(f"Lot {lot.ref} has no first and last day, so it makes no contract. Give both.")
    who = owner or lot.owner
    contract = Contract(
        ref=ref or lot.ref,
        title=lot.title,
        body=lot.body,
        suppliers=(winner.supplier,),
        directorate=lot.directorate,
        category=lot.category,
        value=winner.price if winner.price is not None else lot.contract_value,
        start=lot.start,
        end=lot.end,
        framework=lot.framework,
        value_pack=lot.value_pack if lot.counts_pounds else NO_POUNDS,
        owner=who,
        deputy=lot.deputy,
        status=LIVE if who else PLANNED,
        origin=winner.origin,
    )
    taken = [one for (name, _), one in evaluation.last.taken.items() if name == bidder and one.quantity > 0]
    kpis = tuple(_kpi(contract.ref, one, pounds=lot.counts_pounds) for one in taken)
    return Award(contract, kpis)


def _kpi(contract: str, one: Taken, *, pounds: bool) -> Kpi:
    measure = one.measure
    value: Decimal | None = measure.value_per_unit if pounds else None
    return Kpi(
        contract=contract,
        ref=measure.code,
        measure=measure.code,
        deliverable=one.offer.description or measure.label,
        unit=measure.unit,
        kind=measure.kind,
        target=one.quantity,
        value_per_unit=value,
        value_series=measure.value_series if value is not None else "",
        value_source=measure.value_source if value is not None else "",
        value_on=measure.value_on if value is not None else None,
        evidence_rule=measure.evidence,
        origin=one.offer.origin,
    )

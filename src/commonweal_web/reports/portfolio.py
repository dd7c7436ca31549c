"""
The facts of contracts as the engine's portfolio: pages, downloads and the command line are then one calculation.

The number of queries is fixed, whatever the number of contracts.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from commonweal import portfolio as facts
from commonweal.checks.problem import Origin
from commonweal.ledger import Account
from commonweal.periods import Period
from commonweal.posting import CLAIM_OUTCOMES, PROMISE_OUTCOMES
from commonweal.quantities import plain
from commonweal_web.contracts.models import Assignment, BreakPoint, Contract, ContractSupplier, Kpi, KpiVersion
from commonweal_web.core.clock import LONDON
from commonweal_web.delivery.models import Claim, ClaimEvidence, ClaimPerson, Movement, Return
from commonweal_web.delivery.returns.facts import contract_facts, kpi_facts
from commonweal_web.organisations.models import Identifier
from commonweal_web.performance.models import Action, Review
from commonweal_web.reports.once import within
from commonweal_web.reports.verbs import role_in_words

POUND = Decimal(100)
OUTCOME = {account: outcome for outcome, account in (*CLAIM_OUTCOMES.items(), *PROMISE_OUTCOMES.items())}


def portfolio_of(contracts: Iterable[Contract], *, title: str = "") -> facts.Portfolio:
    """Return everything that the service knows about `contracts`, in the order given."""
    return _Builder(list(contracts), title).build()


def contract_key(contract: Contract) -> str:
    """Return the reference by which the engine knows a contract, alone or beside others of its body."""
    return contract.reference


def contract_keys(contracts: Iterable[Contract]) -> dict[int, str]:
    """Return the engine's reference of each contract by its id; where two bodies use one, each with its body."""
    rows = list(contracts)
    used = Counter(contract.reference for contract in rows)
    return {row.pk: contract_key(row) if used[row.reference] == 1 else _with_body(row) for row in rows}


def _with_body(contract: Contract) -> str:
    return f"{contract.reference} of {contract.authority.name}"


def pounds(pence: int | None) -> Decimal | None:
    """Return pence as pounds; None stays None."""
    return None if pence is None else Decimal(pence) / POUND


def day(moment: dt.datetime | None) -> dt.date | None:
    """Return the London day of a moment."""
    return moment.astimezone(LONDON).date() if moment else None


class _Builder:
    """Loads each kind of row once and turns it into facts."""

    def __init__(self, contracts: Sequence[Contract], title: str) -> None:
        self.contracts = contracts
        self.ids = [contract.pk for contract in contracts]
        self.by_id = {contract.pk: contract for contract in contracts}
        self.key = contract_keys(contracts)
        self.made = facts.Portfolio(title=title)

    def build(self) -> facts.Portfolio:
        self._contracts()
        self._kpis()
        self._returns()
        self._movements()
        self._notes()
        return self.made

    def _contracts(self) -> None:
        suppliers = defaultdict(list)
        owned = Identifier.objects.filter(organisation__supplied__contract__in=self.ids)
        numbers = {row.organisation_id: row for row in owned.order_by("-pk")}
        for row in ContractSupplier.objects.filter(contract__in=self.ids).select_related("supplier").order_by("pk"):
            known = numbers.get(row.supplier_id)
            scheme, value = (known.scheme, known.value) if known else ("", "")
            suppliers[row.contract_id].append(facts.Supplier(row.supplier.name, scheme, value))
        people: dict[int, dict[str, str]] = defaultdict(dict)
        for part in Assignment.objects.filter(contract__in=self.ids, ends__isnull=True).select_related("user"):
            people[part.contract_id][part.part] = part.user.name
        breaks = {
            row.contract_id: row.on
            for row in BreakPoint.objects.filter(contract__in=self.ids, outcome="").order_by("-on")
        }
        agreements = self._agreements()
        for contract in self.contracts:
            made = _contract(contract, suppliers[contract.pk], people[contract.pk], breaks.get(contract.pk))
            under = agreements.get(contract.call_off_of_id or 0, "")
            self.made.contracts.append(replace(made, ref=self.key[contract.pk], call_off_of=under))

    def _agreements(self) -> dict[int, str]:
        """Return the reference of each agreement: with its body where it is not one of the contracts here."""
        named = {contract.call_off_of_id for contract in self.contracts} - {None}
        rows = Contract.objects.filter(pk__in=named).select_related("authority")
        return {row.pk: self.key.get(row.pk) or _with_body(row) for row in rows} if named else {}

    def _kpis(self) -> None:
        versions = defaultdict(list)
        rows = (
            KpiVersion.objects.filter(kpi__contract__in=self.ids, state__in=["approved", "superseded"])
            .select_related("kpi", "change", "decided_by")
            .prefetch_related("targets")
            .order_by("kpi", "number")
        )
        for row in rows:
            versions[row.kpi].append(row)
        inside = within(self.by_id, [history[-1] for history in versions.values()])
        for kpi, history in versions.items():
            kpi.contract = self.by_id[kpi.contract_id]
            made = replace(_kpi(kpi, history), contract=self.key[kpi.contract_id], stated_above=kpi.pk in inside)
            self.made.kpis.append(made)
            for index, version in enumerate(history):
                self.made.targets.extend(_targets(self.key[kpi.contract_id], kpi.ref, version, index))

    def _returns(self) -> None:
        received = Return.objects.filter(contract__in=self.ids, first_received_at__isnull=False)
        for row in received.select_related("submitted_by"):
            self.made.receipts.append(
                facts.Receipt(
                    self.key[row.contract_id],
                    Period(row.starts, row.ends),
                    day(row.first_received_at),
                    by=row.submitted_by.name if row.submitted_by else "",
                    origin=Origin(f"Return {Period(row.starts, row.ends).label} of {self.key[row.contract_id]}"),
                )
            )
        nils = Claim.objects.filter(ret__contract__in=self.ids, nil=True, ret__received_at__isnull=False)
        for claim in nils.exclude(state="withdrawn").select_related("ret__submitted_by", "kpi"):
            self.made.claims.append(self._claim(claim, _claim_ref(claim), Decimal(0)))

    def _movements(self) -> None:
        self._evidence = defaultdict(list)
        links = ClaimEvidence.objects.filter(claim__ret__contract__in=self.ids).select_related("item__file")
        for link in links.order_by("pk"):
            self._evidence[link.claim_id].append(link.item)
        self._people = defaultdict(list)
        for person in ClaimPerson.objects.filter(claim__ret__contract__in=self.ids, live=True).order_by("pk"):
            self._people[person.claim_id].append(person.token)
        self._refs: dict[int, str] = {}
        self._open: dict[int, str] = {}
        self._promised: set[int] = set()
        rows = Movement.objects.filter(contract__in=self.ids).select_related("kpi", "by", "claim__ret__submitted_by")
        for row in rows.order_by("pk"):
            self._movement(row)

    def _movement(self, row: Movement) -> None:
        self._refs[row.pk] = f"M{row.pk}"
        claim = row.claim
        if claim is not None and row.source == Account.OUTSIDE and row.target == Account.PENDING:
            ref = _claim_ref(claim)
            if claim.pk in self._open:
                ref = f"{ref}.{row.pk}"
            self._open[claim.pk] = self._refs[row.pk] = ref
            self.made.claims.append(self._claim(claim, ref, row.amount, row))
        elif row.source == Account.OUTSIDE and row.kpi_id not in self._promised:
            # The first promise is the KPI's own target; the engine posts it from there.
            self._promised.add(row.kpi_id)
            self._refs[row.pk] = ""
        else:
            self.made.decisions.append(self._decision(row))

    def _claim(self, claim: Claim, ref: str, amount: Decimal, row: Movement | None = None) -> facts.Claim:
        ret = claim.ret
        items = self._evidence[claim.pk] if row else []
        return facts.Claim(
            ref=ref,
            contract=self.key[ret.contract_id],
            kpi=claim.kpi.ref,
            period=Period(ret.starts, ret.ends),
            received=day(row.at if row else ret.received_at),
            amount=amount,
            denominator=row.denominator or None if row else None,
            nil=claim.nil,
            reason=claim.nil_reason,
            place=(row.place if row else "") or claim.place,
            cohort=claim.cohort,
            by=ret.submitted_by.name if ret.submitted_by else "",
            role="for the supplier",
            evidence=", ".join(item.name for item in items),
            evidence_hash=", ".join(item.file.sha256 for item in items),
            persons=tuple(self._people[claim.pk]) if row else (),
            valid_until=claim.valid_until,
            origin=Origin(
                f"Return {Period(ret.starts, ret.ends).label} of {self.key[ret.contract_id]}, {claim.kpi.ref}"
            ),
        )

    def _decision(self, row: Movement) -> facts.Decision:
        period = Period(row.period_starts, row.period_ends) if row.period_starts and row.period_ends else None
        varied = Account.OUTSIDE in (row.source, row.target) and not row.corrects_id
        outcome = facts.Outcome.VARIED if varied else OUTCOME.get(Account(row.target), facts.Outcome.VERIFIED)
        return facts.Decision(
            contract=self.key[row.contract_id],
            kpi=row.kpi.ref,
            outcome=outcome,
            amount=-row.amount if varied and row.target == Account.OUTSIDE else row.amount,
            on=day(row.at),
            denominator=row.denominator or None,
            claim=self._open.get(row.claim_id, "") if row.claim_id else "",
            period=period,
            by=row.by.name,
            role=role_in_words(row.role),
            reason=row.reason,
            evidence=", ".join(f"SHA-256 {sha256}" for sha256 in row.evidence),
            corrects=self._refs.get(row.corrects_id, "") if row.corrects_id else "",
            ref=self._refs[row.pk],
            origin=Origin(f"Ledger of {self.key[row.contract_id]}, movement {row.pk}"),
            out_of="" if varied or row.corrects_id or not row.claim_id else row.source,
        )

    def _notes(self) -> None:
        for action in Action.objects.filter(contract__in=self.ids, done_on__isnull=True).select_related("review"):
            on = action.review.on if action.review else None
            self.made.notes.append(
                facts.Note(self.key[action.contract_id], action.text, on, "action", action.owner, action.due)
            )
        for review in Review.objects.filter(contract__in=self.ids).select_related("recorded_by"):
            self.made.notes.append(
                facts.Note(self.key[review.contract_id], review.notes, review.on, "meeting", review.recorded_by.name)
            )


def _claim_ref(claim: Claim) -> str:
    revision = f"-{claim.revision}" if claim.revision > 1 else ""
    return f"{claim.ret.starts:%Y-%m}-{claim.kpi.ref}{revision}"


def _contract(
    contract: Contract, suppliers: list[facts.Supplier], people: dict[str, str], next_break: dt.date | None
) -> facts.Contract:
    return replace(
        contract_facts(contract),
        suppliers=tuple(suppliers),
        directorate=contract.directorate.name if contract.directorate else "",
        category=contract.category,
        rag_green=contract.rag_green,
        rag_amber=contract.rag_amber,
        criticality=contract.criticality,
        credit_share=contract.credit_share,
        credit_cap=pounds(contract.credit_cap_pence),
        owner=people.get("owner", ""),
        deputy=people.get("deputy", ""),
        status=contract.status,
        no_kpi_reason=contract.no_kpi_reason,
        next_break=next_break,
        origin=Origin(f"Contract {contract_key(contract)}"),
        spent=pounds(contract.spent_pence),
        framework_agreement=contract.framework_agreement,
        additional=contract.additional,
    )


def _kpi(kpi: Kpi, history: list[KpiVersion]) -> facts.Kpi:
    """The words are those of the version in force; the promise is the original one, changes are decisions."""
    first, now = history[0], history[-1]
    return replace(
        kpi_facts(kpi, now),
        target=first.target,
        sensitive=now.sensitive,
        scalable=now.scalable,
        theme=now.theme,
        outcome=now.outcome,
        origin=Origin(f"KPI {kpi.ref} of {contract_key(kpi.contract)}, version {now.number}"),
        extra=tuple((str(name), str(value)) for name, value in now.data.items()),
    )


def _targets(contract: str, ref: str, version: KpiVersion, index: int) -> list[facts.Target]:
    change = version.change
    return [
        facts.Target(
            contract,
            ref,
            Period(target.starts, target.ends),
            target.amount,
            version=index,
            reason=change.reason if change else "",
            on=day(version.decided_at) if index else None,
            approved_by=version.decided_by.name if version.decided_by else "",
            origin=Origin(f"KPI {ref} of {contract}, version {version.number}, {plain(target.amount)}"),
        )
        for target in version.targets.all()
    ]

"""One person in two claims: refused within a contract, flagged across contracts and bodies, divided by the supplier."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.ledger import Account
from commonweal_web.contracts.models import ContractSupplier
from commonweal_web.core.errors import Invalid, Refused
from commonweal_web.delivery import arrival, doubles, ledger, place_tests
from commonweal_web.delivery.ledger_check import rebuild_and_compare
from commonweal_web.delivery.models import Claim, ClaimPerson, DoubleFlag, SpendLine
from commonweal_web.delivery.verification import deciding
from commonweal_web.delivery.verification.deciding import Wish
from commonweal_web.evidence.tokens import Identifier, token_for
from tests.web.delivery.verification import build
from tests.web.world import NOON, World

PENDING, VERIFIED = Account.PENDING, Account.VERIFIED


def person(claim: Claim, value: str = "AB 12 34 56 A", *, amount: str = "26", outcode: str = "") -> ClaimPerson:
    made = token_for(kind=Identifier.NI, value=value, master="k" * 40, body=str(claim.ret.contract.authority_id))
    return ClaimPerson.objects.create(
        claim=claim,
        measure=claim.kpi.ref,
        period_starts=claim.ret.starts,
        token=made.shown,
        shared_token=made.matching,
        amount=Decimal(amount),
        outcode=outcode,
    )


@pytest.fixture
def pair(world: World) -> tuple[Claim, Claim]:
    """Calder & Rowe claims 26 weeks of one apprentice at Northmere and at Eastholt."""
    cal = world.people["calder supplier"]
    kingsmead, library = world.contracts["cleaning"], world.contracts["library"]
    ContractSupplier.objects.filter(contract=kingsmead).update(supplier=world.bodies["calder"])
    found = []
    for made in (kingsmead, library):
        build.kpi_for(made, "NT10", world)
        claim = build.make_claim(build.make_return(made, by=cal), "NT10", "26", by=cal)
        build.add_evidence(claim, by=cal)
        person(claim)
        found.append(claim)
    arrival.look_at(claims=found, by=cal, now=NOON)
    return found[0], found[1]


def test_both_sides_are_marked_by_different_tokens(pair: tuple[Claim, Claim]) -> None:
    assert pair[0].people.get().token != pair[1].people.get().token, "a body cannot compare its list with another's"
    assert pair[0].double_flags.get().other == pair[1]
    assert pair[1].double_flags.get().other == pair[0]
    for claim in pair:
        said = doubles.name_of(claim.double_flags.get())
        assert said == f"Person {claim.people.get().token[:2]}…", "each side knows its own token only"


def test_a_doubtful_part_cannot_be_accepted(world: World, pair: tuple[Claim, Claim]) -> None:
    build.assign_verifier(world, "cleaning")
    with pytest.raises(Refused, match="26 of this claim may be claimed elsewhere too, so at most 0"):
        _accept(world, pair[0])
    flag = pair[0].double_flags.get()
    doubles.flag_decide(flag_row=flag, state="cleared", reason="Two people.", by=world.people["lead"], now=NOON)
    _accept(world, pair[0])
    with pytest.raises(Refused, match="decided before"):
        doubles.flag_decide(flag_row=flag, state="upheld", reason="No.", by=world.people["lead"], now=NOON)


def _accept(world: World, claim: Claim) -> None:
    wish = Wish("accept", reason="seen")
    deciding.claim_decide(claim=claim, version=None, wish=wish, by=world.people["verifier"], now=NOON)


def test_a_split_of_60_and_40_leaves_26_weeks_in_all(world: World, pair: tuple[Claim, Claim]) -> None:
    build.assign_verifier(world, "cleaning")
    mark = pair[0].double_flags.get().mark
    split = {"claim": pair[0], "mark": mark, "by": world.people["calder supplier"], "now": NOON}
    with pytest.raises(Invalid, match="cannot pass 100"):
        doubles.person_split(shares={pair[0].pk: Decimal(60), pair[1].pk: Decimal(50)}, **split)
    with pytest.raises(Refused, match="Give a share for each"):
        doubles.person_split(shares={pair[0].pk: Decimal(60)}, **split)
    assert ledger.held(claim=pair[0], account=PENDING).amount == 26
    doubles.person_split(shares={pair[0].pk: Decimal(60), pair[1].pk: Decimal(40)}, **split)
    left = [ledger.held(claim=claim, account=PENDING) for claim in pair]
    assert [(held.amount, held.pence) for held in left] == [
        (Decimal("15.6"), 390_000),
        (Decimal("10.4"), 260_000),
    ]
    _accept(world, pair[0])
    assert ledger.held(claim=pair[0], account=VERIFIED).pence == 390_000
    assert {flag.state for flag in DoubleFlag.objects.all()} == {"split"}
    assert rebuild_and_compare() == []


def test_another_supplier_cannot_divide(world: World, pair: tuple[Claim, Claim]) -> None:
    shares = {claim.pk: Decimal(50) for claim in pair}
    mark = pair[0].double_flags.get().mark
    with pytest.raises(Refused):
        doubles.person_split(claim=pair[0], mark=mark, shares=shares, by=world.people["supplier"], now=NOON)


def test_one_person_in_two_disadvantage_groups_is_refused(world: World) -> None:
    claims = build.first_return(world)
    for ref, cohort in (("CL", "care leavers"), ("NT10", "long-term unemployed")):
        claims[ref].kpi.current = build.with_cohort(claims[ref].kpi, cohort)
        person(claims[ref], amount="1")
    with pytest.raises(Invalid, match="a person may stand in one of them only"):
        doubles.refuse_repeats(list(claims.values()))


def test_the_same_invoice_line_on_two_contracts_is_marked(world: World) -> None:
    by = world.people["supplier"]
    first = build.first_return(world)["NT18"]
    build.kpi_for(world.contracts["library"], "NT18", world)
    other = build.make_claim(build.make_return(world.contracts["library"], by=by), "NT18", "5000", by=by)
    for claim in (first, other):
        SpendLine.objects.create(
            contract=claim.ret.contract, claim=claim, supplier_name="A", invoice_mark="f" * 64, pounds_pence=500_000
        )
    arrival.look_at(claims=[other], by=by, now=NOON)
    assert {flag.kind for flag in DoubleFlag.objects.all()} == {"invoice"}
    assert doubles.doubtful(first) == 5000


def test_postcodes_are_tested_once_per_list(world: World) -> None:
    claim = build.first_return(world)["NT1"]
    contract = claim.ret.contract
    contract.place = "Coventry"
    contract.save(update_fields=["place"])
    for number, outcode in enumerate(("CV1", "BT1", "CV7", "ZZ9")):
        person(claim, f"AB12345{number}A", outcode=outcode, amount="0.5")
    claim.ret.contract = contract
    for _ in range(2):
        place_tests.run(claims=[claim], by=world.people["supplier"], now=NOON)
    found = dict(claim.place_tests.values_list("outcode", "inside"))
    assert found == {"CV1": True, "BT1": found["BT1"], "CV7": None, "ZZ9": None}
    assert found["BT1"] is not True
    assert "postcode districts of the data package" in claim.place_tests.first().boundary_version

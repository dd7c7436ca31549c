"""The world of the tests is the journeys': these facts are theirs."""

from __future__ import annotations

from commonweal_web.contracts.models import Contract
from commonweal_web.organisations.policies import Permission
from tests.web.world import World


def seen(world: World, key: str) -> set[str]:
    found = Contract.objects.visible_to(world.people[key])
    return {contract.reference for contract in found}


def test_everybody_sees_their_own_contracts_and_nobody_elses(world: World) -> None:
    assert seen(world, "lead") == {"NMC-2026-014", "NMC-2025-088"}
    assert seen(world, "manager") == {"NMC-2026-014"}
    assert seen(world, "unassigned manager") == set()
    assert seen(world, "director") == {"NMC-2026-014"}
    assert seen(world, "procurement") == {"NMC-2026-014"}, "assigned, at the shared service that acts for Northmere"
    assert seen(world, "supplier") == {"NMC-2026-014"}
    assert seen(world, "brightwell supplier") == {"NMC-2025-088"}
    assert seen(world, "bid writer") == set()
    assert seen(world, "eastholt lead") == {"EBC-2026-003"}
    assert seen(world, "platform administrator") == set()


def test_a_beneficiary_may_upload_but_does_not_read_the_contract(world: World) -> None:
    contracts = Contract.objects.allowing(world.people["community member"], Permission.EVIDENCE_UPLOAD)
    assert [contract.reference for contract in contracts] == ["NMC-2026-014"]
    assert seen(world, "community member") == set()

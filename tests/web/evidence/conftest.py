"""What the tests of evidence share: a store of their own, a way to upload, and a scanner where a test asks for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from commonweal_web.contracts.models import Assignment, ContractSupplier
from commonweal_web.evidence import services
from commonweal_web.evidence.store import Store
from tests.web.evidence.clamd import FakeClamd
from tests.web.evidence.files import pdf
from tests.web.world import BEGIN, NOON, World

APRIL = dt.date(2026, 4, 1)


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Store:
    settings.EVIDENCE_ROOT = tmp_path / "store"
    return Store(settings.EVIDENCE_ROOT)


@pytest.fixture
def clamd(settings: Any) -> Iterator[FakeClamd]:
    with FakeClamd() as fake:
        settings.CLAMD, settings.CLAMD_SECONDS = fake.address, 2
        yield fake


@pytest.fixture
def two_suppliers(world: World) -> World:
    """The library contract has a manager and a lead of its own; the grounds contract a second supplier."""
    grounds = world.contracts["grounds"]
    ContractSupplier.objects.create(contract=grounds, supplier=world.bodies["oakline"], starts=grounds.starts)
    Assignment.objects.create(
        contract=world.contracts["library"], user=world.people["eastholt lead"], part="lead", starts=BEGIN
    )
    return world


Upload = Callable[..., services.Added]


@pytest.fixture
def upload(world: World) -> Upload:
    """Upload as a person: upload("hours.pdf", data, key="supplier", contract="grounds", people="none")."""

    def call(
        name: str = "hours.pdf",
        data: bytes | None = None,
        *,
        key: str = "supplier",
        contract: str = "grounds",
        people: str = "none",
        period: dt.date | None = APRIL,
        note: str = "",
        now: dt.datetime = NOON,
    ) -> services.Added:
        return services.files_add(
            contract=world.contracts[contract],
            files=[(name, [pdf() if data is None else data])],
            note=note,
            period_starts=period,
            people=people,
            by=world.people[key],
            now=now,
        )

    return call

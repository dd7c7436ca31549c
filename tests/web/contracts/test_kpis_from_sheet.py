"""A contract's KPIs from a mapping sheet: the contract's framework decides, what cannot be made is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal.crosswalk.sheet import Filled
from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Contract, Kpi, KpiVersion
from commonweal_web.contracts.services import from_sheet
from commonweal_web.mapping.models import Sheet
from commonweal_web.mapping.sheets import selectors as sheets
from commonweal_web.mapping.sheets import services
from commonweal_web.reports import verbs
from tests.web.contracts.makers import draft_contract
from tests.web.mapping.sheet_makers import SV2, criteria, sheet_of, two_ways
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
SV = "fx-svm-2025"


def fill(sheet: Sheet, code: str, target: dict[str, str], **data: str) -> None:
    services.kpi_fill(
        sheet=sheet, row=f"{SV}/{code}", amounts={at: Filled(Decimal(n)) for at, n in target.items()},
        data={name: Decimal(value) for name, value in data.items()}, shares={}, by=None, now=NOON, shown=None,
    )  # fmt: skip


@pytest.fixture
def sheet(world: World) -> Sheet:
    """A sheet of eight metrics that the commissioner keeps: 3 apprentices of 78 weeks, 120 hours, and a percentage."""
    made, _ = sheet_of()
    fill(made, "SV2", {"TLG": "2", "": "1"}, weeks_per_apprentice="78")
    fill(made, "SV6", {"TLG": "120"})
    fill(made, "SV4", {"TLG": "95", "TLF": "96"})
    fill(made, "SV3", {"TLG": "5"})
    fill(made, "SV5", {"TLG": "40"})
    fill(made, "SV1", {"TLG": "2"})
    return services.sheet_keep(sheet=made, title="Plan", organisation=None, by=world.people["commissioner"], now=NOON)


def url(contract: Contract) -> str:
    return reverse("contracts:kpis_from_sheet", args=[contract.pk])


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " "))


def form(sheet: Sheet, *codes: str, **more: str) -> dict[str, Any]:
    sheet.refresh_from_db()
    return {"sheet": sheet.pk, "version": sheet.version, "codes": codes, **more}


def test_targets_are_converted_into_the_contracts_framework(world: World, sheet: Sheet, signed_in: SignIn) -> None:
    contract, client = draft_contract(world), signed_in("commissioner")
    assert url(contract) in client.get(reverse("contracts:kpi_choose", args=[contract.pk])).content.decode()
    assert "Plan" in text(client.get(url(contract)))
    said = text(client.get(f"{url(contract)}?sheet={sheet.pk}"))
    assert "NT10 Apprenticeship weeks: 234 weeks" in said
    assert "From SV2, 3 people; weeks planned for each apprentice: 78" in said or "From SV2, 3 people" in said
    assert "5 people, broader than CL, not convertible" in said
    assert "no counterpart: nothing in the other framework is like it" in said
    assert "not added up" in said
    assert "no target is filled in" in said
    before = Event.objects.count()
    answer = client.post(url(contract), form(sheet, "NT10", "NT17", form_key="k" * 20))
    assert answer["Location"] == reverse("contracts:kpis", args=[contract.pk])
    versions = {one.kpi.ref: one for one in KpiVersion.objects.filter(kpi__contract=contract)}
    assert {ref: (one.target, one.state) for ref, one in versions.items()} == {
        "NT10": (234, "draft"),
        "NT17": (120, "draft"),
    }
    assert Event.objects.count() == before + 1
    event = Event.objects.latest("pk")
    assert (event.verb, event.contract_id) == ("kpis_from_sheet", contract.pk)
    assert event.verb in verbs.HIDDEN_FROM_SUPPLIERS, "drafts are the council's own"
    again = client.post(url(contract), form(sheet, "NT10", "NT17", form_key="k" * 20))
    assert (again.status_code, Kpi.objects.filter(contract=contract).count()) == (303, 2)


def test_a_sheet_in_the_contracts_own_framework_keeps_its_kpis_and_data(
    world: World, sheet: Sheet, signed_in: SignIn
) -> None:
    contract, client = draft_contract(world, framework=SV), signed_in("commissioner")
    said = text(client.get(f"{url(contract)}?sheet={sheet.pk}"))
    assert "SV2 Apprenticeships created: 3 people" in said
    assert "weeks planned for each apprentice: 78" in said
    client.post(url(contract), form(sheet, "SV2", "SV3"))
    version = KpiVersion.objects.get(kpi__contract=contract, kpi__ref="SV2")
    assert (version.target, version.data, version.measure) == (3, {"weeks_per_apprentice": "78"}, "SV2")
    assert "the contract has this KPI already" in text(client.get(f"{url(contract)}?sheet={sheet.pk}"))


def test_all_or_nothing(world: World, sheet: Sheet, signed_in: SignIn) -> None:
    contract, client = draft_contract(world), signed_in("commissioner")
    for codes, says in ((("NT10", "NT99"), "Choose make drafts of"), ((), "Choose a KPI.")):
        answer = client.post(url(contract), form(sheet, *codes))
        assert answer.status_code == 422, says
    Kpi.objects.create(contract=contract, ref="NT17")
    assert client.post(url(contract), form(sheet, "NT10", "NT17")).status_code == 422
    assert [kpi.ref for kpi in Kpi.objects.filter(contract=contract)] == ["NT17"]


def test_a_sheet_that_changed_since_the_page_was_opened(world: World, sheet: Sheet, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    stale = form(sheet, "NT10")
    services.kpi_fill(
        sheet=sheet, row=SV2, amounts={}, data={}, shares={}, by=world.people["commissioner"], now=NOON, shown=None
    )
    assert signed_in("commissioner").post(url(contract), stale).status_code in (409, 422)
    assert not Kpi.objects.filter(contract=contract).exists()


def test_only_ones_own_kept_sheets_and_only_who_may_propose(world: World, sheet: Sheet, signed_in: SignIn) -> None:
    contract = draft_contract(world)
    assert signed_in("lead").get(f"{url(contract)}?sheet={sheet.pk}").status_code == 404
    assert signed_in("lead").post(url(contract), form(sheet, "NT10")).status_code == 404
    assert signed_in("auditor").get(url(contract)).status_code in (403, 404)
    assert signed_in("eastholt lead").get(url(contract)).status_code == 404
    assert "You keep no sheet." in text(signed_in("lead").get(url(contract)))
    with pytest.raises(services.Refused, match="You keep no such sheet"):
        from_sheet.kpis_from_sheet(
            contract=contract, sheet=sheet, codes=["NT10"], by=world.people["lead"], now=NOON, shown=None
        )


def test_a_framework_that_the_sheet_does_not_speak_is_refused(world: World, sheet: Sheet, signed_in: SignIn) -> None:
    contract = draft_contract(world, framework="national-toms")
    answer = signed_in("commissioner").get(f"{url(contract)}?sheet={sheet.pk}")
    assert answer.status_code == 409
    assert "This sheet speaks of FX-SVM-2025, FX-2025.1, but the contract reports in national-toms." in text(answer)


def test_what_waits_for_a_choice_is_named_and_not_made(world: World, signed_in: SignIn) -> None:
    made, _ = sheet_of(summary=two_ways())
    fill(made, "SV6", {"TLG": "120"})
    services.sheet_keep(sheet=made, title="Two", organisation=None, by=world.people["commissioner"], now=NOON)
    said = text(signed_in("commissioner").get(f"{url(draft_contract(world))}?sheet={made.pk}"))
    assert "choose one, or say how it is shared" in said
    assert "Nothing of this sheet can be made a KPI here." in said


def test_the_service_itself_takes_only_what_the_sheet_makes(world: World, sheet: Sheet) -> None:
    wanted: dict[str, Any] = {"contract": draft_contract(world), "sheet": sheet, "by": world.people["commissioner"]}
    with pytest.raises(services.Refused, match="makes no NT99"):
        from_sheet.kpis_from_sheet(**wanted, codes=["NT10", "NT99"], now=NOON, shown=None)
    with pytest.raises(services.Refused, match="Choose at least one KPI"):
        from_sheet.kpis_from_sheet(**wanted, codes=[], now=NOON, shown=None)
    assert not Kpi.objects.filter(contract=wanted["contract"]).exists()


def test_what_the_framework_counts_otherwise_now_is_named(
    world: World, sheet: Sheet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_sheet.frameworks, "measure_or_none", lambda release, code: None)
    found = from_sheet.offers(sheets.filled(sheet), draft_contract(world))
    assert found.can == ()
    assert ("NT10", "the contract's framework does not count this now") in found.cannot


def test_counterparts_of_criteria_belong_to_another_framework(world: World) -> None:
    made, _ = sheet_of(summary=criteria())
    services.kpi_fill(
        sheet=made, row="fx-2025.1/NT10", amounts={"TLG": Filled(Decimal(234))}, data={}, shares={}, by=None, now=NOON,
        shown=None,
    )  # fmt: skip
    own = from_sheet.offers(sheets.filled(made), draft_contract(world, framework=SV))
    assert (own.can, own.cannot) == ((), (("NT10", "it belongs to another framework"),))
    other = from_sheet.offers(sheets.filled(made), draft_contract(world, "NMC-2026-301"))
    assert [(one.measure.code, one.target) for one in other.can] == [("NT10", 234)]

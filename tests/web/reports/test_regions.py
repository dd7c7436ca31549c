"""The pages that tell a contract and a body by region: sums that reconcile with the ledger, and who opens them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonweal.reporting.build.regional_figures import DELIVERED, TARGET, RegionalFigures
from commonweal_web.contracts.models import Contract
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Balance, Movement
from commonweal_web.frameworks import kept
from commonweal_web.reports import region_documents, regions
from tests.web.journey_ten import approved, journey_ten, returned, verified
from tests.web.world import NOON, World, contract, quarters

SignedIn = Callable[[str], Client]
SV2 = "fx-svm-2025/SV2"
REGIONS = {"TLG": "9", "TLF": "6", "TLD": "7", "TLE": "5", "": "4"}


@pytest.fixture
def ten(world: World) -> World:
    journey_ten(world)
    return world


def text_of(answer: object) -> str:
    html = answer.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", html.replace("&nbsp;", " ").replace("\xa0", " ")).split())


def page_of(made: Contract) -> str:
    return f"/contracts/{made.pk}/regions/"


def figures_of(world: World, *contracts: Contract, body: str = "nmc") -> RegionalFigures:
    return region_documents.figures_of(placed(world, *contracts, body=body))


def placed(world: World, *contracts: Contract, body: str = "nmc") -> regions.Placed:
    rows = Contract.objects.filter(pk__in=[one.pk for one in contracts]).select_related(
        "authority", "call_off_of__authority"
    )
    return regions.of_contracts(rows, as_at=NOON.date(), body=world.bodies[body].pk)


def amounts(figures: RegionalFigures, row: str, state: str) -> dict[str, Decimal]:
    lines = {region: figures.lines.get((row, state, region)) for region, _ in figures.sheet.places}
    return {region: figures.book[line].value for region, line in lines.items() if line}


def test_31_is_9_and_6_and_7_and_5_and_4_not_placed(ten: World, signed_in: SignedIn) -> None:
    national = ten.contracts["national"]
    figures = figures_of(ten, national, body="central")
    assert amounts(figures, SV2, DELIVERED) == {region: Decimal(n) for region, n in REGIONS.items()}
    assert figures.book.recompute(f"{SV2}/{DELIVERED}/all") == 31
    text = text_of(signed_in("central manager").get(page_of(national)))
    for words in (
        "SV2 Apprenticeships created 40 people 31 people 77.5 %",
        "North West – 7 Yorkshire and The Humber – 5 East Midlands – 6 West Midlands – 9 Not placed 40 4",
        "All regions 40 31",
        "without one it is not placed",
    ):
        assert words in text, words


def test_every_row_makes_the_ledgers_verified_total(ten: World) -> None:
    hubs = ten.contracts["hubs"]
    figures = figures_of(ten, hubs)
    for code in ("SV2", "SV3", "SV6", "SV7", "SV8"):
        held = sum(
            Balance.objects.filter(contract=hubs, kpi__ref=code, account="verified").values_list("amount", flat=True)
        )
        row = f"fx-svm-2025/{code}"
        assert amounts(figures, row, DELIVERED) == {"TLG": held}
        assert figures.book.recompute(f"{row}/{DELIVERED}/all") == held


def test_what_was_taken_back_is_taken_back_where_it_was(ten: World) -> None:
    national = ten.contracts["national"]
    moved = Movement.objects.get(contract=national, place="TLF", target="verified")
    ledger.correct(
        movement=moved, amount=Decimal(2), by=ten.people["central manager"], role="CM", now=NOON, reason="counted twice"
    )
    figures = figures_of(ten, national, body="central")
    assert amounts(figures, SV2, DELIVERED)["TLF"] == 4
    assert figures.book.recompute(f"{SV2}/{DELIVERED}/all") == 29


def test_places_are_those_of_the_claim_else_the_kpi_else_the_contract(ten: World) -> None:
    nmc = contract(ten, "gardens", "nmc", "verdant", "NMC-2026-9", "Gardens", framework="fx-svm-2025", place="Wales")
    kpi = approved(ten, nmc, "SV2", "6", place="TLI")
    other = approved(ten, nmc, "SV6", "20")
    spans = quarters(nmc.starts, 3)
    for (starts, ends), place in zip(spans, ("E08000026", "", "Atlantis"), strict=True):
        ret = returned(ten, nmc, starts, ends)
        verified(ten, ret, kpi, "2", place=place)
        verified(ten, ret, other, "5")
    made = placed(ten, nmc)
    figures = region_documents.figures_of(made)
    assert amounts(figures, SV2, TARGET) == {"TLI": 6}
    assert amounts(figures, SV2, DELIVERED) == {"TLG": 2, "TLI": 2, "": 2}
    assert amounts(figures, "fx-svm-2025/SV6", TARGET) == {"TLL": 20}
    assert amounts(figures, "fx-svm-2025/SV6", DELIVERED) == {"TLL": 15}
    assert made.strange == {"Atlantis"}


def test_kpis_of_one_measure_are_one_row_and_open_to_each_contract(ten: World, signed_in: SignedIn) -> None:
    more = contract(ten, "more", "nmc", "verdant", "NMC-2026-8", "Depots", framework="fx-svm-2025", place="TLG")
    verified(ten, returned(ten, more, *quarters(more.starts, 1)[0]), approved(ten, more, "SV6", "80"), "12")
    own = contract(ten, "own", "nmc", "verdant", "NMC-2026-7", "Own words", framework="", place="TLG")
    approved(ten, more, "SV4", "90")
    hubs = ten.contracts["hubs"]
    figures = figures_of(ten, hubs, more, own)
    assert amounts(figures, "fx-svm-2025/SV6", DELIVERED) == {"TLG": 42}
    client = signed_in("lead")
    here = f"/portfolio/{ten.bodies['nmc'].pk}/regions/"
    text = text_of(client.get(here))
    assert "NMC-2026-8 SV4" in text
    ours = text_of(signed_in("lead").get(page_of(more)))
    assert "SV6 Hours of staff time given to communities West Midlands 80 hours 12 hours" in ours
    assert "SV6 by region" not in ours, "a KPI of one region needs no table of its own"
    assert "Percentages, averages and levels of several regions" in text
    working = text_of(client.get(here, {"line": f"fx-svm-2025/SV6/{DELIVERED}/TLG"}))
    assert "NMC-2026-8 SV6, delivered, West Midlands" in working
    assert "NMC-2026-210 SV6, delivered, West Midlands" in working
    assert client.get(here, {"line": f"{SV2}/{DELIVERED}/TLG", "form": "json"}).status_code == 200
    assert client.get(here, {"line": "none"}).status_code == 404


def test_percentages_are_not_added_up(ten: World, signed_in: SignedIn) -> None:
    hubs = ten.contracts["hubs"]
    made = placed(ten, hubs)
    assert {one.known.ref for one in made.whole} == {"SV1", "SV4", "SV5"}
    text = text_of(signed_in("manager").get(page_of(hubs)))
    assert "SV6 by region" in text, "promised nowhere, delivered in one region"
    assert "NMC-2026-210 SV4 Staff paid at least the real living wage Not placed 96 % 96 %" in text


def test_a_call_off_counts_within_its_agreement_where_both_are_told(ten: World) -> None:
    figures = figures_of(ten, ten.contracts["national"], ten.contracts["hubs"], body="central")
    assert figures.book.recompute(f"{SV2}/{TARGET}/all") == 40
    assert figures.book.recompute(f"{SV2}/{DELIVERED}/all") == 31


def test_files_are_the_page_and_export_is_asked_for(ten: World, signed_in: SignedIn) -> None:
    national = ten.contracts["national"]
    client, here = signed_in("central manager"), page_of(national)[:-1]
    for form in ("pdf", "xlsx", "ods", "csv", "json"):
        answer = client.get(f"{here}.{form}")
        assert answer.status_code == 200
        assert f".{form}" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(client.get(f"{here}.csv").content.decode("utf-8-sig"))))
    assert [(row["Region code"], row["Delivered"]) for row in rows] == [
        ("TLD", "7"), ("TLE", "5"), ("TLF", "6"), ("TLG", "9"), ("not-placed", "4"),
    ]  # fmt: skip
    assert {row["As at"] for row in rows} == {"2026-07-08"}
    assert all(row["Framework release"].endswith("(fx-svm-2025)") for row in rows)
    assert all("Terms of this copy" in row["Source and licence"] for row in rows)
    assert client.get(f"{here}.doc").status_code == 404
    assert signed_in("other director").get(page_of(ten.contracts["hubs"])).status_code == 200
    assert signed_in("other director").get(f"{page_of(ten.contracts['hubs'])[:-1]}.csv").status_code == 403
    lead, body = signed_in("lead"), f"/portfolio/{ten.bodies['nmc'].pk}/regions"
    assert lead.get(f"{body}.xlsx").status_code == 200
    assert lead.get(page_of(national)).status_code == 404


def test_the_pages_are_linked_and_a_contract_without_kpis_says_so(ten: World, signed_in: SignedIn) -> None:
    hubs = ten.contracts["hubs"]
    assert page_of(hubs) in signed_in("manager").get(f"/contracts/{hubs.pk}/other-words/").content.decode()
    body = f"/portfolio/{ten.bodies['nmc'].pk}"
    assert f"{body}/regions/" in signed_in("lead").get(f"{body}/other-words/").content.decode()
    bare = contract(ten, "bare", "nmc", "verdant", "NMC-2026-6", "Bare")
    assert "nothing to tell by region" in text_of(signed_in("lead").get(page_of(bare)))


def test_a_body_is_told_in_as_many_queries_whatever_its_contracts(ten: World) -> None:
    def queries(*contracts: Contract) -> int:
        with kept.holding(), CaptureQueriesContext(connection) as seen:
            placed(ten, *contracts)
        return len(seen)

    assert queries(*ten.contracts.values()) == queries(ten.contracts["hubs"]) <= 6

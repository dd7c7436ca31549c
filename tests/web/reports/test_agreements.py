"""Framework agreements and call-offs: who may name one, what each side sees of the other, and what is refused."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonweal.reporting.model import Report
from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Contract, ContractSupplier, Import
from commonweal_web.contracts.services import call_offs, contracts, imports
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.frameworks import kept
from commonweal_web.reports import agreement_documents, agreements
from tests.web.journey_ten import AGREEMENT, CALL_OFF, approved, journey_ten, make_parties, returned, verified
from tests.web.world import NOON, World, assign, contract, quarters

SignedIn = Callable[[str], Client]
DAY = NOON.date()


@pytest.fixture
def ten(world: World) -> World:
    journey_ten(world)
    return world


def text_of(answer: object) -> str:
    html = answer.content.decode()  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", html.replace("\xa0", " ")).split())


def page_of(made: Contract) -> str:
    return f"/contracts/{made.pk}/agreement/"


def report_of(world: World, *keys: str) -> Report:
    national = world.contracts["national"]
    levels = agreements.both_levels(national, [world.contracts[key] for key in keys], as_at=DAY)
    return agreement_documents.both_report(national, levels)


def test_the_owner_sees_both_levels_and_quantities_alone(ten: World, signed_in: SignedIn) -> None:
    client, national = signed_in("central manager"), ten.contracts["national"]
    page = client.get(page_of(national))
    text = text_of(page)
    for words in (
        "SV2 Apprenticeships created 40 people 3 people – 40 people",
        "SV2 Apprenticeships created 31 people 2 people – 31 people",
        "TLG West Midlands 9 people Northmere City Council 2",
        "Northmere City Council SV2 Apprenticeships created within 3 people 2 people",
    ):
        assert words in text, words
    for form in ("json", "pdf", "xlsx", "zip"):
        assert client.get(f"{page_of(national)[:-1]}.{form}").status_code == 200
    told = page.content.decode() + client.get(f"{page_of(national)[:-1]}.json").content.decode()
    hubs = ten.contracts["hubs"]
    for secret in (CALL_OFF, hubs.title, "Maya Singh", "Vera Lund", "1,900,000", f"/contracts/{hubs.pk}/"):
        assert secret not in told, secret


def test_a_figure_of_another_body_opens_to_its_name_and_no_further(ten: World, signed_in: SignedIn) -> None:
    client, national = signed_in("central manager"), ten.contracts["national"]
    book = report_of(ten, "hubs").book
    line = next(
        e.id for e in book if e.label == "Call-off of Northmere City Council: Apprenticeships created, promised"
    )
    text = text_of(client.get(page_of(national), {"line": line}))
    assert "3 people" in text
    assert CALL_OFF not in text
    own = f"{AGREEMENT}/SV2/verified/quantity"
    assert "Carl Mott" in text_of(client.get(page_of(national), {"line": own}))
    assert client.get(page_of(national), {"line": own, "form": "json"}).status_code == 200
    assert client.get(page_of(national), {"line": "none"}).status_code == 404


def test_the_call_offs_body_sees_what_was_pledged_and_nothing_that_was_delivered(
    ten: World, signed_in: SignedIn
) -> None:
    client, hubs = signed_in("manager"), ten.contracts["hubs"]
    text = text_of(client.get(page_of(hubs)))
    assert "SV2 Apprenticeships created 40 people 3 people within 40 people 2 people" in text
    told = client.get(f"{page_of(hubs)[:-1]}.json").content.decode()
    for secret in ("31", "Carl Mott", "TLF"):
        assert f'"{secret}"' not in told, secret
    facts = text_of(client.get(f"/contracts/{hubs.pk}/facts/"))
    assert f"Called off under {AGREEMENT} Facilities Management Services, Central Buying Service" in facts


def test_contracts_of_other_bodies_stay_away(ten: World, signed_in: SignedIn) -> None:
    national, hubs = ten.contracts["national"], ten.contracts["hubs"]
    for person, place in (
        ("manager", national), ("lead", national), ("central manager", hubs), ("central lead", hubs),
        ("supplier", hubs), ("eastholt lead", national),
    ):  # fmt: skip
        client = signed_in(person)
        for address in (page_of(place), f"{page_of(place)[:-1]}.json", f"/contracts/{place.pk}/facts/call-off/"):
            assert client.get(address).status_code == 404, (person, address)
    assert signed_in("other director").get(page_of(hubs)).status_code == 200
    assert signed_in("other director").get(f"{page_of(hubs)[:-1]}.json").status_code == 403


def test_a_contract_without_an_agreement_says_so(ten: World, signed_in: SignedIn) -> None:
    client, grounds = signed_in("manager"), ten.contracts["grounds"]
    assert "no framework agreement" in text_of(client.get(page_of(grounds)))
    assert client.get(f"{page_of(grounds)[:-1]}.json").status_code == 409
    assert client.get(f"{page_of(grounds)[:-1]}.doc").status_code == 404


def test_a_supplier_sees_its_own_call_offs_and_no_rivals(ten: World, signed_in: SignedIn) -> None:
    national = ten.contracts["national"]
    ContractSupplier.objects.create(contract=national, supplier=ten.bodies["brightwell"], starts=national.starts)
    rival = contract(
        ten, "rival", "ebc", "brightwell", "EBC-2026-77", "FM", framework="fx-svm-2025", call_off_of=national
    )
    approved(ten, rival, "SV2", "7")
    own = text_of(signed_in("verdant supplier").get(page_of(national)))
    assert "Only the call-offs that you supply are counted here." in own
    assert "Northmere City Council" in own
    assert "Eastholt Borough Council" not in own
    every = text_of(signed_in("central lead").get(page_of(national)))
    assert "Eastholt Borough Council SV2 Apprenticeships created within 7 people" in every
    assert "SV2 Apprenticeships created 40 people 10 people – 40 people" in every


def test_drafts_are_not_counted(ten: World) -> None:
    Contract.objects.filter(pk=ten.contracts["hubs"].pk).update(status="draft")
    assert agreements.call_offs_seen(ten.people["central lead"], ten.contracts["national"]) == []


def test_each_body_reports_in_its_own_framework_and_weeks_count_as_people(ten: World) -> None:
    """A call-off that reports weeks counts under the agreement's people, by the datum asked at set-up."""
    weeks = contract(
        ten, "weeks", "ebc", "verdant", "EBC-2026-9", "FM for depots", call_off_of=ten.contracts["national"]
    )
    kpi = approved(ten, weeks, "NT10", "468", data={"weeks_per_apprentice": "78"})
    verified(ten, returned(ten, weeks, *quarters(weeks.starts, 1)[0]), kpi, "156", place="TLG")
    approved(ten, weeks, "RLW", "90")
    approved(ten, weeks, "TRN", "12")
    report = report_of(ten, "hubs", "weeks")
    tables = {table.name: table for table in report.tables()}
    row = next(r for r in tables["levels-promised"].rows if "SV2" in str(r.cells[0].value))
    assert [cell.value for cell in row.cells[1:]] == [40, 9, None, 40]
    places = {str(r.cells[1].value): r for r in tables["levels-places"].rows if "SV2" in str(r.cells[0].value)}
    assert places["TLG West Midlands"].cells[2].value == 9
    inside = "Northmere City Council 2; Eastholt Borough Council 2"
    assert sorted(str(places["TLG West Midlands"].cells[3].value).split("; ")) == sorted(inside.split("; "))
    total = places["All regions and not placed"]
    assert total.cells[2].value == sum(r.cells[2].value for r in places.values() if r is not total)
    assert (
        total.cells[2].value
        == next(r for r in tables["levels-verified"].rows if "SV2" in str(r.cells[0].value)).cells[4].value
    )
    assert sorted(str(total.cells[3].value).split("; ")) == sorted(inside.split("; "))
    left = [[str(cell.value) for cell in r.cells] for r in tables["levels-left"].rows]
    assert any(who == "Eastholt Borough Council" and words.startswith("12 people") for who, _, words, _ in left)


def test_what_stands_within_has_a_column_only_where_anything_does(ten: World) -> None:
    (places,) = [table for table in report_of(ten).tables() if table.name == "levels-places"]
    assert [column.key for column in places.columns] == ["measure", "place", "together"]
    assert {len(row.cells) for row in places.rows} == {3}
    assert "not placed" in [row.cells[1].value for row in places.rows]


def test_call_offs_that_come_to_more_than_the_agreement_count(ten: World) -> None:
    many = contract(
        ten,
        "many",
        "ebc",
        "verdant",
        "EBC-2026-10",
        "FM",
        framework="fx-svm-2025",
        call_off_of=ten.contracts["national"],
    )
    approved(ten, many, "SV2", "45")
    row = next(r for r in report_of(ten, "hubs", "many").tables()[0].rows if "SV2" in str(r.cells[0].value))
    assert [cell.value for cell in row.cells[1:]] == [40, 48, None, 48]


def test_an_agreement_without_a_framework_counts_nothing_and_says_why(ten: World) -> None:
    national = ten.contracts["national"]
    Contract.objects.filter(pk=national.pk).update(framework="")
    national.refresh_from_db()
    report = agreement_documents.both_report(
        national, agreements.both_levels(national, [ten.contracts["hubs"]], as_at=DAY)
    )
    assert report.tables() == []


def test_the_number_of_queries_does_not_grow_with_the_call_offs(ten: World) -> None:
    def queries() -> int:
        called = agreements.call_offs_seen(ten.people["central lead"], ten.contracts["national"])
        with kept.holding(), CaptureQueriesContext(connection) as seen:
            agreements.both_levels(ten.contracts["national"], called, as_at=DAY)
        return len(seen)

    before = queries()
    for number in range(3):
        made = contract(
            ten, f"c{number}", "ebc", "verdant", f"EBC-{number}", "FM", framework="fx-svm-2025",
            call_off_of=ten.contracts["national"],
        )  # fmt: skip
        approved(ten, made, "SV2", "1")
    assert queries() == before


# Naming the agreement


@pytest.fixture
def parties(world: World) -> World:
    """The agreement of another body, open to call-offs, and a contract of ours with the same supplier."""
    make_parties(world)
    contract(
        world, "national", "central", "verdant", AGREEMENT, "Facilities Management Services", framework="fx-svm-2025",
        framework_agreement=True,
    )  # fmt: skip
    made = contract(
        world, "hubs", "nmc", "verdant", CALL_OFF, "Hard FM for libraries and hubs", framework="fx-svm-2025"
    )
    assign(world, made, owner="manager", procurement="procurement")
    return world


def choose(client: Client, made: Contract, **form: object) -> object:
    made.refresh_from_db()
    data = {"agreement": "none", "additional": "no", "version": made.version} | form
    return client.post(f"/contracts/{made.pk}/facts/call-off/", data)


def test_a_contract_is_marked_as_called_off_with_one_row_of_the_log(parties: World, signed_in: SignedIn) -> None:
    national, hubs = parties.contracts["national"], parties.contracts["hubs"]
    client, before = signed_in("procurement"), Event.objects.count()
    page = text_of(client.get(f"/contracts/{hubs.pk}/facts/call-off/"))
    assert f"{AGREEMENT} Facilities Management Services (Central Buying Service)" in page
    assert "No framework agreement" in page
    assert choose(client, hubs, agreement=national.pk, additional="yes").status_code == 303
    hubs.refresh_from_db()
    assert (hubs.call_off_of, hubs.additional) == (national, True)
    assert Event.objects.count() == before + 1
    event = Event.objects.latest("pk")
    assert event.verb == "contract_call_off_set"
    assert choose(client, hubs).status_code == 303
    hubs.refresh_from_db()
    assert (hubs.call_off_of, hubs.additional) == (None, False)
    assert choose(client, hubs, version=1).status_code == 409


def test_only_an_open_agreement_of_the_same_supplier_can_be_named(parties: World, signed_in: SignedIn) -> None:
    hubs, client = parties.contracts["hubs"], signed_in("procurement")
    library, national = parties.contracts["library"], parties.contracts["national"]
    Contract.objects.filter(pk=library.pk).update(framework_agreement=True)
    page = client.get(f"/contracts/{hubs.pk}/facts/call-off/").content.decode()
    assert "EBC-2026-003" not in page
    answers = [choose(client, hubs, agreement=pk) for pk in (library.pk, parties.contracts["cleaning"].pk, 987_654)]
    assert {answer.status_code for answer in answers} == {422}
    said = {text_of(answer).replace("987654", "") for answer in answers}
    assert len(said) == 1
    Contract.objects.filter(pk=national.pk).update(framework_agreement=False)
    for agreement in (national, library):
        with pytest.raises(Refused, match="No supplier of this contract holds an open framework agreement"):
            set_by(parties, hubs, agreement)


def set_by(world: World, made: Contract, agreement: Contract | None, by: str = "procurement") -> Contract:
    agreement = Contract.objects.get(pk=agreement.pk) if agreement else None
    return call_offs.call_off_set(
        contract=made, agreement=agreement, additional=False, by=world.people[by], now=NOON
    )  # fmt: skip


def test_only_those_who_change_facts_name_it(parties: World, signed_in: SignedIn) -> None:
    hubs, national = parties.contracts["hubs"], parties.contracts["national"]
    assert signed_in("manager").get(f"/contracts/{hubs.pk}/facts/call-off/").status_code == 403
    with pytest.raises(NotPermitted):
        set_by(parties, hubs, national, by="manager")


def test_a_call_off_of_a_call_off_is_refused_in_words(parties: World, signed_in: SignedIn) -> None:
    national, hubs = parties.contracts["national"], parties.contracts["hubs"]
    set_by(parties, hubs, national)
    second = contract(parties, "second", "nmc", "verdant", "NMC-2026-211", "More FM")
    assign(parties, second, procurement="procurement")
    with pytest.raises(Refused, match=f"{CALL_OFF} is a call-off itself"):
        set_by(parties, second, hubs)
    client = signed_in("procurement")
    page = client.get(f"/contracts/{hubs.pk}/facts/edit/")
    form = {name: value for name, value in page.context["form"].initial.items() if value not in (None, False)}
    for name in ("starts", "ends"):
        day: dt.date = form.pop(name)
        form |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    answer = client.post(f"/contracts/{hubs.pk}/facts/edit/", form | {"framework_agreement": "on"})
    assert answer.status_code == 422
    assert "was called off under an agreement, so nothing can be called off under it" in text_of(answer)


def test_an_agreement_is_no_call_off_and_stays_one_while_it_is_used(parties: World) -> None:
    national, hubs = parties.contracts["national"], parties.contracts["hubs"]
    set_by(parties, hubs, national)
    own = contract(parties, "own", "nmc", "verdant", "NMC-FA-1", "Own agreement")
    assign(parties, own, procurement="procurement")
    Contract.objects.filter(pk=own.pk).update(framework_agreement=True)
    with pytest.raises(Refused, match="NMC-FA-1 is a framework agreement"):
        set_by(parties, own, national)
    set_by(parties, hubs, own)
    facts = contracts.ContractFields(
        reference="NMC-FA-1", title="Own agreement", starts=own.starts, ends=own.ends, framework="fx-2025.1"
    )
    with pytest.raises(Refused, match="1 contract was called off under NMC-FA-1 already"):
        contracts.contract_edit(contract=own, facts=facts, by=parties.people["procurement"], now=NOON, shown=None)


# By register

HEAD = (
    "Contract reference", "Title", "Public body", "Supplier", "Starts", "Ends", "Framework agreement",
    "Called off under", "Additional to the agreement",
)  # fmt: skip


def upload(world: World, *rows: tuple[str, str, str, str]) -> Import:
    """Rows are reference, whether it is an agreement, the one it was called off under, and whether it is additional."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Contracts"
    sheet.append(HEAD)
    for ref, *said in rows:
        sheet.append((ref, ref, "Northmere City Council", "Verdant Facilities Ltd", "2026-07-01", "2028-06-30", *said))
    book.create_sheet("KPIs").append(("Contract reference", "KPI reference", "Measure code"))
    file = io.BytesIO()
    book.save(file)
    return imports.register_upload(
        authority=world.bodies["nmc"], name="register.xlsx", content=file.getvalue(), by=world.people["procurement"],
        now=NOON,
    )  # fmt: skip


def test_a_register_names_agreements_of_its_own_and_of_others(parties: World) -> None:
    batch = upload(
        parties,
        ("NMC-FA-9", "yes", "", ""),
        ("NMC-2026-901", "no", "NMC-FA-9", "no"),
        ("NMC-2026-902", "no", AGREEMENT, "yes"),
    )
    assert [p for p in batch.problems if p["severity"] == "error"] == []
    imports.import_confirm(batch=batch, by=parties.people["procurement"], now=NOON, shown=batch.version)
    made = {one.reference: one for one in Contract.objects.filter(authority=parties.bodies["nmc"])}
    assert made["NMC-FA-9"].framework_agreement
    assert (made["NMC-2026-901"].call_off_of, made["NMC-2026-901"].additional) == (made["NMC-FA-9"], False)
    assert (made["NMC-2026-902"].call_off_of, made["NMC-2026-902"].additional) == (parties.contracts["national"], True)


@pytest.mark.parametrize(("under", "code"), [("EBC-2026-003", "no_agreement"), ("NMC-2026-901", "second_level")])
def test_a_register_that_names_no_agreement_is_refused_with_its_row(parties: World, under: str, code: str) -> None:
    batch = upload(
        parties,
        ("NMC-2026-901", "no", AGREEMENT, "no"),
        ("NMC-2026-902", "no", under, "no"),
    )
    found = [problem for problem in batch.problems if problem["severity"] == "error"]
    assert [problem["code"] for problem in found] == [code]
    assert found[0]["subject"] == "NMC-2026-902"

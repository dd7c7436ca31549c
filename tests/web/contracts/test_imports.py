"""Registers and KPI workbooks: read with one line per problem, then all or nothing, once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from commonweal.catalogue import data_root
from commonweal_web.audit.models import Event
from commonweal_web.contracts import kpi_workbook
from commonweal_web.contracts.models import Contract, Import, KpiVersion
from commonweal_web.contracts.services import imports
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.organisations.models import Organisation
from tests.web.contracts.makers import draft, draft_contract, propose
from tests.web.world import NOON, World

SHARED = Path(__file__).parents[4] / "shared" / "data"
HEAD = (
    "Contract reference", "Title", "Public body", "Supplier", "Register of the number", "Company or charity number",
    "Directorate", "Value (£)", "Starts", "Ends", "Framework release", "Why there are no KPIs",
)  # fmt: skip
GOOD = (
    "NMC-2026-500", "Window cleaning", "Northmere City Council", "Oakline Grounds Ltd", "GB-COH", "07654321",
    "Corporate", "59500", "2026-07-01", "2028-06-30", "fx-2025.1", "",
)  # fmt: skip
NEW = (
    "NMC-2026-501", "Skips", "Northmere City Council", "Gorsebank Skips Ltd", "GB-COH", "00099123",
    "Streets", "12000.50", "2026-07-01", "2027-06-30", "", "Too small",
)  # fmt: skip


def workbook(*rows: tuple[str, ...], kpis: tuple[tuple[str, ...], ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Contracts"
    for row in (HEAD, *rows):
        sheet.append(row)
    promised = book.create_sheet("KPIs")
    heads = ("Contract reference", "KPI reference", "Measure code", "What is promised, in words",
             "Promise for the whole contract", "Falls due")  # fmt: skip
    for row in (heads, *kpis):
        promised.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(world: World, content: bytes, name: str = "register.xlsx", who: str = "procurement") -> Import:
    return imports.register_upload(
        authority=world.bodies["nmc"], name=name, content=content, by=world.people[who], now=NOON
    )


def confirm(world: World, batch: Import) -> Import:
    return imports.import_confirm(batch=batch, by=world.people["procurement"], now=NOON, shown=batch.version)


def test_a_contract_workbook_is_read_and_confirmed_once(world: World) -> None:
    batch = upload(world, workbook(GOOD, NEW, kpis=(("NMC-2026-500", "NT17", "NT17", "Hours", "80", "even"),)))
    assert batch.errors == 0
    assert Contract.objects.filter(reference__startswith="NMC-2026-5").count() == 0
    done = confirm(world, batch)
    assert done.made == {"contracts": 2, "suppliers": 1, "directorates": 1, "kpis": 1}
    again = confirm(world, batch)
    assert again.made == done.made
    window = Contract.objects.get(reference="NMC-2026-500")
    assert (window.value_pence, window.status) == (5_950_000, "draft")
    assert window.contract_suppliers.get().supplier == world.bodies["oakline"]
    skips = Contract.objects.get(reference="NMC-2026-501")
    assert skips.value_pence == 1_200_050
    supplier = Organisation.objects.get(name="Gorsebank Skips Ltd")
    assert supplier.identifiers.get().value == "00099123"
    assert KpiVersion.objects.get(kpi__contract=window).targets.count() == 8
    assert Event.objects.filter(verb="import_confirmed").count() == 1


def test_one_error_and_nothing_is_imported(world: World) -> None:
    bad = (*GOOD[:8], "31/02/2026", *GOOD[9:])
    batch = upload(world, workbook(bad, NEW))
    (line,) = [one for one in batch.problems if one["code"] == "impossible_date"]
    assert (line["sheet"], line["cell"]) == ("Contracts", "I2")
    assert "31/02/2026" in line["found"]
    with pytest.raises(Refused, match="Nothing was imported"):
        confirm(world, batch)
    assert not Contract.objects.filter(reference__startswith="NMC-2026-5").exists()


def test_a_reference_that_is_there_already(world: World) -> None:
    batch = upload(world, workbook(("NMC-2026-014", *GOOD[1:])))
    assert "exists" in {one["code"] for one in batch.problems}
    assert batch.errors


def test_a_row_of_another_body_is_refused(world: World) -> None:
    other = (*GOOD[:2], "Eastholt Borough Council", *GOOD[3:])
    batch = upload(world, workbook(other))
    assert [one["code"] for one in batch.problems if one["severity"] == "error"] == ["other_body"]


def test_made_by_somebody_else_since_the_preview(world: World) -> None:
    batch = upload(world, workbook(GOOD, NEW))
    draft_contract(world, "NMC-2026-501")
    with pytest.raises(Refused, match="nothing was imported"):
        confirm(world, batch)
    assert not Contract.objects.filter(reference="NMC-2026-500").exists()


def test_who_may_not_make_contracts_may_not_upload(world: World) -> None:
    for who in ("manager", "director", "eastholt lead", "supplier administrator"):
        with pytest.raises(NotPermitted):
            upload(world, workbook(GOOD), who=who)


def test_a_number_of_another_name_is_a_warning(world: World) -> None:
    batch = upload(world, workbook((*GOOD[:3], "Hazelmoor Kitchens CIC", *GOOD[4:])))
    assert "other_holder" in {one["code"] for one in batch.problems}
    confirm(world, batch)
    made = Organisation.objects.get(name="Hazelmoor Kitchens CIC")
    assert not made.identifiers.exists()


def test_the_register_of_38_columns(world: World) -> None:
    head = ["Organisation Name", "Contract Reference Number", "Title of agreement", "Start date", "End date",
            "Contract value", "Supplier name", "Department responsible", "Review date"]  # fmt: skip
    rows = [
        head,
        ["Northmere City Council", "R-1", "Gulley cleaning", "01/04/2026", "31/03/2029", "£90,000.00", "Gully Ltd",
         "Streets", "01/04/2028"],
        ["Northmere City Council", "R-2", "Lifts", "01/04/2026", "31/03/2028", "£40,000", "Lift Ltd", "", ""],
    ]  # fmt: skip
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    batch = upload(world, file.getvalue().encode("cp1252"), "register.csv")
    assert batch.errors == 0, batch.problems
    confirm(world, batch)
    made = Contract.objects.get(reference="R-1")
    assert made.break_points.get().on.isoformat() == "2028-04-01"
    assert made.no_kpi_reason


@pytest.mark.parametrize("name", ["hyndburn-2022-02.csv", "hyndburn-2025-04.csv", "lancashire-fire-2025-26-q1.xlsx"])
def test_a_file_without_contracts_is_refused_in_words(world: World, name: str) -> None:
    file = SHARED / "messy-spreadsheets" / name
    if not file.exists():
        pytest.skip("the councils' files are not here")
    with pytest.raises(Refused) as refused:
        upload(world, file.read_bytes(), name)
    assert refused.value.field == "file"
    assert name in refused.value.message


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF"), ("a.xlsx", b"no zip"), ("a.csv", b"")])
def test_a_file_that_is_no_table(world: World, name: str, content: bytes) -> None:
    with pytest.raises(Refused):
        upload(world, content, name)
    assert not Import.objects.exists()


def test_the_example_workbook_of_the_data_package(world: World, tmp_path: Path) -> None:
    from commonweal.workbooks.contract_workbook import read_contract_workbook
    from commonweal.workbooks.write import write_contract_workbook

    source = data_root() / "examples" / "contract-workbook"
    portfolio = read_contract_workbook(source)
    portfolio.contracts = [one for one in portfolio.contracts if one.ref not in ("NMC-2026-014", "NMC-2025-088")]
    kept = {one.ref for one in portfolio.contracts}
    for name in ("kpis", "targets", "claims", "receipts", "decisions", "notes"):
        setattr(portfolio, name, [one for one in getattr(portfolio, name) if one.contract in kept])
    write_contract_workbook(portfolio, tmp_path / "all.xlsx")
    batch = upload(world, (tmp_path / "all.xlsx").read_bytes(), "all.xlsx")
    assert batch.errors == 0, [one for one in batch.problems if one["severity"] == "error"][:5]
    done = confirm(world, batch)
    assert done.made["contracts"] == len(kept)


def test_on_the_screen(world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("procurement")
    assert client.get("/contracts/import/").status_code == 200
    file = SimpleUploadedFile("register.xlsx", workbook(GOOD))
    answer = client.post("/contracts/import/", {"authority": world.bodies["nmc"].pk, "file": file})
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    assert "Window cleaning" in page
    batch = Import.objects.get()
    for _ in range(2):
        assert client.post(f"{answer['Location']}confirm/", {"version": batch.version}).status_code == 303
    assert Contract.objects.filter(reference="NMC-2026-500").count() == 1
    assert signed_in("manager").get(answer["Location"]).status_code == 404
    wrong = client.post("/contracts/import/", {"authority": world.bodies["nmc"].pk})
    assert wrong.status_code == 422


def filled(content: bytes, **targets: str) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["KPIs"]
    head = next(row[0].row for row in sheet.iter_rows() if str(row[0].value).startswith("Measure"))
    column = next(cell.column for cell in sheet[head] if str(cell.value).startswith("Promise"))
    for row in sheet.iter_rows(min_row=head + 1):
        if row[0].value in targets:
            sheet.cell(row[0].row, column).value = targets[row[0].value]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def kpis_in(world: World, contract: Contract, content: bytes) -> Import:
    return imports.kpis_upload(
        contract=contract, name="kpis.xlsx", content=content, by=world.people["commissioner"], now=NOON
    )


def test_kpis_by_workbook(world: World) -> None:
    contract = draft_contract(world)
    version = draft(world, contract)
    content = filled(kpi_workbook.template(contract, []), NT17="1600", NT10="208")
    batch = kpis_in(world, contract, content)
    assert batch.errors == 0, batch.problems
    done = imports.import_confirm(batch=batch, by=world.people["commissioner"], now=NOON, shown=batch.version)
    assert done.made == {"drafted": 1, "changed": 1}
    version.refresh_from_db()
    assert version.target == 1600
    assert KpiVersion.objects.get(kpi__contract=contract, measure="NT10").targets.count() == 16


def test_a_wrong_cell_of_the_kpi_workbook_is_named(world: World) -> None:
    contract = draft_contract(world)
    batch = kpis_in(world, contract, filled(kpi_workbook.template(contract, []), NT17="many", NT10="208"))
    (line,) = [one for one in batch.problems if one["severity"] == "error"]
    assert line["cell"]
    assert "many" in line["found"]
    with pytest.raises(Refused):
        imports.import_confirm(batch=batch, by=world.people["commissioner"], now=NOON, shown=batch.version)
    assert not KpiVersion.objects.filter(kpi__contract=contract).exists()


def test_a_draft_changed_since_the_preview_is_not_overwritten(world: World) -> None:
    contract = draft_contract(world)
    version = draft(world, contract)
    batch = kpis_in(world, contract, filled(kpi_workbook.template(contract, []), NT17="1600"))
    propose(world, version)
    with pytest.raises(StaleVersion):
        imports.import_confirm(batch=batch, by=world.people["commissioner"], now=NOON, shown=batch.version)


def test_the_workbook_of_another_contract_is_refused(world: World) -> None:
    one, other = draft_contract(world), draft_contract(world, "NMC-2026-301")
    content = filled(kpi_workbook.template(other, []), NT17="1600")
    with pytest.raises(Refused, match="NMC-2026-301"):
        kpis_in(world, one, content)


def test_the_kpi_workbook_on_the_screen(world: World, signed_in: Callable[[str], Client]) -> None:
    contract = draft_contract(world)
    client = signed_in("commissioner")
    for ending in ("xlsx", "ods"):
        answer = client.get(f"/contracts/{contract.pk}/kpis/workbook.{ending}")
        assert answer.status_code == 200
        assert contract.reference in answer["Content-Disposition"]
    assert client.get(f"/contracts/{contract.pk}/kpis/workbook/").status_code == 200
    content = filled(kpi_workbook.template(contract, ["NT17"]), NT17="1600")
    file = SimpleUploadedFile("kpis.xlsx", content)
    answer = client.post(f"/contracts/{contract.pk}/kpis/workbook/", {"file": file})
    assert answer.status_code == 303
    assert "1600" in client.get(answer["Location"]).content.decode()
    batch = Import.objects.get()
    assert client.post(f"{answer['Location']}confirm/", {"version": batch.version}).status_code == 303
    assert KpiVersion.objects.get(kpi__contract=contract).target == 1600

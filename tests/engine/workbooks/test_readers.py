"""Headings, and the readers that make portfolios and spending lists of tables."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.checks.problem import Origin, Problem
from commonweal.periods import Period
from commonweal.portfolio import Kind, Portfolio
from commonweal.workbooks import headings, notices, portal, register38, rows, spend
from commonweal.workbooks.detect import detect, detect_table, read_input
from commonweal.workbooks.raw import Sheet, Workbook, read_workbook
from commonweal.workbooks.return_lines import read_return_lines

AS_AT = dt.date(2026, 11, 21)
LAYOUTS = ("spend", "notices", "contracts-register", "portal-export", "return-lines")


def book(*lines: str, name: str = "file.csv") -> Workbook:
    return read_workbook("\n".join(lines).encode(), name=name)


def codes(problems: list[Problem] | tuple[Problem, ...]) -> Counter[str]:
    return Counter(problem.code for problem in problems)


@pytest.mark.parametrize("id", LAYOUTS)
def test_layouts_have_no_heading_for_two_fields(id: str) -> None:
    layout = headings.layout(id)
    seen: dict[str, str] = {}
    for field in layout.fields:
        assert field.type in rows.READERS
        for heading in (field.id, *field.headings):
            assert seen.setdefault(headings.key(heading), field.id) == field.id, heading
    assert set(layout.shows) <= {field.id for field in layout.fields}
    assert layout.field(layout.fields[0].id) is layout.fields[0]


def test_the_local_register_has_38_columns() -> None:
    assert len(headings.layout("contracts-register").fields) == 38


def test_an_unknown_layout_names_the_known_ones() -> None:
    with pytest.raises(errors.UnknownCode, match="spend"):
        headings.layout("nothing")


@pytest.mark.parametrize("heading", ["* SUPPLIER NAME", "supplier_name", " Supplier  Name: ", "SupplierName"])
def test_headings_are_known_whatever_their_case_and_signs(heading: str) -> None:
    mapping = headings.match_headings([heading, "Date", "Amount"], layout_id="spend", where=Origin("f", "", 1))
    assert mapping.columns == {"supplier": 0, "date": 1, "amount": 2}
    assert {match.how for match in mapping.matches} == {"known"}


def test_spelling_variants_are_one() -> None:
    assert headings.key("Organization & Name") == headings.key("Organisation and name")


def test_a_heading_that_looks_alike_is_a_reported_guess() -> None:
    mapping = headings.match_headings(
        ["Suplier nme", "Payment dat", "Amount", "Colour"], layout_id="spend", where=Origin("f", "", 1)
    )
    assert mapping.columns == {"supplier": 0, "date": 1, "amount": 2}
    assert codes(mapping.problems) == {"heading_guessed": 2, "heading_unknown": 1}
    assert mapping.as_dict() == {"Suplier nme": "supplier", "Payment dat": "date", "Amount": "amount", "Colour": ""}


def test_a_heading_alike_to_two_fields_is_not_guessed() -> None:
    between = headings.match_headings(["Contact namurl"], layout_id="contracts-register", where=Origin("f", "", 1))
    assert between.columns == {}
    assert codes(between.problems)["heading_unknown"] == 1


def test_two_headings_for_one_field_and_a_missing_one() -> None:
    mapping = headings.match_headings(["Supplier", "Vendor", "", "Date"], layout_id="spend", where=Origin("f", "", 1))
    assert mapping.columns == {"supplier": 0, "date": 3}
    assert codes(mapping.problems) == {"heading_twice": 1, "heading_missing": 1}


def test_a_saved_mapping_comes_back_and_decides_alone() -> None:
    read = book("Who,When,How much,,Payment date,", "A Ltd,01/04/2026,5,,x,", "B Ltd,02/04/2026,6,,x,")
    saved = headings.Mapping(
        "spend",
        1,
        (
            headings.Match("Who", 0, "supplier", "given"),
            headings.Match("When", 1, "date", "given"),
            headings.Match("How much", 2, "amount", "given"),
            headings.Match("", 3, "", ""),
        ),
    ).to_json()
    given_back = headings.mapping_from_json(saved)
    assert given_back == {"Who": "supplier", "When": "date", "How much": "amount", "D": ""}
    file = spend.read_spend(read, mapping=given_back)
    assert [line.amount for line in file.lines] == [Decimal(5), Decimal(6)]


@pytest.mark.parametrize("saved", ["[1]", "{", "a: b", "headings: 3"])
def test_a_mapping_that_cannot_be_read_is_refused(saved: str) -> None:
    with pytest.raises(errors.BadFile, match="headings"):
        headings.mapping_from_json(saved)


def test_a_mapping_that_fits_no_row_finds_no_table() -> None:
    sheet = Sheet("", [["a", "b"]])
    read = book("a,b")
    assert rows.open_table(read, sheet, layout_id="spend", given={"x": "supplier", "y": "date"}) is None


SPEND = "Name,Payment date,Net amount"


def test_spending_lists_end_as_lines_or_reasons() -> None:
    file = spend.read_spend(
        book(
            ",,",
            SPEND,
            'A Ltd,25/04/2026,"1,234.50"',
            ",,",
            SPEND,
            "B Ltd,,(5)",
            ",26/04/2026,7",
            "C Ltd,31/02/2026,x",
            ",,1236.50",
            ",, note",
        )
    )
    assert [line.amount for line in file.lines] == [Decimal("1234.50"), Decimal(-5), Decimal(7), None]
    assert file.rows == len(file.lines) + len(file.left_out) == 6
    assert file.blank_rows == 1
    assert codes(file.problems) == {
        "headings_again": 1, "blank_cell": 3, "impossible_date": 1, "not_a_number": 2, "left_out": 2,
    }  # fmt: skip
    assert str(file.lines[0].origin) == "file.csv, row 3"


def test_headings_below_the_table_are_found() -> None:
    lines = [f"Firm {at} Ltd,{at % 27 + 1:02}/04/2026,{at}.50" for at in range(60)]
    file = spend.read_spend(book(*lines, SPEND))
    assert len(file.lines) == 60
    assert not file.problems


def test_a_table_without_headings_is_read_by_what_it_holds() -> None:
    lines = [f'Parks,,REF{at},Firm {at} Ltd,mowing {at} lawns,,{at + 13}/04/2026,"1,00{at}.50"' for at in range(9)]
    file = spend.read_spend(book(*lines))
    assert file.mapping == {
        "A": "department", "C": "reference", "D": "supplier", "E": "description", "G": "date", "H": "amount",
    }  # fmt: skip
    assert codes(file.problems) == {"no_headings": 1}
    assert file.lines[0].amount == Decimal("1000.50")


@pytest.mark.parametrize("lines", [["a,b", "c,d", "e,f"], ["A Ltd,01/04/2026,5"], ["x,01/04/2026,02/04/2026,1.50"] * 4])
def test_a_table_that_tells_nothing_is_refused(lines: list[str]) -> None:
    with pytest.raises(errors.BadFile, match="no spending list"):
        spend.read_spend(book(*lines))


def test_a_spending_list_without_amounts_is_refused() -> None:
    with pytest.raises(errors.BadFile, match="No heading stands for amount"):
        spend.read_spend(book("Supplier,Date,Colour", "A,01/04/2026,red"))


def test_dates_in_doubt_are_said_once_a_column() -> None:
    file = spend.read_spend(book(SPEND, "A,03/05/2026,1", "B,04/05/2026,2", "C,2026-05-04 01:00,3"))
    assert codes(file.problems) == {"day_or_month_first": 1, "summer_time": 1}


NOTICES = "notice_id,buyer,title,status,notice_type,awarded_value,supplier,region,cpv_description"


def test_notices_become_contracts_or_problems() -> None:
    portfolio = notices.read_notices(
        book(
            NOTICES,
            '1,Ash Council,Mowing,awarded,Contract,500,"A &amp; B Ltd,A &amp; B Ltd,Knight, Kavanagh &amp; Page",'
            '"N,S",Cut',
            "2,ASH COUNCIL,Roof,awarded,Contract,,n/a,,",
            "2,ASH COUNCIL,Roof,awarded,Contract,,n/a,N,",
            ",Ash Council,Bins,open,Contract,,,,",
            "4,Elm Council,Lamps,awarded,Contract,0.01,0100165SC,,",
            "5,Elm Council,Big,awarded,Contract,750000000,Various Suppliers,,",
            "6,Elm Council,,closed,Pipeline,,,,",
        )
    )
    assert [contract.ref for contract in portfolio.contracts] == ["1", "2", "4", "5", "6"]
    first = portfolio.contracts[0]
    assert [supplier.name for supplier in first.suppliers] == ["A & B Ltd", "Knight, Kavanagh & Page"]
    assert first.value == Decimal(500)
    assert "no KPIs" in first.no_kpi_reason
    assert dict(first.extra)["region"] == "N,S"
    assert codes(portfolio.problems) == {
        "several_suppliers": 1, "many_regions": 1, "no_value": 1, "no_supplier": 2, "left_out": 2,
        "number_as_name": 1, "odd_value": 2, "buyer_spellings": 1,
    }  # fmt: skip
    assert "differs in region" in next(p.found for p in portfolio.problems if "second time" in p.found)


def test_an_exact_repeat_of_a_notice_differs_in_nothing() -> None:
    portfolio = notices.read_notices(book(NOTICES, "1,A,B,open,Contract,,,,", "1,A,B,open,Contract,,,,"))
    (problem,) = portfolio.problems
    assert problem.found.endswith("a second time.")


REGISTER = (
    "Organisation name,Contract reference number,Title of agreement,Department responsible,Start date,End date,"
    "Review date,Latest extension date,Contract value,Supplier name,Supplier registered company number,"
    "Supplier registered charity number,SME supplier,VCSE supplier,Contact email"
)


def test_a_contracts_register_becomes_contracts() -> None:
    portfolio = register38.read_register(
        book(
            REGISTER,
            "Ash Council,C1,Mowing,Parks,01/04/2026,31/03/2028,01/10/2026,31/03/2030,£5000,A Ltd,9442333,,Yes,No,x@y.z",
            "Ash Council,C1,Mowing,Parks,01/04/2026,31/03/2028,,,£5000,B Ltd,,1090095,No,Yes,",
            "Ash Council,C1,Mowing,Parks,01/04/2026,31/03/2028,,,£5000,B Ltd,,1090095,No,Yes,",
            "Ash Council,C1,Other,Parks,01/04/2026,31/03/2028,,,£5000,D Ltd,,,,,",
            "Ash Council,C2,Roof,Works,01/04/2028,31/03/2026,,,,,,,,,",
            "Ash Council,,Bins,Works,,,,,1,E Ltd,,,,,",
            "Ash Council,C3,Lamps,Works,,,,,1,F Trust,,SC042386,,,",
            "Ash Council,C4,Paths,Works,,,,,1,G Trust,,NIC100019,,,",
            "Ash Council,C5,Trees,Works,,,,,1,H,,,,,",
        )
    )
    refs = {contract.ref: contract for contract in portfolio.contracts}
    assert list(refs) == ["C1", "C2", "C3", "C4", "C5"]
    assert [(s.name, s.scheme, s.identifier) for s in refs["C1"].suppliers] == [
        ("A Ltd", "GB-COH", "09442333"), ("B Ltd", "GB-CHC", "1090095"),
    ]  # fmt: skip
    assert refs["C1"].next_break == dt.date(2026, 10, 1)
    assert dict(refs["C1"].extra)["sme_supplier"] == "yes"
    assert not any("x@y.z" in text for contract in portfolio.contracts for _, text in contract.extra)
    assert refs["C2"].term is None
    assert [refs[ref].suppliers[0].scheme for ref in ("C3", "C4", "C5")] == ["GB-SC", "GB-NIC", ""]
    found = codes(portfolio.problems)
    assert found["left_out"] == 2
    assert found["joined"] == 2
    assert len(portfolio.contracts) + found["left_out"] + found["joined"] == 9
    assert found["lost_zeros"] == found["impossible_period"] == found["no_value"] == found["no_supplier"] == 1


PORTAL = (
    "MEASURE CODE,Wording,Unit,Proxy Value,Target Quantity,Target value,Quantity delivered,Delivered value,"
    "Project name,Industry,Post-code district,Contract Value"
)


def portal_book(*lines: str, head: str = PORTAL) -> Workbook:
    return book(head, *lines)


def test_a_portal_export_becomes_contracts_kpis_and_pending_claims() -> None:
    portfolio = portal.read_portal_export(
        portal_book(
            'NT1,Local people,FTE,"£30,000.00",48,"£1,440,000.00",12,,Parks,Grounds,NM1,"£2,400,000"',
            "NT18,Local spend,£,0.6,600000,,#VALUE!,5,Parks,Grounds,NM1,",
            "NT18,Local spend,£,0.6,600000,,,,Parks,Grounds,NM1,1",
            "RLW,Living wage,%,,90,,,,Roofs,Works,,",
            "NT9,Weeks,,,,,,,Roofs,Works,,",
            "NT9,Weeks,weeks,,2,,3,,,Works,,",
        ),
        as_at=AS_AT,
    )
    parks, roofs = portfolio.contracts
    assert (parks.value, parks.place, parks.start, roofs.value) == (Decimal(2400000), "NM1", None, None)
    assert [(kpi.contract, kpi.ref, kpi.unit, kpi.kind) for kpi in portfolio.kpis] == [
        ("Parks", "NT1", "FTE", Kind.QUANTITY),
        ("Parks", "NT18", "GBP", Kind.MONEY),
        ("Parks", "NT18 (2)", "GBP", Kind.MONEY),
        ("Roofs", "RLW", "%", Kind.RATIO),
        ("Roofs", "NT9", "unit", Kind.QUANTITY),
    ]
    first = portfolio.kpis[0]
    assert (first.value_per_unit, first.value_source, first.stated_value) == (
        Decimal("30000.00"), "typed in the portal export", Decimal("1440000.00"),
    )  # fmt: skip
    (claim,) = portfolio.claims
    assert (claim.amount, claim.period) == (Decimal(12), Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31)))
    assert str(claim.origin) == "file.csv, G2"
    assert not portfolio.decisions
    assert codes(portfolio.problems) == {
        "error_value": 1, "value_alone": 1, "measure_again": 1, "two_values": 1, "no_unit": 1, "no_target": 1,
        "left_out": 1, "period_assumed": 1,
    }  # fmt: skip


def test_the_period_comes_from_the_caller_or_the_row() -> None:
    line = "NT1,Local people,FTE,,48,,12,,Parks,,,"
    own = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    given_period = portal.read_portal_export(portal_book(line), as_at=AS_AT, period=own)
    assert given_period.claims[0].period == own
    assert not codes(given_period.problems)
    head = f"{PORTAL},Start date,End date"
    dated = portal.read_portal_export(
        portal_book(f"{line},01/07/2026,30/09/2026", f"{line},30/09/2026,01/07/2026", head=head),
        as_at=dt.date(2026, 2, 1),
    )
    assert dated.claims[0].period == own
    assert dated.claims[1].period.start == dt.date(2025, 4, 1)
    assert codes(dated.problems)["impossible_period"] == 1


def test_decimal_commas_are_seen_over_the_whole_column() -> None:
    portfolio = portal.read_portal_export(
        portal_book(
            'A,w,hour,"1.234,50","1,234",,,,P,,,',
            'B,w,hour,"12,5","12,5",,,,P,,,',
        ),
        as_at=AS_AT,
    )
    assert [kpi.value_per_unit for kpi in portfolio.kpis] == [Decimal("1234.50"), Decimal("12.5")]
    assert [kpi.target for kpi in portfolio.kpis] == [Decimal("1.234"), Decimal("12.5")]
    assert codes(portfolio.problems) == {"ambiguous_number": 1}


def test_a_portal_export_without_a_needed_column_is_refused() -> None:
    with pytest.raises(errors.BadFile, match="No heading stands for project"):
        portal.read_portal_export(book("Measure code,Unit,Target quantity,Delivered quantity", "a,b,1,2"), as_at=AS_AT)


def test_supplier_and_buyer_of_an_export_are_kept() -> None:
    portfolio = portal.read_portal_export(
        portal_book("NT1,w,FTE,,1,,,,P,,,,A Ltd,Ash", head=f"{PORTAL},Supplier,Buyer"), as_at=AS_AT
    )
    assert portfolio.contracts[0].suppliers[0].name == "A Ltd"
    assert portfolio.contracts[0].body == "Ash"


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(["P", "Q", ""]), st.integers(0, 99)), max_size=12))
def test_every_row_of_an_export_is_a_kpi_or_a_problem(lines: list[tuple[str, str, int]]) -> None:
    read = portal_book(
        "A,w,hour,,1,,1,,P,,,", *(f"{code},w,hour,,{n},,{n},,{project},,," for code, project, n in lines)
    )
    portfolio = portal.read_portal_export(read, as_at=AS_AT)
    assert len(portfolio.kpis) + codes(portfolio.problems)["left_out"] == len(lines) + 1
    assert len({kpi.key for kpi in portfolio.kpis}) == len(portfolio.kpis)
    assert len({(claim.contract, claim.ref) for claim in portfolio.claims}) == len(portfolio.claims)


RETURNS = "Line,Contract ref,KPI ref,Period start,Period end,Received on,Quantity,Place"


def test_return_lines_become_claims_or_problems() -> None:
    claims, problems = read_return_lines(
        book(
            RETURNS,
            "1,C1,K1,01/04/2026,30/06/2026,13/07/2026,12.5,NM1",
            "2,C1,K1,01/04/2026,30/06/2026,13/07/2026,x,NM1",
            "3,C1,K1,30/06/2026,01/04/2026,13/07/2026,1,NM1",
            "4,C1,,01/04/2026,30/06/2026,13/07/2026,1",
        )
    )
    (claim,) = claims
    assert (claim.ref, claim.amount, claim.place, str(claim.origin)) == ("1", Decimal("12.5"), "NM1", "file.csv, G2")
    assert codes(problems) == {"not_a_number": 1, "left_out": 3}


def test_return_lines_without_a_needed_column_are_all_left_out() -> None:
    claims, problems = read_return_lines(book("Line,Contract ref,KPI ref", "1,C1,K1"))
    assert not claims
    assert codes(problems)["left_out"] == 1


@pytest.mark.parametrize(
    "read",
    [
        notices.read_notices,
        register38.read_register,
        lambda read: portal.read_portal_export(read, as_at=AS_AT),
        read_return_lines,
    ],
)
def test_another_table_is_refused(read: object) -> None:
    with pytest.raises(errors.BadFile):
        read(book("a,b", "c,d"))  # type: ignore[operator]


def written(folder: Path, *lines: str) -> Path:
    path = folder / "file.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("head", "line", "layout"),
    [
        (NOTICES, "1,A,B,open,Contract,,,,", "notices"),
        (REGISTER, "A,C1,T,D,,,,,1,S,,,,,", "contracts-register"),
        (PORTAL, "A,w,hour,,1,,1,,P,,,", "portal-export"),
    ],
)
def test_each_layout_is_told_and_read_by_one_door(tmp_path: Path, head: str, line: str, layout: str) -> None:
    path = written(tmp_path, head, line)
    assert detect(path) == layout
    portfolio: Portfolio = read_input(path, as_at=AS_AT)
    assert len(portfolio.contracts) == 1
    assert portfolio.sources[0].name == "file.csv"
    assert portfolio.mapping


def test_a_spending_list_is_told_and_not_reported_on(tmp_path: Path) -> None:
    path = written(tmp_path, SPEND, "A,01/04/2026,5")
    assert detect(path) == "spend"
    with pytest.raises(errors.BadFile, match="payments, not contracts"):
        read_input(path, as_at=AS_AT)


def test_an_unknown_table_says_what_was_looked_for(tmp_path: Path) -> None:
    path = written(tmp_path, "x,y", "1,2")
    assert detect(path) == ""
    with pytest.raises(errors.BadFile, match="first row says: x, y"):
        read_input(path, as_at=AS_AT)


def test_a_mapping_opens_a_portal_export_with_headings_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, "K,U,T,D,P", "A,hour,1,2,Parks")
    mapping = {"K": "measure", "U": "unit", "T": "target_quantity", "D": "delivered_quantity", "P": "project"}
    assert read_input(path, as_at=AS_AT, mapping=mapping).kpis[0].target == Decimal(1)


def test_a_folder_of_contract_csv_files_is_a_contract_workbook(tmp_path: Path) -> None:
    for name, text in (("contracts.csv", "Contract reference\n"), ("kpis.csv", "KPI reference\n")):
        (tmp_path / name).write_text(text)
    assert detect(tmp_path) == "contract-workbook"
    assert detect_table(read_workbook(tmp_path)) == "contract-workbook"
    assert read_input(tmp_path, as_at=AS_AT).contracts == []


def test_a_sheet_called_contracts_alone_is_a_contract_workbook(tmp_path: Path) -> None:
    (tmp_path / "contracts.csv").write_text("Contract reference\n")
    assert detect(tmp_path) == "contract-workbook"


def test_a_table_with_gaps_and_error_values_is_read_row_by_row() -> None:
    sheet = Sheet("S", [["Name", "Date", "Amount"], ["A", "01/04/2026", "1"], [], ["B", "02/04/2026", "2"]])
    table = rows.open_table(book(SPEND), sheet, layout_id="spend")
    assert table is not None
    assert [at for at, _ in rows.records(table)] == [1, 3]
    table.doubt(None, 1)
    table.doubt(rows.readings.date("soon")[1], 1, "date")
    assert str(table.problems[-1].where) == "file.csv, S, B2"


def test_columns_at_hand_give_the_same_as_rows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        for at, cells in enumerate([SPEND.split(","), ["A Ltd", "25/04/2026", 5], ["B Ltd", "26/04/2026", 6.5]]):
            sheet.write_row(at, 1, cells)
    read = read_workbook(path)
    assert read.sheets[0].columns is not None
    by_rows = Workbook(read.name, (Sheet(read.sheets[0].name, read.sheets[0].rows),), read.source)
    assert spend.read_spend(read) == spend.read_spend(by_rows)

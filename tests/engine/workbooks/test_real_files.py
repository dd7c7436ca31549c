"""Real files of public bodies; they are beside the repository and not in it, so these tests skip where they are not."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.checks.problem import Problem
from commonweal.workbooks.detect import detect, read_input
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.spend import read_spend

SHARED = Path(os.environ.get("COMMONWEAL_SHARED") or Path(__file__).resolve().parents[4] / "shared")
AS_AT = dt.date(2026, 11, 21)


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the real file {name} is not beside the repository")
    return path


def codes(problems: list[Problem] | tuple[Problem, ...]) -> Counter[str]:
    return Counter(problem.code for problem in problems)


def test_the_1224_notices_become_contracts_or_problems() -> None:
    portfolio = read_input(shared("data/contracts-finder-lancashire/notices.csv"), as_at=AS_AT)
    found = codes(portfolio.problems)
    assert len(portfolio.contracts) == 1223
    assert len(portfolio.contracts) + found["left_out"] == 1224
    assert found["no_value"] == 802 - 755
    assert found["number_as_name"] == 1
    assert found["no_supplier"] == 17
    assert not any("&amp;" in supplier.name for contract in portfolio.contracts for supplier in contract.suppliers)
    assert all(contract.no_kpi_reason and contract.term is None for contract in portfolio.contracts)
    assert all(problem.where.file == "notices.csv" and problem.where.row for problem in portfolio.problems)


def test_the_200_releases_become_contracts_or_problems() -> None:
    portfolio = read_input(shared("data/contracts-finder-ocds-2025/release-package.json"), as_at=AS_AT)
    found = codes(portfolio.problems)
    assert len(portfolio.contracts) + found["no_contract_yet"] + found["superseded"] == 200
    assert found["no_contract_yet"] == 39 + 7 + 7
    assert len({contract.ref for contract in portfolio.contracts}) == len(portfolio.contracts)
    assert {
        problem.found.split("“")[1].split("”")[0] for problem in portfolio.problems if problem.code == "bad_address"
    } == {
        "https//www.togetherhousing.co.uk",
        "http://Contract Finder",
    }
    assert found["lost_zeros"] == 7
    assert found["line_breaks_lost"] > 0


def test_the_find_a_tender_record_is_one_contract() -> None:
    portfolio = read_input(shared("data/find-a-tender-sample/record-ocds-h6vhtk-0525b3.json"), as_at=AS_AT)
    (contract,) = portfolio.contracts
    assert contract.value == Decimal(395493)
    assert (contract.start, contract.end) == (dt.date(2026, 10, 5), dt.date(2027, 3, 31))
    assert contract.suppliers[0].identifier == "09442333"
    assert dict(contract.extra)["value including VAT"] == "438981"
    assert not portfolio.problems


def test_the_synthetic_package_has_kpis_targets_and_claims() -> None:
    path = shared("reference/ocds/examples/synthetic-social-value-release-package.json")
    portfolio = read_input(path, as_at=AS_AT)
    assert [kpi.target for kpi in portfolio.kpis] == [Decimal("9.0"), Decimal(104), Decimal(250000)]
    assert [claim.amount for claim in portfolio.claims] == [Decimal("0.9"), Decimal("1.1")]
    assert len(portfolio.targets) == 4
    assert len(portfolio.notes) == 3


@pytest.mark.parametrize(
    ("name", "lines", "blank", "total", "expected"),
    [
        ("hyndburn-2017-05.csv", 178, 0, "766376.54", {}),
        ("hyndburn-2020-11.csv", 235, 84, "493499.99", {"text_mended": 1}),
        ("hyndburn-2022-02.csv", 242, 540, "511583.74", {}),
        ("hyndburn-2023-04.csv", 502, 93, "1216217.07", {}),
        ("hyndburn-2023-09.csv", 468, 0, "1075733.69", {}),
        ("hyndburn-2024-08.csv", 790, 0, "8119667.45", {}),
        ("hyndburn-2025-04.csv", 404, 0, "7818594.56", {}),
        ("lancashire-fire-2025-26-q1.xlsx", 919, 0, "7152578.77", {"summer_time": 1}),
        ("lancashire-pcc-2021-22.xlsx", 6741, 0, "74661545.84", {}),
    ],
)
def test_the_nine_messy_files_are_read_whole(
    name: str, lines: int, blank: int, total: str, expected: dict[str, int]
) -> None:
    path = shared(f"data/messy-spreadsheets/{name}")
    file = read_spend(read_workbook(path))
    assert (len(file.lines), len(file.left_out), file.blank_rows) == (lines, 0, blank)
    assert sum((line.amount or Decimal(0) for line in file.lines), Decimal(0)) == Decimal(total)
    assert all(line.supplier and line.date and line.amount is not None for line in file.lines)
    assert codes(file.problems) == expected
    assert detect(path) == "spend"
    with pytest.raises(errors.BadFile, match="spending list"):
        read_input(path, as_at=AS_AT)

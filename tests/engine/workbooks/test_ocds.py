"""OCDS packages as registers."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commonweal import errors
from commonweal.portfolio import Kind, Portfolio, Source
from commonweal.workbooks.detect import detect, read_input
from commonweal.workbooks.limits import Limits
from commonweal.workbooks.ocds import load_json, read_ocds


def read(package: Any) -> Portfolio:
    data = json.dumps(package).encode()
    return read_ocds(data, source=Source("a.json", "0" * 64, len(data), "json"))


def codes(portfolio: Portfolio) -> Counter[str]:
    return Counter(problem.code for problem in portfolio.problems)


def observation(measure: Any = 4, unit: str = "week", year: int = 2026, **more: Any) -> dict[str, Any]:
    period = {"startDate": f"{year}-04-01T00:00:00Z", "endDate": f"{year + 1}-03-31T23:59:59Z"}
    return {"measure": measure, "unit": {"name": unit}, "period": period, **more}


def award(**more: Any) -> dict[str, Any]:
    return {
        "id": "a1",
        "status": "active",
        "value": {"amount": 500.5, "currency": "GBP"},
        "suppliers": [{"id": "S1", "name": "A &amp; B Ltd"}],
        "contractPeriod": {"startDate": "2026-04-01T00:00:00Z", "endDate": "2027-03-31T23:59:59Z"},
        **more,
    }


def release(ocid: str = "ocds-1", **more: Any) -> dict[str, Any]:
    return {
        "ocid": ocid,
        "id": "r1",
        "date": "2026-03-01T00:00:00Z",
        "tag": ["award"],
        "buyer": {"name": "Ash Council"},
        "parties": [{"id": "S1", "name": "A & B Ltd", "identifier": {"scheme": "GB-COH", "id": "9442333"}}],
        "tender": {
            "title": "Mowing",
            "classification": {"description": "Grounds"},
            "items": [{"deliveryAddresses": [{"region": "UKG"}, {"postalCode": "NM1 1AA"}]}],
        },
        **more,
    }


def test_an_award_becomes_a_contract_without_kpis() -> None:
    portfolio = read({"extensions": ["https://x.example/e.json"], "releases": [release(awards=[award()])]})
    (contract,) = portfolio.contracts
    assert (contract.ref, contract.title, contract.body) == ("ocds-1", "Mowing", "Ash Council")
    assert (contract.value, contract.start, contract.end) == (
        Decimal("500.5"), dt.date(2026, 4, 1), dt.date(2027, 3, 31),
    )  # fmt: skip
    assert (contract.category, contract.place) == ("Grounds", "NM1 1AA")
    supplier = contract.suppliers[0]
    assert (supplier.name, supplier.scheme, supplier.identifier) == ("A & B Ltd", "GB-COH", "09442333")
    assert "award, not a contract" in contract.no_kpi_reason
    assert codes(portfolio) == {"not_fetched": 1, "lost_zeros": 1}


def test_releases_in_are_contracts_out_or_problems() -> None:
    portfolio = read(
        {
            "releases": [
                release(awards=[award()], date="2026-05-01"),
                release(awards=[award(value={"amount": 1, "currency": "GBP"})], date="2026-04-01"),
                release("ocds-2", tag=["tender"]),
                release("ocds-3", tag=None, awards=[]),
            ]
        }
    )
    assert [contract.value for contract in portfolio.contracts] == [Decimal("500.5")]
    found = codes(portfolio)
    assert len(portfolio.contracts) + found["no_contract_yet"] + found["superseded"] == 4


def test_several_awards_of_one_release_are_told_apart() -> None:
    portfolio = read({"releases": [release(awards=[award(), award(id="a2", title="Lot 2")])]})
    assert [contract.ref for contract in portfolio.contracts] == ["ocds-1-a1", "ocds-1-a2"]
    assert portfolio.contracts[1].title == "Lot 2"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": {}}, "no_value"),
        ({"value": {"amount": True}}, "no_value"),
        ({"value": {"amount": "12"}}, "no_value"),
        ({"value": {"amount": 12, "currency": "EUR"}}, "other_currency"),
        ({"value": {"amount": 0, "currency": "GBP"}}, "odd_value"),
        ({"suppliers": []}, "no_supplier"),
        ({"suppliers": [{"id": "S9", "name": "Unknown"}]}, "no_identifier"),
        ({"contractPeriod": {"startDate": "soon"}}, "not_a_date"),
        ({"contractPeriod": {"startDate": "2026-04-01"}}, "no_date"),
        ({"contractPeriod": {"startDate": "2027-04-01", "endDate": "2026-04-01"}}, "impossible_period"),
        ({"documents": [{"url": "http://Contract Finder"}, {"url": "https://ok.example/a"}]}, "bad_address"),
        ({"documents": [{"url": "http://[bad"}]}, "bad_address"),
        ({"description": "firstrnSecond"}, "line_breaks_lost"),
    ],
)
def test_doubtful_facts_are_listed(changes: dict[str, Any], code: str) -> None:
    portfolio = read({"releases": [release(awards=[award(**changes)])]})
    assert codes(portfolio)[code] >= 1
    assert len(portfolio.contracts) == 1


def test_parties_with_odd_addresses_or_other_schemes() -> None:
    parties = [
        {"id": "S1", "name": "A", "identifier": {"scheme": "GB-PPON", "id": "P1"}, "details": {"url": "https//x.y"}},
        {"id": "S2", "details": {"url": "not one"}},
    ]
    portfolio = read({"releases": [release(parties=parties, awards=[award()], tender={})]})
    assert codes(portfolio) == {"bad_address": 2}
    assert portfolio.contracts[0].title == "ocds-1"
    assert portfolio.contracts[0].suppliers[0].scheme == "GB-PPON"
    known = [{"id": "S1", "name": "A", "identifier": {"scheme": "GB-COH", "id": "09442333"}}]
    assert not read({"releases": [release(parties=known, contracts=[contract_block()], awards=[award()])]}).problems
    assert portfolio.contracts[0].place == ""


def test_a_record_package_gives_the_compiled_release_or_the_releases() -> None:
    whole = release("ocds-7", awards=[award()])
    package = {
        "records": [{"compiledRelease": whole}, {"releases": [release("ocds-8", awards=[award()]), {"id": "x"}]}, 5]
    }
    assert [contract.ref for contract in read(package).contracts] == ["ocds-7", "ocds-8"]
    assert [contract.ref for contract in read(whole).contracts] == ["ocds-7"]


def contract_block(**more: Any) -> dict[str, Any]:
    return {"id": "c1", "awardID": "a1", "title": "Mowing", "value": {"amount": 6, "amountGross": 7}, **more}


def test_agreed_metrics_are_kpis_and_observations_are_pending_claims() -> None:
    agreed = [
        {
            "id": "m1",
            "title": "Weeks",
            "observations": [observation(4), observation(5, year=2027, dimensions={"measure": "EX1"})],
        },
        {
            "id": "m2",
            "description": "Spend",
            "observations": [{**observation(), "value": {"amount": 10.5}, "measure": None}],
        },
        {"id": "m3", "observations": [observation("x", unit=""), {"measure": 1}, {"measure": 2, "period": {}}]},
        {"id": "m4", "observations": [observation(unit="week"), observation(unit="hour")]},
    ]
    reported = [
        {
            "id": "m1",
            "observations": [
                observation("3", id="o1", notes="seen", dimensions={"localAuthority": "E1"}),
                observation(2, measureClassification={"id": "met"}),
                observation(True),
                observation(None, measureClassification={"description": "Good"}, period=None),
            ],
        },
        {"id": "stranger", "observations": [observation(1), observation(2)]},
    ]  # fmt: skip
    older = release(contracts=[contract_block(agreedMetrics=agreed[:1])], awards=[award()], date="2026-01-01")
    newer = release(
        contracts=[contract_block(agreedMetrics=agreed, implementation={"metrics": reported})], awards=[award()]
    )
    portfolio = read({"releases": [older, newer]})
    assert [(kpi.ref, kpi.measure, kpi.unit, kpi.kind, kpi.target) for kpi in portfolio.kpis] == [
        ("m1", "EX1", "week", Kind.QUANTITY, Decimal(9)),
        ("m2", "m2", "GBP", Kind.MONEY, Decimal("10.5")),
        ("m3", "m3", "unit", Kind.QUANTITY, None),
        ("m4", "m4", "hour", Kind.QUANTITY, Decimal(8)),
    ]
    (claim,) = portfolio.claims
    assert (claim.ref, claim.amount, claim.place, claim.reason) == ("o1", Decimal(3), "E1", "seen")
    assert [note.text for note in portfolio.notes] == ["m1: published rating “met”, 2", "m1: published rating “Good”"]
    found = codes(portfolio)
    assert (found["unknown_kpi"], found["no_unit"], found["several_units"], found["left_out"]) == (1, 1, 1, 4)
    assert dict(portfolio.contracts[0].extra)["value including VAT"] == "7"


@pytest.mark.parametrize(
    "data", [b"{", b"[1]", b'{"a": 1}', b'{"releases": NaN}', b'{"a": "\xff"}', b"[" * 100, b'{"releases": 3}']
)
def test_what_is_no_package_is_refused(data: bytes) -> None:
    with pytest.raises(errors.BadFile):
        read_ocds(data, source=Source("a.json", "", len(data)))


def test_json_is_limited_in_size_and_depth() -> None:
    with pytest.raises(errors.BadFile, match="larger than"):
        load_json(b"[" + b" " * 100, "a.json", limits=Limits(file_bytes=10))
    with pytest.raises(errors.BadFile, match="levels deep"):
        load_json(b"[" * 65 + b"]" * 65, "a.json")
    assert load_json(b'{"a": "[[[\\"{"}', "a.json") == {"a": '[[["{'}


def test_json_is_told_by_its_first_letter(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf " + json.dumps({"releases": [release(awards=[award()])]}).encode())
    assert detect(path) == "ocds"
    assert len(read_input(path, as_at=dt.date(2026, 1, 1)).contracts) == 1

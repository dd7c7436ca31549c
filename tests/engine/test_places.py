"""Places by code, name and postcode."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.places import Gazetteer


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("E08000026", "E08000026"),
        ("e08000026 ", "E08000026"),
        ("Coventry", "E08000026"),
        ("Coventry City Council", "E08000026"),
        ("HYNDBURN BOROUGH COUNCIL", "E07000120"),
        ("Durham County Council", "E06000047"),
        ("Lancashire County Council", "E10000017"),
        ("Lancashire", "E10000017"),
        ("Lancashire Combined Authority", "E47000018"),
        ("London", "E12000007"),
        ("City of London", "E09000001"),
        ("London Borough of Hackney", "E09000012"),
        ("Hull City Council", "E06000010"),
        ("City of Edinburgh Council", "S12000036"),
        ("Caerdydd", "W06000015"),
        ("Belfast City Council", "N09000003"),
        ("North East", "E12000001"),
        ("E08000016", "E08000038"),
        ("Aylesbury Vale", "E07000004"),
        ("United Kingdom", "K02000001"),
    ],
)
def test_a_place_is_found_by_code_former_code_and_name(gazetteer: Gazetteer, written: str, code: str) -> None:
    assert gazetteer.place(written).code == code


def test_a_name_that_nobody_knows_comes_with_those_that_look_like_it(gazetteer: Gazetteer) -> None:
    with pytest.raises(errors.UnknownCode, match="Nearest: Coventry") as caught:
        gazetteer.place("Coventy")
    assert caught.value.nearest[0] == "Coventry"


def test_a_name_of_several_places_lists_them(gazetteer: Gazetteer) -> None:
    with pytest.raises(
        errors.UnknownCode, match=r"'Newcastle' could be .*Newcastle-under-Lyme.*Give the code"
    ) as caught:
        gazetteer.place("Newcastle")
    assert caught.value.nearest == ("E07000195", "E08000021")


def test_a_former_area_has_successors(gazetteer: Gazetteer) -> None:
    former = gazetteer.place("Aylesbury Vale")
    assert not former.current
    assert [place.name for place in gazetteer.successors(former)] == ["Buckinghamshire"]
    coventry = gazetteer.place("Coventry")
    assert gazetteer.successors(coventry) == (coventry,)


def test_the_chain_goes_outwards(gazetteer: Gazetteer) -> None:
    assert [place.name for place in gazetteer.chain("E07000120")] == [
        *("Hyndburn", "Lancashire", "North West", "England", "United Kingdom")
    ]
    assert gazetteer.levels("E07000120") == (
        ("district", "E07000120"),
        ("authority", "E10000017"),
        ("region", "E12000002"),
        ("nation", "E92000001"),
        ("nation", "K02000001"),
    )
    assert [place.name for place in gazetteer.chain("Cardiff")] == ["Cardiff", "Wales", "United Kingdom"]
    assert gazetteer.levels("E12000002")[0] == ("region", "E12000002")
    assert [place.name for place in gazetteer.chain("K02000001")] == ["United Kingdom"]


def test_every_current_place_has_a_chain_to_the_top(gazetteer: Gazetteer) -> None:
    for place in gazetteer:
        chain = gazetteer.chain(place.code)
        assert (chain[0], chain[-1].code) == (place, "K02000001")


def test_there_are_twelve_regions_and_each_authority_lies_in_one(gazetteer: Gazetteer) -> None:
    assert [place.nuts1 for place in gazetteer.regions] == [f"UK{letter}" for letter in "CDEFGHIJKLMN"]
    codes = {place.code for place in gazetteer.regions}
    lowest = [place for place in gazetteer if place.current and place.population]
    assert len(lowest) >= 361
    assert {gazetteer.region(place.code).code for place in lowest} == codes
    assert gazetteer.region("Belfast").nuts1 == "UKN"
    assert gazetteer.region("Coventry").nuts1 == "UKG"
    for wide in ("E92000001", "K02000001"):
        with pytest.raises(errors.UnknownCode, match="lies in no single region"):
            gazetteer.region(wide)


@pytest.mark.parametrize(
    ("postcode", "name"),
    [
        ("CV1 5RR", "Coventry"),
        ("cv15rr", "Coventry"),
        ("AB1 0AA", "Aberdeen City"),
        ("AB1 0AE", "Aberdeenshire"),
        ("AB1 0AF", "Aberdeen City"),
        ("SW1A 1AA", "Westminster"),
        ("  bb5   1aa ", "Hyndburn"),
    ],
)
def test_a_postcode_belongs_to_an_authority(gazetteer: Gazetteer, postcode: str, name: str) -> None:
    place = gazetteer.authority_of_postcode(postcode)
    assert place is not None
    assert place.name == name


@pytest.mark.parametrize("postcode", ["BT1 5GS", "ZZ9 9ZZ", "JE2 3AB"])
def test_a_postcode_outside_great_britain_is_not_known(gazetteer: Gazetteer, postcode: str) -> None:
    assert gazetteer.authority_of_postcode(postcode) is None


@pytest.mark.parametrize("written", ["CV1", "", "Coventry", "CV1 5RRR", "1CV 5RR"])
def test_what_is_no_postcode_is_refused(gazetteer: Gazetteer, written: str) -> None:
    with pytest.raises(errors.UnknownCode, match="is not a full postcode"):
        gazetteer.authority_of_postcode(written)


def test_runs_are_sorted_and_end_where_districts_say(gazetteer: Gazetteer) -> None:
    starts, codes = gazetteer._runs
    assert starts == sorted(starts)
    assert len(starts) == len(codes) == 58_924
    by_run: dict[str, set[str]] = {}
    for (outward, _), code in zip(starts, codes, strict=True):
        by_run.setdefault(outward, set()).add(code)
    for outward, found in by_run.items():
        named = {share.place.code for share in gazetteer.authorities_of_district(outward)}
        assert found <= named, outward


def test_a_district_may_spread_over_authorities(gazetteer: Gazetteer) -> None:
    shares = gazetteer.authorities_of_district("cv7 ")
    assert len(shares) > 1
    assert shares[0].share == max(share.share for share in shares)
    assert abs(sum(share.share for share in shares) - 1) < Decimal("0.001")
    assert gazetteer.authorities_of_district("ZZ9") == ()


def test_deprivation_by_authority(gazetteer: Gazetteer) -> None:
    found = gazetteer.deprivation("Hartlepool")
    assert found is not None
    assert (found.score, found.quintile, found.decile) == (Decimal("34.961"), 1, 1)
    assert gazetteer.deprivation("E12000001") is None

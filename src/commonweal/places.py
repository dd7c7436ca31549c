"""
Places of the United Kingdom: authorities, what they lie in, and which postcode belongs to which.

Sources: Office for National Statistics (OGL v3.0) and mySociety (CC BY 4.0); see places/tables.yaml.
Postcodes cover Great Britain: those of Northern Ireland (BT) have other terms and are not in the package.
"""

from __future__ import annotations

import csv
import gzip
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.nearest import nearest
from commonweal.catalogue.root import data_root

UNITED_KINGDOM = "K02000001"
LOWEST_TIER = ("unitary", "district", "metropolitan_district", "london_borough", "city_corporation")

_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_TITLES = frozenset(["and", "authority", "borough", "city", "combined", "corporation", "council", "county", "district"])
_MORE_TITLES = frozenset(["cc", "bc", "dc", "mbc", "metropolitan", "of", "royal", "the", "unitary", "london"])


@dataclass(frozen=True, slots=True)
class Place:
    """
    One area. `type` is uk, country, region, combined_authority, strategic_authority, county or a lowest-tier type.

    `region`, `county`, `combined_authority` and `country` are codes, empty where there is none; `nuts1` is the code
    that statistics and notices use for the region (UKC to UKN). `replaced_by` holds the successors of a former area.
    """

    code: str
    name: str
    type: str
    current: bool
    name_cy: str = ""
    country: str = ""
    region: str = ""
    county: str = ""
    combined_authority: str = ""
    nuts1: str = ""
    nuts3: tuple[str, ...] = ()
    register_code: str = ""
    former_codes: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a postcode district lies in an authority: number of postcodes, and their share of all (0 to 1)."""

    place: Place
    postcodes: int
    share: Decimal


@dataclass(frozen=True, slots=True)
class Deprivation:
    """The composite index of an authority: a higher score is more deprived; decile 1 is the most deprived tenth."""

    code: str
    score: Decimal
    quintile: int
    decile: int


class Gazetteer:
    """Places by code, name and postcode. Each table is read when it is first asked for."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or data_root() / "places"

    def __iter__(self) -> Iterator[Place]:
        return iter(self._by_code.values())

    def place(self, code_or_name: str) -> Place:
        """
        Return a place by code, former code or name ("Coventry City Council" is Coventry).

        A code that an area once had gives the area; an area that no longer exists is returned with its successors.

        :raises UnknownCode: if nothing or more than one place fits; `nearest` lists what could be meant
        """
        wanted = code_or_name.strip()
        code = wanted.upper()
        if code in self._by_code:
            return self._by_code[code]
        if code in self._former:
            return self._by_code[self._former[code]]
        return self._named(wanted)

    def successors(self, place: Place) -> tuple[Place, ...]:
        """Return the current areas that took over a former one; a current place is its own successor."""
        if place.current:
            return (place,)
        return tuple(last for code in place.replaced_by for last in self.successors(self._by_code[code]))

    def chain(self, code: str) -> tuple[Place, ...]:
        """
        Return a place and all around it: district, county, region, nation, United Kingdom.

        :raises UnknownCode: if there is no such place
        """
        place = self.place(code)
        codes = [place.code]
        if place.type in LOWEST_TIER:
            codes.append(place.county)
        codes.extend((place.region, place.country, UNITED_KINGDOM))
        return tuple(self._by_code[c] for c in dict.fromkeys(codes) if c)

    def levels(self, code: str) -> tuple[tuple[str, str], ...]:
        """
        Return the chain of a place as pairs of level and code, as a value series takes them.

        :raises UnknownCode: if there is no such place
        """
        return tuple((_level(place), place.code) for place in self.chain(code))

    def region(self, code: str) -> Place:
        """
        Return which of the 12 regions and nations a place lies in: one of nine in England, or another nation.

        :raises UnknownCode: if there is no such place, or it is England or the whole United Kingdom
        """
        chain = self.chain(code)
        for place in chain:
            if place.type == "region" or (place.type == "country" and place.nuts1):
                return place
        raise errors.UnknownCode(f"{chain[0].name} lies in no single region. Name a region, county or authority.")

    @cached_property
    def regions(self) -> tuple[Place, ...]:
        """Return the nine regions of England and the other three nations, in the order of their NUTS codes."""
        found = [p for p in self if p.current and p.nuts1 and p.type in ("region", "country")]
        return tuple(sorted(found, key=lambda place: place.nuts1))

    def authority_of_postcode(self, postcode: str) -> Place | None:
        """
        Return the lowest-tier authority of a full postcode, or None where the package does not know.

        None for Northern Ireland and the islands, and for a district that has no postcode. It is not said whether
        the postcode exists within its district.

        :raises UnknownCode: if the text has not the form of a full postcode
        """
        match = _POSTCODE.fullmatch(" ".join(postcode.upper().split()))
        if match is None:
            raise errors.UnknownCode(f"{postcode!r} is not a full postcode. Write it like CV1 5RR.")
        if match[1] not in self._districts:
            return None
        starts, codes = self._runs
        return self._by_code[codes[bisect_right(starts, (match[1], match[2])) - 1]]

    def authorities_of_district(self, outward: str) -> tuple[Share, ...]:
        """
        Return the authorities over which a postcode district (CV1) spreads, the largest share first.

        Empty for a district that the package does not know. One share of 1 says that the district is enough to tell.
        """
        return self._districts.get(outward.strip().upper(), ())

    def deprivation(self, code: str) -> Deprivation | None:
        """
        Return the deprivation of an authority or county, or None where the index has none.

        :raises UnknownCode: if there is no such place
        """
        return self._deprivation.get(self.place(code).code)

    @cached_property
    def _by_code(self) -> dict[str, Place]:
        return {row["code"]: _place(row) for row in self._rows("places.csv")}

    @cached_property
    def _former(self) -> dict[str, str]:
        return {former: place.code for place in self for former in place.former_codes if former not in self._by_code}

    @cached_property
    def _names(self) -> dict[frozenset[str], list[Place]]:
        found: dict[frozenset[str], list[Place]] = defaultdict(list)
        for place in self:
            for words in {_core(name) for name in (place.name, place.name_cy) if name}:
                found[words].append(place)
        return found

    @cached_property
    def _districts(self) -> dict[str, tuple[Share, ...]]:
        found: dict[str, list[Share]] = defaultdict(list)
        for row in self._rows("postcode-districts.csv"):
            share = Share(self._by_code[row["lad_code"]], int(row["postcodes"]), Decimal(row["share"]))
            found[row["postcode_district"]].append(share)
        return {key: tuple(sorted(shares, key=lambda s: (-s.postcodes, s.place.code))) for key, shares in found.items()}

    @cached_property
    def _runs(self) -> tuple[list[tuple[str, str]], list[str]]:
        starts, codes = [], []
        with gzip.open(self._folder / "postcode-runs.csv.gz", "rt", encoding="utf-8", newline="") as table:
            for row in csv.DictReader(table):
                outward, _, inward = row["from_postcode"].partition(" ")
                starts.append((outward, inward))
                codes.append(row["lad_code"])
        return starts, codes

    @cached_property
    def _deprivation(self) -> dict[str, Deprivation]:
        return {
            row["la_code"]: Deprivation(
                row["la_code"],
                Decimal(row["composite_score"]),
                int(row["population_quintile"]),
                int(row["population_decile"]),
            )
            for row in self._rows("deprivation.csv")
        }

    def _rows(self, file: str) -> Iterator[dict[str, str]]:
        with (self._folder / file).open(encoding="utf-8", newline="") as table:
            yield from csv.DictReader(table)

    def _named(self, name: str) -> Place:
        folded = name.casefold()
        exact = [p for p in self if folded in (p.name.casefold(), p.name_cy.casefold())]
        found = _best(exact, folded) or _best(self._names.get(_core(name), []), folded) or self._part(_core(name))
        if len(found) == 1:
            return found[0]
        if found:
            codes = [f"{place.code} ({place.name}, {place.type.replace('_', ' ')})" for place in found[:5]]
            raise errors.UnknownCode(f"{name!r} could be {', '.join(codes)}. Give the code.", [p.code for p in found])
        raise nearest("place", name, [place.name for place in self])

    def _part(self, words: frozenset[str]) -> list[Place]:
        """Return current authorities whose name has all these words and more: Hull is Kingston upon Hull."""
        found = [place for core, places in self._names.items() if words and words < core for place in places]
        return [place for place in dict.fromkeys(found) if place.current and place.type in LOWEST_TIER]


def _best(places: list[Place], asked: str) -> list[Place]:
    """Keep current places before former ones, and of these the tier that the words ask for, else the lowest."""
    current = [place for place in places if place.current] or places
    if "county" in asked.split():
        current = [place for place in current if place.type == "county"] or current
    if "combined" in asked.split():
        current = [place for place in current if place.type == "combined_authority"] or current
    order = (*LOWEST_TIER, "county", "region", "country")
    tiers = [order.index(p.type) if p.type in order else len(order) for p in current]
    lowest = min(tiers, default=0)
    lowest_tier = lowest < len(LOWEST_TIER)
    return [p for p, t in zip(current, tiers, strict=True) if t == lowest or (lowest_tier and t < len(LOWEST_TIER))]


def _core(name: str) -> frozenset[str]:
    words = frozenset(re.findall(r"[a-zà-ÿ]+", name.casefold().replace("'", "")))
    return words - _TITLES - _MORE_TITLES or words


def _level(place: Place) -> str:
    if place.type == "district":
        return "district"
    if place.type == "region":
        return "region"
    return "nation" if place.type in ("country", "uk") else "authority"


def _place(row: dict[str, str]) -> Place:
    return Place(
        code=row["code"],
        name=row["name"],
        type=row["type"],
        current=row["current"] == "yes",
        name_cy=row["name_cy"],
        country=row["country_code"] if row["type"] != "uk" else "",
        region=row["region_code"],
        county=row["county_code"],
        combined_authority=row["combined_authority_code"],
        nuts1=row["nuts1_2021"],
        nuts3=_several(row["nuts3_2021"]),
        register_code=row["la_register_code"],
        former_codes=_several(row["former_codes"]),
        replaced_by=_several(row["replaced_by_codes"]),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        population=int(row["population_2020"]) if row["population_2020"] else None,
    )


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()

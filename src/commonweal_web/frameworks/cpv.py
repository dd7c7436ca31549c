"""CPV codes: what a contract is about, by the European vocabulary that UK notices use. Codes are text."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache

from commonweal.catalogue import data_root

DIVISION = 2


@dataclass(frozen=True, slots=True)
class Cpv:
    """One code with its words."""

    code: str
    label: str
    level: str


@cache
def _codes() -> dict[str, Cpv]:
    with (data_root() / "codes" / "cpv.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: Cpv(row["code"], row["label"], row["level"]) for row in csv.DictReader(file)}


@cache
def divisions() -> tuple[Cpv, ...]:
    """Return the 45 divisions, the widest level."""
    return tuple(one for one in _codes().values() if one.level == "division")


def normal(written: str) -> str:
    """Return the eight digits of a code that may carry a check digit (77300000-3) or lack trailing zeros (773)."""
    digits = written.strip().split("-")[0].replace(" ", "")
    return digits.ljust(8, "0") if digits.isdecimal() and DIVISION <= len(digits) <= 8 else ""


def label_of(code: str) -> str:
    """Return the words of a code, or empty text where it is none."""
    found = _codes().get(normal(code))
    return found.label if found else ""


def known(code: str) -> bool:
    return normal(code) in _codes()


def division_of(code: str) -> str:
    """Return the first two digits, by which contracts are alike; empty where there is no code."""
    return normal(code)[:DIVISION]


def find(words: str, limit: int = 20) -> list[Cpv]:
    """Return the codes whose words hold all of `words`, widest first."""
    asked = words.casefold().split()
    order = {"division": 0, "group": 1, "class": 2, "category": 3}
    hits = [one for one in _codes().values() if asked and all(word in one.label.casefold() for word in asked)]
    return sorted(hits, key=lambda one: (order.get(one.level, 4), one.code))[:limit]

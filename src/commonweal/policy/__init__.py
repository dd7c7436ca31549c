"""
Rules as data: which law and which policy of a body applies to a contract, from which day, with which consequence.

`law()` and `bodies()` are the packs of the data package; `decide` says what each rule says of a contract.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path

from commonweal.catalogue.nearest import nearest
from commonweal.catalogue.root import data_root
from commonweal.policy.facts import Facts
from commonweal.policy.loader import load_pack
from commonweal.policy.rules import Answer, PolicyPack, Result, apply_rule
from commonweal.policy.thresholds import Thresholds, load_thresholds, with_threshold

__all__ = [
    "Answer",
    "Facts",
    "PolicyPack",
    "Result",
    "bodies",
    "decide",
    "find_pack",
    "law",
    "load_pack",
    "thresholds",
]


@cache
def law() -> Mapping[str, PolicyPack]:
    """Return every law and policy note of the data package by id."""
    return _packs("law")


@cache
def bodies() -> Mapping[str, PolicyPack]:
    """Return the example policies of bodies by id, as they were published."""
    return _packs("bodies")


@cache
def thresholds() -> Thresholds:
    """Return the procurement thresholds of the United Kingdom by date."""
    return load_thresholds(data_root() / "policies" / "thresholds" / "uk.yaml", name="policies/thresholds/uk.yaml")


def find_pack(wanted: str) -> PolicyPack:
    """
    Return a pack by its id, or read it from a file of that name.

    :raises UnknownCode: with the ids that look like it
    :raises BadPack: if the file is refused
    """
    known = {**law(), **bodies()}
    if wanted in known:
        return known[wanted]
    if Path(wanted).is_file():
        return load_pack(Path(wanted))
    raise nearest("policy", wanted, known)


def decide(
    packs: Iterable[PolicyPack], facts: Facts, *, proposals: bool = False, topics: Collection[str] = ()
) -> tuple[Result, ...]:
    """
    Return what every rule of these packs says of a contract, pack by pack; with `topics`, only rules on these.

    Whether the contract reaches its procurement threshold is worked out first, unless the facts say so.
    """
    whole = with_threshold(facts, thresholds())
    return tuple(
        apply_rule(rule, pack, whole, proposals=proposals)
        for pack in packs
        for rule in pack.rules
        if not topics or rule.topic in topics
    )


def _packs(folder: str) -> dict[str, PolicyPack]:
    paths = sorted((data_root() / "policies" / folder).glob("*.yaml"))
    packs = (load_pack(path, name=f"policies/{folder}/{path.name}") for path in paths)
    return {pack.id: pack for pack in packs}

"""The units that quantities may be counted in: one id each, with the words that people write for it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.nearest import nearest
from commonweal.catalogue.root import data_root
from commonweal.catalogue.schema import UnitsFile
from commonweal.catalogue.strict import load

PER_POUND = "GBP/"


@dataclass(frozen=True, slots=True)
class Unit:
    """
    A unit by its id, such as tCO2e; `unece` is its code of UN/CEFACT Recommendation 20 where there is one.

    Units of one `dimension` measure the same sort of thing; that alone converts nothing.
    """

    id: str
    label: str
    plural: str
    symbol: str
    dimension: str
    unece: str = ""
    synonyms: tuple[str, ...] = ()
    note: str = ""


class Units:
    """Every known unit, found by id or by what people write."""

    def __init__(self, units: Mapping[str, Unit]) -> None:
        self._units = dict(units)
        self._words = {_plain(word): unit.id for unit in units.values() for word in _names(unit)}

    def __iter__(self) -> Iterator[Unit]:
        return iter(self._units.values())

    def __len__(self) -> int:
        return len(self._units)

    def __contains__(self, unit_id: object) -> bool:
        return unit_id in self._units

    def __getitem__(self, unit_id: str) -> Unit:
        """
        Return the unit called `unit_id`.

        :raises UnknownCode: with the units that look like it
        """
        if unit_id not in self._units:
            raise nearest("unit", unit_id, self._units)
        return self._units[unit_id]

    def canonical(self, written: str) -> str | None:
        """Return the id of the unit that people mean by `written` ("hrs", "FTEs", "£"), or None if nobody knows it."""
        return written if written in self._units else self._words.get(_plain(written))

    def like(self, written: str) -> list[str]:
        """Return the ids of up to three units whose words look like `written`, the likest first."""
        words = difflib.get_close_matches(_plain(written), self._words, n=5, cutoff=0.6)
        return list(dict.fromkeys(self._words[word] for word in words))[:3]

    def is_value_unit(self, unit: str) -> bool:
        """Return whether `unit` is pounds per known unit, such as GBP/hour."""
        return unit.startswith(PER_POUND) and unit.removeprefix(PER_POUND) in self._units


def load_units(path: Path, *, name: str = "") -> Units:
    """
    Read the units file.

    :raises BadPack: naming file, line and property of what is wrong, or a word that two units claim
    """
    file = load(path, UnitsFile, name=name)
    units = {item.id: Unit(**item.model_dump()) for item in file.units}
    claimed: dict[str, str] = {}
    for unit in units.values():
        for word in {_plain(written) for written in _names(unit)}:
            if claimed.setdefault(word, unit.id) != unit.id:
                raise errors.BadPack(f"{name}: {claimed[word]} and {unit.id} both claim the word {word!r}. Drop one.")
    return Units(units)


@cache
def units() -> Units:
    """Return the units of the data package."""
    return load_units(data_root() / "units" / "units.yaml", name="units/units.yaml")


def _names(unit: Unit) -> tuple[str, ...]:
    return tuple(word for word in (unit.id, unit.label, unit.plural, unit.symbol, *unit.synonyms) if word)


def _plain(written: str) -> str:
    text = written.casefold().replace("₂", "2").replace("²", "2").replace("³", "3").strip()
    return re.sub(r"[\s._-]+", " ", text).strip()

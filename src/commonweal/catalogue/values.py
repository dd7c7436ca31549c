"""Value files of the data package: one dated series each, with its source, price base and licence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import groupby, pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from commonweal import errors
from commonweal.catalogue.models import Verified
from commonweal.catalogue.schema import CitationFile, Day, Text, Trust
from commonweal.catalogue.strict import Document, Strict, read, sentence, validate
from commonweal.catalogue.units import Units
from commonweal.series import Entry, ValueSeries

NUMBER = r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"


def _quoted(value: object) -> Decimal:
    if not isinstance(value, str) or not re.fullmatch(NUMBER, value):
        raise PydanticCustomError("quoted_number", 'write the number in quotes, without commas, like "4.81"')
    return Decimal(value)


Amount = Annotated[Decimal, BeforeValidator(_quoted), WithJsonSchema({"type": "string", "pattern": f"^{NUMBER}$"})]


class EntryFile(Strict):
    from_: Day = Field(alias="from")
    until: Day | None = None
    place: str = ""
    value: Amount
    low: Amount | None = None
    high: Amount | None = None
    parts: dict[str, Amount] = Field(default_factory=dict)
    source: Text
    verified: Trust | None = None
    status: Literal["", "forecast", "withdrawn"] = ""
    note: str = ""


class ValueFile(Strict):
    """values/<topic>/<name>.yaml"""

    id: Annotated[str, Field(pattern=r"^value/[a-z0-9][a-z0-9.-]*$")]
    label: Text
    description: Text
    unit: Text
    kind: Literal["nominal", "real"]
    price_base: str = ""
    cadence: Literal["yearly", "release", "once", "anchor"]
    verified: Trust
    verification: str = ""
    checked_on: Day
    licence: Text
    example: bool = False
    note: str = ""
    entries: tuple[EntryFile, ...] = Field(min_length=1)
    sources: dict[str, CitationFile]


def load_value_file(path: Path, *, units: Units, name: str = "") -> ValueSeries:
    """
    Read one value series.

    :raises BadPack: naming file, line and property of everything that is wrong
    """
    document = read(path, name=name or path.name)
    file = validate(document, ValueFile)
    if file is not None:
        check_values(document, file, units)
    if file is None or document.problems:
        raise errors.BadPack("\n".join(sentence(problem) for problem in document.problems))
    return _series(file)


def check_values(document: Document, file: ValueFile, units: Units) -> None:
    """Report unknown units and sources, a real series without price base, entries out of order, and missing years."""
    if file.unit != "index" and not units.is_value_unit(file.unit):
        document.report("unknown_unit", ("unit",), f"{file.unit} is no pounds per known unit.", "Write it as GBP/hour.")
    if file.kind == "real" and not file.price_base:
        document.report("no_price_base", ("kind",), "a real series has no price_base.", "Add the year of its prices.")
    for index, entry in enumerate(file.entries):
        if entry.source not in file.sources:
            found = f'entry {entry.from_} cites the source "{entry.source}", which is not listed.'
            document.report("unknown_reference", ("entries", index, "source"), found, "List the source, or correct it.")
    _order(document, file)


def _order(document: Document, file: ValueFile) -> None:
    numbered = sorted(enumerate(file.entries), key=lambda pair: pair[1].place)
    for _, group in groupby(numbered, key=lambda pair: pair[1].place):
        for (_, one), (index, other) in pairwise(group):
            if other.from_ <= one.from_:
                found = f"{other.from_} does not come after {one.from_}."
                document.report("order", ("entries", index, "from"), found, "Put the oldest first, each day once.")
            elif file.cadence == "yearly" and other.from_.year - one.from_.year != 1:
                found = f"there is no entry between {one.from_} and {other.from_}."
                document.report(
                    "gap", ("entries", index, "from"), found, "Add the missing years; repeat a frozen value."
                )


def _series(file: ValueFile) -> ValueSeries:
    return ValueSeries(
        id=file.id,
        label=file.label,
        unit=file.unit,
        kind=file.kind,
        entries=tuple(_entry(entry, file.verified) for entry in file.entries),
        price_base=file.price_base,
        licence=file.licence,
        sources=cited(file.sources),
        pack="example" if file.example else "open",
        cadence=file.cadence,
        checked_on=file.checked_on,
    )


def _entry(entry: EntryFile, verified: Verified) -> Entry:
    return Entry(
        start=entry.from_,
        until=entry.until,
        value=entry.value,
        source=entry.source,
        place=entry.place,
        verified=(entry.verified or verified) is Verified.TRUE,
        low=entry.low,
        high=entry.high,
        parts=tuple(entry.parts.items()),
        status=entry.status,
        note=entry.note,
    )


def cited(sources: Mapping[str, CitationFile]) -> dict[str, Mapping[str, object]]:
    """Return sources as a series keeps them: key to title, address, date and note."""
    return {key: {k: v for k, v in source.model_dump().items() if v} for key, source in sources.items()}


def decimal(text: str) -> Decimal | None:
    """Return a number of a table of the data package, or None for a blank cell."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise errors.BadPack(f"{text!r} is not a number. Write it like 4.81.") from None

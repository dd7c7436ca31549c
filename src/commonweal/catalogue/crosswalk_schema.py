"""File schemas of the crosswalk: links between two releases, and the register of what is not linked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from commonweal.catalogue.models import Verified
from commonweal.catalogue.schema import Day, Text, Trust
from commonweal.catalogue.strict import Strict
from commonweal.catalogue.values import Amount


class DatumFile(Strict):
    """What must be known beside the quantity; `unit` is that of the target per that of the source, or the reverse."""

    name: Text
    label: Text
    unit: Text
    divide: bool = False


class LinkFile(Strict):
    """One row; it reads as a sentence: FROM is narrower than TO."""

    from_: Text = Field(alias="from")
    to: str = ""
    relation: Literal["same", "close", "narrower", "broader", "related", "none"]
    reason: Text
    factor: Amount | None = None
    datum: DatumFile | None = None
    weight: int | None = None
    applies_from: Day | None = None
    applies_until: Day | None = None
    one_way: bool = False
    author: str = ""
    verified: Trust = Verified.FALSE


class CrosswalkFile(Strict):
    """crosswalks/<from>__<to>.yaml"""

    id: Text
    from_: Text = Field(alias="from")
    to: Text
    label: Text
    licence: Text
    author: Text
    verified: Trust
    checked_on: Day
    both_ways: bool = False
    note: str = ""
    rows: tuple[LinkFile, ...]


class NotLinkedEntryFile(Strict):
    from_: tuple[Text, ...] = Field(alias="from", min_length=1)
    to: tuple[Text, ...] = Field(min_length=1)
    items: tuple[Text, ...] = ()
    reason: Text


class NotLinkedFile(Strict):
    """crosswalks/not-linked.yaml; an entry without `items` speaks of everything in the releases that it names."""

    id: Text
    label: Text
    licence: Text
    author: Text
    verified: Trust
    checked_on: Day
    note: str = ""
    entries: tuple[NotLinkedEntryFile, ...]

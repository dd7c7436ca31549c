"""How much of a file is read before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """
    The most that one input may hold; more than any of these ends in `BadFile`.

    `file_bytes` is the size as stored and `unpacked_bytes` the size of everything inside a compressed file.
    `cells` counts the whole rectangle from A1 to the last used cell of a sheet, and the sum over all sheets: an empty
    cell inside the rectangle costs memory as well. `text` is the characters of all cells together. The defaults keep
    any file under half a gibibyte of memory.
    """

    file_bytes: int = 50 * MIB
    unpacked_bytes: int = 96 * MIB
    parts: int = 2_000
    sheets: int = 200
    rows: int = 1_048_576
    columns: int = 1_024
    cells: int = 2_000_000
    text: int = 96 * MIB


DEFAULT_LIMITS = Limits()

"""How an event becomes bytes: one spelling for every value, so that its hash can be computed again anywhere."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Any

GENESIS = "0" * 64
"""What the first event of a chain names as the hash before it."""


def plain(value: Any) -> Any:
    """
    Return `value` in JSON's own kinds, so that what is stored is what was hashed.

    :raises TypeError: for a float, whose digits differ between machines, and for anything without one clear spelling
    """
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dt.datetime):
        return instant(value)
    if isinstance(value, (Decimal, uuid.UUID, dt.date)):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return _container(value)


def _container(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {text(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((plain(item) for item in value), key=canonical)
    raise TypeError(f"The log cannot keep a {type(value).__name__}. Give a text, a whole number, a Decimal or a date.")


def text(value: str) -> str:
    """Return `value` without the two things no database keeps: the NUL character and half a surrogate pair."""
    return value.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def instant(value: dt.datetime) -> str:
    """Return the moment in UTC with its microseconds."""
    return value.astimezone(dt.UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """Return the one JSON text of a plain value: keys in order, no spaces, no escapes beyond JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(value: Any) -> str:
    """Return the SHA-256 of the value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()

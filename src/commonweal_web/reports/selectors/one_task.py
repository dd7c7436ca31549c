"""One line of the list of what needs somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from commonweal.periods import day_in_words

MOST = 40
"""So many lines of one kind are shown at most."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that needs somebody. `on` is the day it is due or since when it waits; `when` says which."""

    words: str
    where: str
    href: str
    on: dt.date
    when: str
    late: bool = False
    action: str = ""


Collector = Callable[[Any, dt.date], Iterator[Task]]


def since(on: dt.date) -> str:
    """Return since when something waits, in words."""
    return f"waiting since {day_in_words(on)}"

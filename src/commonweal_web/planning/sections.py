"""What a part of planning says of a plan on the plan's own page: one line of its task list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commonweal_web.planning.models import Plan


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the task list: `status` in words ("3 of 4 signed"), `hint` says what is missing."""

    key: str
    title: str
    url: str
    status: str
    done: bool
    hint: str = ""


SECTIONS: list[Callable[[Plan, Any], Section]] = []
"""In the order of the page; each part of planning adds its own in `ready`."""

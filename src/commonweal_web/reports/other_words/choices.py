"""
Where a measure could go to several of another framework, the reader says to which: one of them, or shares of 100 %.

The answer travels in the address, so that a link or a download tells the same as the page did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.crosswalk.crosswalk import Crosswalk
from commonweal.crosswalk.items import Items
from commonweal.crosswalk.shares import Choices
from commonweal.quantities import plain
from commonweal_web.core.forms import PageForm, QuantityField

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Undecided:
    """A measure, and those of the other framework that it could be converted to."""

    measure: str
    targets: tuple[str, ...]

    def box(self, target: str) -> str:
        """Return the name of a target's box, in the form and in the address."""
        return f"{self.measure}:{target}"


def undecided(measures: Iterable[str], release: str, on: dt.date, crosswalk: Crosswalk) -> list[Undecided]:
    """Return the measures that several ways lead from, where no weights say how they are shared."""
    found = []
    for measure in measures:
        ways = crosswalk.ways(measure, release, on=on) if measure in crosswalk.items else ()
        weighed = any(way.link.weight is not None and not way.inherited for way in ways)
        targets = tuple(way.link.target for way in ways if way.converts)
        if len(targets) > 1 and not weighed:
            found.append(Undecided(measure, targets))
    return found


class ShareForm(PageForm):
    """Per cent for each target of each undecided measure; those of one measure make 100."""

    def __init__(self, data: Mapping[str, Any], questions: Sequence[Undecided], release: str, items: Items) -> None:
        self.questions, self.release, self.items = questions, release, items
        names = [one.box(target) for one in questions for target in one.targets]
        super().__init__(data if any(name in data for name in names) else None, auto_id="share-%s")
        for one in questions:
            for target in one.targets:
                item = items[target]
                self.fields[one.box(target)] = box = QuantityField(
                    label=f"{item.code}: {item.label}", required=False, unit="%", max_digits=7, decimal_places=2
                )
                box.width, box.optional_mark = 4, False  # type: ignore[attr-defined]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Each measure with its boxes, for the page."""
        items = self.items
        return [
            {
                "code": items[one.measure].code,
                "label": items[one.measure].label,
                "fields": [self[one.box(target)] for target in one.targets],
            }
            for one in self.questions
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for one in self.questions:
            given = [cleaned.get(one.box(target)) or Decimal(0) for target in one.targets]
            whole = sum(given, Decimal(0))
            wrong = any(one.box(target) in self.errors for target in one.targets)
            if whole != HUNDRED and not wrong:
                code = self.items[one.measure].code
                listed = " + ".join(f"{plain(share)} %" for share in given)
                said = f"The shares of {code} make {plain(whole)} % ({listed}). Let them make 100 %."
                self.add_error(one.box(one.targets[0]), said)
        return cleaned

    def choices(self) -> Choices | None:
        """Return the shares in basis points; None while a question is open or an answer is refused."""
        if not self.questions:
            return {}
        if not self.is_bound or not self.is_valid():
            return None
        return {
            (one.measure, self.release): {
                target: int(share * HUNDRED)
                for target in one.targets
                if (share := self.cleaned_data.get(one.box(target)) or Decimal(0))
            }
            for one in self.questions
        }

    def query(self) -> dict[str, str]:
        """Return the answers as they stand in the address."""
        if not self.is_bound:
            return {}
        return {name: str(self.data.get(name, "")) for name in self.fields if self.data.get(name)}

"""
Releases of frameworks that somebody brings: read within bounds, checked against everything that is known, every
finding kept with its line.

A shipped release is checked by the tests of the data package; one from outside has no such tests, so more is asked of
it here: a unit that is known, references that lead somewhere, and no text that a spreadsheet would run.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from commonweal import errors
from commonweal.catalogue import schema
from commonweal.catalogue.catalogue import Catalogue
from commonweal.catalogue.loader import check_framework, framework_of
from commonweal.catalogue.models import Framework
from commonweal.catalogue.strict import Bounds, Document, Loc, parse, refuse_live, unread, validate
from commonweal.catalogue.units import Units
from commonweal.checks.problem import Problem
from commonweal.series import ValueSeries

MOST_MEASURES = 5_000
LONGEST_ID = 80
BOUNDS = Bounds(listed="measures", most=MOST_MEASURES)
_ID = re.compile(r"[a-z0-9][a-z0-9.-]*")

Load = Callable[[str], ValueSeries]


def read_framework(
    text: str, *, name: str, catalogue: Catalogue, units: Units, load: Load
) -> tuple[Framework | None, list[Problem]]:
    """
    Return the release that a text holds, or None, and everything that is wrong with it.

    :param catalogue: what is known already: its ids are taken, and its measures may be referred to
    :param load: gives a shipped value series by id
    """
    try:
        document = parse(text, name=name, bounds=BOUNDS)
    except errors.BadPack as error:
        return None, [unread(error, name)]
    file = validate(document, schema.FrameworkFile)
    if file is None:
        return None, document.problems
    check_framework(document, file)
    refuse_live(document)
    _Check(document, file, catalogue, units, load).whole()
    return (None if document.problems else framework_of(file)), document.problems


class _Check:
    """What a release from outside must hold beside what the schema asks."""

    def __init__(
        self, document: Document, file: schema.FrameworkFile, catalogue: Catalogue, units: Units, load: Load
    ) -> None:
        self.document, self.file, self.catalogue, self.units, self.load = document, file, catalogue, units, load
        self.goals = {goal.code for goal in catalogue.goals}
        self.goals |= {target.code for goal in catalogue.goals for target in goal.targets}
        self.known = {measure.id for measure in catalogue.measures}

    def whole(self) -> None:
        """Report everything."""
        self._id()
        if not self.file.measures:
            self.document.report("no_measures", (), "the release has no measures.", "Add a measure.")
        for index, outcome in enumerate(self.file.outcomes):
            self._goals(("outcomes", index, "goals"), outcome.goals)
        for index, measure in enumerate(self.file.measures):
            self._goals(("measures", index, "goals"), measure.goals)
            self._unit(index, measure)
            self._same(index, measure)

    def _id(self) -> None:
        release = self.file.id
        if not _ID.fullmatch(release) or len(release) > LONGEST_ID:
            mend = f"Use small letters, digits, dots and hyphens, {LONGEST_ID} at most, like northmere-local-2027.1."
            self.document.report("bad_id", ("id",), f"the id {release!r} will not do.", mend)
        if release in {one.id for one in self.catalogue.frameworks}:
            found = f"there is a release called {release} already."
            self.document.report("taken", ("id",), found, "A release never changes: give this one an id of its own.")

    def _goals(self, loc: Loc, links: tuple[schema.GoalLinkFile, ...]) -> None:
        for index, link in enumerate(links):
            if link.code not in self.goals:
                found = f'there is no goal or target "{link.code}".'
                self.document.report("unknown_reference", (*loc, index, "code"), found, "Correct it, like 8.5.")

    def _unit(self, index: int, measure: schema.MeasureFile) -> None:
        if measure.unit and measure.unit not in self.units:
            found = f"the unit {measure.unit!r} of {measure.code} is not known."
            self.document.report(
                "unknown_unit", ("measures", index, "unit"), found, suggested(measure.unit, self.units)
            )
        elif measure.values:
            self._values(("measures", index, "values"), measure)

    def _values(self, loc: Loc, measure: schema.MeasureFile) -> None:
        try:
            series = self.load(str(measure.values))
        except errors.CommonwealError as error:
            self.document.report("unknown_reference", loc, str(error), "Leave values out, or name a shipped series.")
            return
        if series.unit != f"GBP/{measure.unit}":
            found = f"{series.id} is priced in {series.unit}, but {measure.code} counts {measure.unit}."
            self.document.report("other_unit", loc, found, "Name a series that is priced per this unit.")

    def _same(self, index: int, measure: schema.MeasureFile) -> None:
        if "/" in measure.same_as and measure.same_as not in self.known:
            found = f'there is no measure "{measure.same_as}".'
            loc: Loc = ("measures", index, "same_as")
            self.document.report("unknown_reference", loc, found, "Correct the id; the release is part of it.")


def suggested(written: str, units: Units) -> str:
    """Return how to mend a unit that nobody knows: what it is called here, or what looks like it."""
    known = units.canonical(written)
    near = [known] if known else units.like(written)
    return f"Nearest: {', '.join(near)}." if near else "Name a unit such as person, hour, FTE-year or GBP."

"""The same delivery in other frameworks and for the goals, with how much of it each of them covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal import errors, packs
from commonweal.catalogue import Catalogue, load_catalogue
from commonweal.crosswalk.coverage import Coverage, TargetTotal, by_target, coverage
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.express import Delivery, Expressed, Price, Status, express
from commonweal.crosswalk.goals import Goals, by_goal
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.shares import Choices
from commonweal.figures import Book
from commonweal.portfolio import Contract, Kind, Kpi
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.standing import Standing
from commonweal.reporting.build.tables import count_cell, counted, figure_cell, total_row
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Section, Show, Table

STATES = (("verified", "Verified"), (PROMISED, "Promised, whole life"))
STEM = "also"
INTRODUCTION = (
    "Nothing here is counted beside what stands elsewhere in this report: it is the same delivery, told in other "
    "words. What has no counterpart is named, and is not zero. Links between frameworks are proposals unless a source "
    "states them.",
)

OWN_POUNDS = "Own pounds are those of the KPIs; the values of two frameworks are never added up."


@dataclass(frozen=True, slots=True)
class OtherWords:
    """
    In which frameworks a report tells the same delivery again: `also`, or the goals where anything is linked to them.

    `choices` say to which of several targets a measure goes; `crosswalk` and `catalogue` are the shipped ones if None.
    """

    also: tuple[str, ...] | None = None
    choices: Choices = field(default_factory=dict)
    crosswalk: Crosswalk | None = None
    catalogue: Catalogue | None = None


def other_words_sections(assembly: Assembly, wanted: OtherWords) -> list[Section]:
    """
    Return the chapter on other frameworks and goals, or nothing where no framework is wanted or can be reached.

    :raises UnknownCode: for a framework that is not known
    :raises ChoiceNeeded: if a delivery could be converted to several targets, and nothing says to which
    """
    teller = _Teller(assembly, wanted)
    releases = teller.releases()
    if not releases:
        return []
    sections = [section for release in releases for section in teller.told(release)]
    head = Section(STEM, "In other frameworks and goals", (Prose(INTRODUCTION), teller.table()), page_break=True)
    return [head, *sections]


class _Teller:
    def __init__(self, assembly: Assembly, wanted: OtherWords) -> None:
        self.assembly, self.wanted, self.book = assembly, wanted, assembly.book
        self.crosswalk = wanted.crosswalk or load_crosswalk()
        self.catalogue = wanted.catalogue or load_catalogue()
        self.starts = {standing.stem: standing.contract.start for standing in assembly.standings}
        self.deliveries = {state: self._deliveries(state) for state, _ in STATES}
        self.rows: list[Row] = []

    def releases(self) -> list[str]:
        if self.wanted.also is not None:
            return list(dict.fromkeys(self.crosswalk.known(release) for release in self.wanted.also))
        found = [one for several in self.deliveries.values() for one in several if one.measure in self.crosswalk.items]
        reached = any(self.crosswalk.ways(one.measure, GOALS, on=one.on) for one in found)
        return [GOALS] if reached else []

    def _deliveries(self, state: str) -> list[Delivery]:
        there = [standing for standing in self.assembly.once if state in standing.quantity]
        return [self._delivery(standing, state) for standing in there]

    def _delivery(self, standing: Standing, state: str) -> Delivery:
        contract, kpi, quantity = standing.contract, standing.kpi, standing.quantity[state]
        ratio = kpi.kind is Kind.RATIO and f"{quantity}/numerator" in self.book
        return Delivery(
            ref=standing.stem,
            label=f"{contract.ref} {kpi.ref}",
            measure=self._measure(contract, kpi),
            unit=standing.unit,
            quantity=quantity,
            pounds=standing.pounds.get(state, ""),
            over=f"{quantity}/numerator" if ratio else "",
            under=f"{quantity}/denominator" if ratio else "",
            data=known_data(contract, kpi),
            on=self.assembly.as_at,
            origin=str(kpi.origin),
        )

    def _measure(self, contract: Contract, kpi: Kpi) -> str:
        try:
            return self.catalogue.measure(kpi.measure, framework=contract.framework).id
        except errors.UnknownCode:
            return kpi.measure

    def _price(self, delivery: Delivery, target: str) -> Price | None:
        """Price a target by its own shipped series as on the contract's first day, where there is one for that day."""
        series_id = self.catalogue.measure(target).values
        start = self.starts[delivery.ref] or self.assembly.as_at
        if not series_id:
            return None
        try:
            entry = packs.load_series(series_id).on(start).entry
        except (errors.NoValueForDate, errors.NoValueForPlace):
            return None
        return Price(entry.value, f"{series_id}, {entry.source}, as on {start}")

    def told(self, release: str) -> list[Section]:
        """Enter a release, state by state, and return its section."""
        made = {state: self._state(release, state, heading) for state, heading in STATES}
        if release == GOALS:
            blocks: list[Block] = [self._goals(made["verified"])]
            title = "For the Sustainable Development Goals"
        else:
            blocks = self._framework(release, made)
            title = f"In the words of {self.catalogue.framework(release).short_name}"
        return [Section(f"{STEM}-{_key(release)}", title, tuple(blocks), level=2, caption=release)]

    def _state(self, release: str, state: str, heading: str) -> list[Expressed]:
        stem = f"{STEM}/{release}/{state}"
        made = express(
            book=self.book,
            crosswalk=self.crosswalk,
            deliveries=self.deliveries[state],
            to=release,
            stem=stem,
            choices=self.wanted.choices,
            price=self._price,
        )
        if made:
            cover = coverage(self.book, made, stem=f"{stem}/coverage")
            self.rows.append(_covered(self.book, release, heading, cover))
        return made

    def table(self) -> Table:
        columns = (
            Column("framework", "In the words of"),
            Column("state", "What"),
            Column("all", "KPIs", Show.COUNT),
            Column("converted", "Converted", Show.COUNT),
            Column("related", "Related only", Show.COUNT),
            Column("unmapped", "No counterpart", Show.COUNT),
            Column("share", "Converted, by number", Show.PERCENT),
            Column("reached", "Converted or related, by number", Show.PERCENT),
            Column("pounds", "Pounds", Show.POUNDS, "£"),
            Column("converted_pounds", "Pounds converted", Show.POUNDS, "£"),
            Column("related_pounds", "Pounds related only", Show.POUNDS, "£"),
            Column("unmapped_pounds", "Pounds without counterpart", Show.POUNDS, "£"),
            Column("pounds_share", "Converted, by value", Show.PERCENT),
            Column("pounds_reached", "Converted or related, by value", Show.PERCENT),
        )
        note = "Converted, related only and without a counterpart always make the whole, in number and to the penny."
        return Table(
            f"{STEM}-coverage", "How much each of them covers", columns, tuple(self.rows), note=note, dense=True
        )

    def _framework(self, release: str, made: dict[str, list[Expressed]]) -> list[Block]:
        totals = {
            state: {one.target.id: one for one in by_target(self.book, found, stem=f"{STEM}/{release}/{state}")}
            for state, found in made.items()
        }
        blocks: list[Block] = []
        if any(totals.values()):
            table = converted_table(
                self.book,
                totals[PROMISED],
                totals["verified"],
                name=f"{STEM}-{_key(release)}",
                caption="What can be converted",
                note=OWN_POUNDS,
                priced="Verified, at this framework's values",
            )
            blocks.append(table)
        else:
            blocks.append(Prose(("Nothing can be converted.",)))
        left = [table for table in (_related(release, made["verified"]), _unmapped(release, made)) if table]
        return [*blocks, *left]

    def _goals(self, made: list[Expressed]) -> Table:
        goals = by_goal(self.book, self.crosswalk.items, made, stem=f"{STEM}/{GOALS}")
        return _goal_table(self.book, goals)


def _key(release: str) -> str:
    """Return a release fit for the name of a table: ids hold letters, digits, hyphens and dots."""
    return release.replace(".", "-")


def known_data(contract: Contract, kpi: Kpi) -> dict[str, Decimal]:
    """Return the further facts of a contract and of its KPI that are numbers, by name; the KPI's own count first."""
    return numbers_among((*contract.extra, *kpi.extra))


def numbers_among(facts: Iterable[tuple[str, str]]) -> dict[str, Decimal]:
    """Return the facts that are numbers, by name; the last of one name counts."""
    found = {}
    for name, text in facts:
        try:
            number = Decimal(text.strip().replace(",", ""))
        except ArithmeticError:
            continue
        if number.is_finite():
            found["_".join(name.casefold().split())] = number
    return found


def _covered(book: Book, release: str, heading: str, cover: Coverage) -> Row:
    counts = (cover.all, cover.converted, cover.related, cover.unmapped)
    shares = (cover.converted_percent, cover.related_percent)
    money = (cover.pounds, cover.converted_pounds, cover.related_pounds, cover.unmapped_pounds)
    by_value = (cover.converted_pounds_percent, cover.related_pounds_percent)
    cells = [figure_cell(book, line) for line in (*counts, *shares, *money, *by_value)]
    return Row((Cell(release), Cell(heading), *cells))


def converted_table(
    book: Book,
    promised: Mapping[str, TargetTotal],
    verified: Mapping[str, TargetTotal],
    *,
    name: str,
    caption: str,
    note: str,
    priced: str,
) -> Table:
    """Return what all converted deliveries make of each measure; `priced` heads the pounds at its own values."""
    columns = (
        Column("code", "Measure"),
        Column("label", "What it counts"),
        Column("kpis", "KPIs", Show.COUNT),
        Column("promised", "Promised", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("pounds", "Verified, own pounds", Show.POUNDS, "£"),
        Column("priced", priced, Show.POUNDS, "£"),
    )
    targets = dict.fromkeys([*promised, *verified])
    rows = tuple(_converted_row(book, promised.get(target), verified.get(target)) for target in targets)
    return Table(name, caption, columns, rows, note=note)


def _converted_row(book: Book, due: TargetTotal | None, done: TargetTotal | None) -> Row:
    totals = [one for one in (due, done) if one]
    item = totals[0].target
    unit = "%" if item.ratio else item.unit
    kpis = {part.delivery.ref for one in totals for part in one.parts}
    return Row(
        (
            Cell(item.code),
            Cell(item.label),
            count_cell(len(kpis)),
            figure_cell(book, due.told if due else "", unit=unit),
            figure_cell(book, done.told if done else "", unit=unit),
            figure_cell(book, done.pounds if done else ""),
            figure_cell(book, done.priced if done else ""),
        )
    )


def _related(release: str, made: Sequence[Expressed]) -> Table | None:
    rows = tuple(
        Row(
            (
                Cell(one.delivery.label),
                Cell(part.target.code),
                Cell(part.words),
                Cell(part.missing.label if part.missing else "–"),
                Cell(part.way.link.reason),
            )
        )
        for one in made
        for part in one.parts
        if part.status is Status.RELATED
    )
    columns = (
        Column("kpi", "KPI"),
        Column("target", "Related to"),
        Column("words", "Verified"),
        Column("missing", "What is not known"),
        Column("reason", "Why"),
    )
    if not rows:
        return None
    return Table(f"{STEM}-{_key(release)}-related", "What is related, but not convertible", columns, rows, dense=True)


def _unmapped(release: str, made: dict[str, list[Expressed]]) -> Table | None:
    found: dict[str, Expressed] = {}
    for one in (one for state, _ in STATES for one in made[state]):
        if one.status is Status.UNMAPPED:
            found.setdefault(one.delivery.label, one)
    if not found:
        return None
    columns = (Column("kpi", "KPI"), Column("measure", "Measure"), Column("reason", "Why"))
    rows = tuple(Row((Cell(label), Cell(one.delivery.measure), Cell(one.reason))) for label, one in found.items())
    caption = f"{counted(list(found), 'KPI')} without a counterpart"
    return Table(f"{STEM}-{_key(release)}-unmapped", caption, columns, rows, dense=True)


def _goal_table(book: Book, goals: Goals) -> Table:
    columns = (
        Column("goal", "Goal"),
        Column("name", "Name"),
        Column("targets", "Targets"),
        Column("kpis", "KPIs", Show.COUNT),
        Column("pounds", "Verified, of all that serves it", Show.POUNDS, "£"),
        Column("weighed", "Its part by weight", Show.POUNDS, "£"),
    )
    rows = [
        Row(
            (
                Cell(goal.code),
                Cell(goal.name),
                Cell(", ".join(goal.targets)),
                count_cell(len(goal.deliveries)),
                figure_cell(book, goal.pounds),
                figure_cell(book, goal.weighed),
            )
        )
        for goal in goals.goals
    ]
    whole = figure_cell(book, goals.distinct)
    rows.append(
        total_row(
            (Cell("All"), Cell("Each KPI once"), Cell(), count_cell(len(goals.deliveries)), whole, Cell(text="–"))
        )
    )
    note = (
        "A KPI that serves several goals stands with each of them, so the rows do not add up: the last row counts each "
        "KPI once."
    )
    return Table(f"{STEM}-{GOALS}", "What serves each goal", columns, tuple(rows), note=note)

"""A summary laid out for pages: by framework, in a table for each outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonweal.catalogue.words import LINK_TRUST, mark, wording_of
from commonweal.crosswalk.express import PHRASES
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.summary import Counted, Line, Release, Summary, Thing, Way
from commonweal.reporting import wording
from commonweal.reporting.build import mapping_words as words
from commonweal.reporting.model import Table as DocumentTable
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.mapping.asking import Asked
from commonweal_web.mapping.selectors import GoalServed, Serving

STEPS = ("Select", "Summary", "Mapping sheet", "Regional report", "Print and take away")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tool; without `href` it cannot be reached yet."""

    number: int
    name: str
    href: str
    current: bool


def steps(current: int, links: Mapping[int, str]) -> list[Step]:
    """Return the five steps, with the addresses of those that can be reached, by number."""
    return [Step(number, name, links.get(number, ""), number == current) for number, name in enumerate(STEPS, 1)]


def caption(current: int) -> str:
    """Return where one is, for above the heading."""
    return f"Mapping tool, step {current} of {len(STEPS)}: {STEPS[current - 1]}"


@dataclass(frozen=True, slots=True)
class Beside:
    """One framework beside the source: what it covers in a sentence, the tables, what must be chosen, the gaps."""

    release: Release
    sentence: str
    tables: Sequence[Table]
    choices: Sequence[str]
    gaps: Sequence[Line]
    gap_reasons: Sequence[tuple[str, Sequence[Thing]]]


def title(summary: Summary) -> str:
    """Return what the page is about: "SVM 2025 in the words of National TOMs"."""
    names = [release.short_name for release in summary.targets]
    said = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{summary.source.short_name} in the words of {said}"


def chosen_words(summary: Summary) -> str:
    """Return what was chosen in a sentence."""
    whole = len(summary.lines)
    kinds = {line.item.kind for line in summary.lines}
    noun = (
        {"measure": "KPI", "criterion": "award criterion"}.get(next(iter(kinds)), "item") if len(kinds) == 1 else "item"
    )
    plural = {"award criterion": "award criteria"}.get(noun, f"{noun}s")
    of = f"chosen from {summary.source.name}" if summary.codes else f"of {summary.source.name}, all that there are"
    return f"{whole} {noun if whole == 1 else plural} {of}"


def beside(summary: Summary) -> list[Beside]:
    """Return each target framework laid out."""
    return [_beside(summary, release, summary.counted(release.id)) for release in summary.targets]


def _beside(summary: Summary, release: Release, counted: Counted) -> Beside:
    gaps = [line for line in summary.lines if line.gap(release.id)]
    reasons: dict[str, list[Thing]] = {}
    for line in gaps:
        reasons.setdefault(line.gap(release.id), []).append(line.item)
    return Beside(
        release=release,
        sentence=words.sentence(summary, counted),
        tables=[_table(summary, release, name, lines) for name, lines in grouped(summary.lines).items()],
        choices=[_choice(line, release) for line in summary.lines if line.must_choose(release.id)],
        gaps=gaps,
        gap_reasons=list(reasons.items()),
    )


def grouped(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Return lines by their outcome, or theme where they have none."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.item.outcome or line.item.theme, []).append(line)
    return found


def _choice(line: Line, release: Release) -> str:
    ways = [way for way in line.ways_to(release.id) if way.converts]
    names = " or as ".join(f"{way.target.code} {way.target.label}" for way in ways)
    return (
        f"{line.item.code} {line.item.label} could be counted as {names}. Choose one, or split it with shares that "
        f"make 100 %; counted as each of them it would be counted twice."
    )


def _table(summary: Summary, release: Release, name: str, lines: Sequence[Line]) -> Table:
    columns = [
        Column("KPI and deliverable"),
        Column("Unit"),
        Column(f"In {release.short_name}"),
        Column("How it converts"),
        Column("Goals it serves"),
    ]
    above = [line for line in summary.groups if _belongs(line.item, name) and line.ways_to(release.id)]
    rows = [_group_row(line, release) for line in above]
    rows += [_row(summary.source, line, release) for line in lines]
    return Table(caption=name or summary.source.short_name, columns=columns, rows=rows, stacks=True)


def _belongs(item: Thing, name: str) -> bool:
    heads = name.split("; ")
    return f"{item.code}: {item.label}" in heads or (item.kind == "criterion" and item.outcome in heads)


def _group_row(line: Line, release: Release) -> list[Cell]:
    item = line.item
    kind = "award criterion" if item.kind == "criterion" else item.kind
    ways = format_html_join("", "{}", ((_way(way),) for way in line.ways_to(release.id)))
    first = Cell(f"{item.code} as a whole", hint=f"The {kind} itself is linked; it counts nothing.")
    return [first, Cell("–"), Cell(html=ways), Cell("Not convertible"), Cell(html=_goals(line))]


def _row(source: Release, line: Line, release: Release) -> list[Cell]:
    return [
        Cell(html=_what(source, line.item)),
        Cell(words.unit(line.item)),
        Cell(html=_counterparts(line, release)),
        Cell(html=_conversions(line, release)),
        Cell(html=_goals(line)),
    ]


def _what(source: Release, item: Thing) -> SafeString:
    hints = [words.deliverable(item)] if words.deliverable(item) != item.label else []
    criteria = [one.partition(":")[0] for one in item.criterion.split("; ") if ":" in one]
    hints += [f"Award criterion {' and '.join(criteria)}"] if criteria else []
    doubt = mark(wording_of(item.kind), item.verified)
    hints += [_sentence(doubt)] if doubt else []
    return format_html("{}{}", link_to(source.id, item), _hints(hints))


def _hints(texts: Iterable[str]) -> SafeString:
    return format_html_join("", '<span class="cw-cell__hint">{}</span>', ((text,) for text in texts))


def link_to(release: str, item: Thing) -> SafeString:
    """Return the name of an item as a link to its page of the catalogue."""
    return format_html(
        '<a class="govuk-link" href="{}">{} {}</a>', catalogue_url(release, item.code), item.code, item.label
    )


def catalogue_url(release: str, code: str) -> str:
    """Return where the catalogue shows an item."""
    try:
        if release == GOALS:
            goal, dot, _ = code.partition(".")
            return reverse("frameworks:goal", args=[goal]) + (f"#target-{code}" if dot else "")
        return reverse("frameworks:item", args=[release, code])
    except NoReverseMatch:
        return f"/catalogue/{release}/"


def _counterparts(line: Line, release: Release) -> SafeString:
    ways = line.ways_to(release.id)
    if not ways:
        return format_html("<strong>No counterpart</strong>{}", _hints([_sentence(line.gap(release.id))]))
    own = format_html_join("", "{}", ((_way(way),) for way in ways if not way.by))
    return format_html("{}{}", own, _through([way for way in ways if way.by]))


def _way(way: Way) -> SafeString:
    said = f"{LINK_TRUST[way.verified]}: {way.reason}"
    share = f", takes {words.share(way.weight)}" if way.weight is not None else ""
    unit = f" ({way.target.unit_words})" if way.target.unit_words else ""
    return format_html(
        '<span class="cw-way">{} {}{}{}<span class="cw-cell__hint">{}</span></span>',
        PHRASES[way.relation].capitalize(),
        link_to(way.to, way.target),
        unit,
        share,
        _sentence(said),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _through(ways: Sequence[Way]) -> SafeString:
    """Return what an item reaches only by way of what stands above it, in few words."""
    found: dict[str, list[Way]] = {}
    for way in ways:
        found.setdefault(way.by_words.partition(":")[0], []).append(way)
    return format_html_join(
        "",
        '<span class="cw-way">Related only through {}: {}</span>',
        (
            (by, format_html_join(", ", "{} {}", ((way.target.code, way.target.label) for way in mine)))
            for by, mine in found.items()
        ),
    )


def _conversions(line: Line, release: Release) -> SafeString:
    ways = [way for way in line.ways_to(release.id) if way.converts]
    if not ways:
        return format_html("{}", "Not convertible" if line.ways_to(release.id) else "–")
    return format_html_join("", "{}", ((_conversion(line.item, way, several=len(ways) > 1),) for way in ways))


def _conversion(item: Thing, way: Way, *, several: bool) -> SafeString:
    lead = f"{way.target.code}: " if several else ""
    ask = format_html("<strong>Ask now for: {}</strong>", words.asked(way.datum)) if way.datum else SafeString("")
    said = words.conversion(item, way)
    return format_html('<span class="cw-way">{}{}{}</span>', lead, said, format_html("<br>{}", ask) if ask else "")


def _goals(line: Line) -> SafeString:
    through = dict.fromkeys(goal.by_code for goal in line.goals if goal.by_code)
    said = format_html_join("", '<span class="cw-way">{}</span>', ((one,) for one in words.goals(line)))
    if not said:
        return SafeString("–")
    return format_html("{}{}", said, _hints([f"Through {', '.join(through)}"] if through else []))


def serving_table(served: GoalServed) -> Table:
    """Return what serves one goal or target, each with the way to its summary."""
    rows = [
        [
            Cell(f"{one.item.code} {one.item.label}", href=catalogue_url(one.release, one.item.code)),
            Cell(one.release_name),
            Cell(one.reason),
            Cell("See it in the goals", href=_goal_summary(one)),
        ]
        for one in served.serving
    ]
    columns = [Column("What serves it"), Column("Framework"), Column("Why"), Column("Summary")]
    return Table(f"{served.code} {served.name}", columns, rows, stacks=True)


def _goal_summary(one: Serving) -> str:
    return Asked(one.release, (one.item.code,), (GOALS,)).summary_url


def on_page(table: DocumentTable) -> Table:
    """Return a table of a document as pages show one."""
    columns = [Column(column.heading) for column in table.columns]
    rows = [
        [Cell(wording.words(cell, column).line) for cell, column in zip(row.cells, table.columns, strict=True)]
        for row in table.rows
    ]
    return Table(table.caption, columns, rows, dense=True)

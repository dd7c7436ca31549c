"""
The report as one self-contained HTML file: no script, no request to anywhere, readable on a phone and on paper.

Every figure is a link to its working in the appendix of the same file.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import jinja2
from markupsafe import Markup

from commonweal.reporting import charts, wording, workings
from commonweal.reporting.model import Chart, Facts, Headlines, Prose, Report, Section, Table

MOST_INPUTS = 200
MOST_IN_CONTENTS = 15


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of level 1 with the sections inside it, for the list of contents."""

    section: Section
    inside: tuple[Section, ...]

    @property
    def listed(self) -> tuple[Section, ...]:
        return self.inside[:MOST_IN_CONTENTS]

    @property
    def unlisted(self) -> int:
        return max(0, len(self.inside) - MOST_IN_CONTENTS)


def render_html(report: Report) -> bytes:
    """Return the report as UTF-8 bytes; the same report gives the same bytes."""
    template = _environment().get_template("report.html.j2")
    text = template.render(
        report=report,
        chapters=chapters(report),
        groups=workings.groups(report),
        lines=workings.line_numbers(report),
        rules=_rules(report),
        charts=_Charts(report),
        css=Markup(_asset("report.css")),
        wording=wording,
        MOST_INPUTS=MOST_INPUTS,
    )
    return wording.clean(text.lstrip()).encode()


def chapters(report: Report) -> list[Chapter]:
    """The sections as chapters; a section of level 2 before any chapter counts as a chapter."""
    found: list[tuple[Section, list[Section]]] = []
    for section in report.sections:
        if section.level == 1 or not found:
            found.append((section, []))
        else:
            found[-1][1].append(section)
    return [Chapter(section, tuple(inside)) for section, inside in found]


class _Charts:
    """Drawings for the template: wide and narrow ones, or narrow ones alone where there are very many."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def drawings(self, chart: Chart) -> list[tuple[str, Markup]]:
        table = charts.table_of(self._report, chart)
        widths = charts.widths(self._report, chart)
        names = ("wide", "narrow") if len(widths) == 2 else ("only",)
        drawn = (charts.svg(chart, table, width=width) for width in widths)
        return [(name, Markup(text)) for name, text in zip(names, drawn, strict=True)]

    def caption(self, chart: Chart) -> str:
        return charts.table_of(self._report, chart).caption

    def has_rows(self, chart: Chart) -> bool:
        return any(not row.emphasis for row in charts.table_of(self._report, chart).rows)


def _rules(report: Report) -> Mapping[str, int]:
    """How many lines of the book there are of each sort, for the words above the appendix."""
    figures = sum(hasattr(entry, "rule") for entry in report.book)
    return {"figures": figures, "facts": len(report.book) - figures}


def _asset(name: str) -> str:
    return (resources.files("commonweal.reporting") / "templates" / name).read_text("utf-8")


def ident(name: str) -> str:
    """Return a section's or table's name as an HTML id, which holds no spaces."""
    return re.sub(r"\s+", "-", name.strip())


def _is_kind(block: object, kind: str) -> bool:
    kinds = {"prose": Prose, "table": Table, "chart": Chart, "headlines": Headlines, "facts": Facts}
    return isinstance(block, kinds[kind])


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("commonweal.reporting", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.tests["kind"] = _is_kind
    environment.filters["day"] = wording.day
    environment.filters["ident"] = ident
    return environment

"""A telling as a document: the page, its files and the working of each of its figures are the same."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from commonweal import errors, packs
from commonweal.crosswalk.models import GOALS
from commonweal.reporting.model import Block, Prose, Report, Section
from commonweal.reporting.render_csv import render_csv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.reports import documents
from commonweal_web.reports.other_words import goals, tables
from commonweal_web.reports.other_words.facts import Facts, framework_name
from commonweal_web.reports.other_words.summary import sentence
from commonweal_web.reports.other_words.telling import Telling

NOT_FOR_PUBLICATION = "Not for publication: some figures are small counts of people."
INTRODUCTION = (
    "Nothing here is counted beside what stands elsewhere: it is the same delivery, told in other words. Only what is "
    "verified counts as delivered."
)
FORMS = {
    "pdf": "PDF",
    "xlsx": "Excel workbook",
    "ods": "OpenDocument sheet",
    "zip": "CSV files (zip)",
    "json": "JSON",
}
ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class Headed:
    """What a document is about, in words: whose, and where it belongs."""

    title: str
    subtitle: str


def title_of(release: str) -> str:
    """Return how a page or a document in a release is headed."""
    if release == GOALS:
        return "For the Sustainable Development Goals"
    return f"In the words of {framework_name(release)}"


def blocks(told: Telling) -> list[Block]:
    """Return everything that a page and a file say of one release, in their order."""
    if told.goals is not None:
        parts = [goals.goals_table(told), goals.served(told)]
    else:
        parts = [tables.targets(told), tables.converted(told), tables.related(told)]
    found: list[Block | None] = [
        Prose((sentence(told),)),
        tables.coverage_table(told),
        *parts,
        tables.unmapped(told),
        tables.apart(told.facts),
        tables.without_number(told.facts),
        told.facts.newer,
    ]
    return [block for block in found if block is not None]


def report_of(facts: Facts, told: Telling, headed: Headed) -> Report:
    """Return the document of one telling."""
    heading = title_of(told.release)
    return Report(
        title=f"{headed.title}: {heading[:1].lower()}{heading[1:]}",
        subtitle=headed.subtitle,
        as_at=facts.as_at,
        sections=[Section(tables.STEM, heading, (Prose((INTRODUCTION,)), *blocks(told)), caption=told.release)],
        book=facts.book,
        attributions=attributions([*facts.own_releases, told.release], told),
        made_by=documents.made_by(),
        notes=[NOT_FOR_PUBLICATION] if facts.sensitive else [],
    )


def attributions(releases: Sequence[str], told: Telling | None = None) -> list[str]:
    """Return the attribution of every licence under which frameworks and values were used, each once."""
    found = list(packs.attributions(told.priced_by)) if told else []
    for release in releases:
        try:
            framework = frameworks.catalogue().framework(release)
        except errors.UnknownCode:
            continue
        if framework.licence in packs.licences():
            found.append(packs.licence(framework.licence).attribution)
    return [text for text in dict.fromkeys(found) if text]


def file_of(report: Report, form: str) -> tuple[bytes, str]:
    """Return a document in one of FORMS, with its media type; KeyError for another."""
    if form == "zip":
        return zipped(render_csv(report)), ZIP
    return documents.rendered(report, form), documents.FORMATS[form].media_type


def zipped(files: dict[str, bytes]) -> bytes:
    """Return files as one archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()

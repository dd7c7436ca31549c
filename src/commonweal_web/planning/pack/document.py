"""What the documents of a version have in common: their head, their day, where they come from."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

import commonweal
import commonweal_data
from commonweal import errors, packs
from commonweal.figures import Book
from commonweal.reporting import wording
from commonweal.reporting.model import Report, Section
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.planning.pack.content import Asked


def report_of(asked: Asked, title: str, sections: Sequence[Section], book: Book) -> Report:
    """Return a document of a version, as at the day of its approval."""
    return Report(
        title=title,
        subtitle=f"{asked.body}, {asked.named} of {wording.day(asked.approved_on)}",
        as_at=asked.approved_on,
        sections=list(sections),
        book=book,
        attributions=_attributions(asked),
        made_by=f"Commonweal {commonweal.__version__}, data package {commonweal_data.__version__}",
        notes=list(made_from(asked)),
    )


def made_from(asked: Asked) -> tuple[str, ...]:
    """Return the sentence that ties a document to the version that it is made from."""
    return (f"Made from {asked.named}, approved on {wording.day(asked.approved_on)}. SHA-256: {asked.sha256}",)


def _attributions(asked: Asked) -> list[str]:
    """Return what the licences of the framework and of open values ask to be printed, each once."""
    try:
        found = [packs.licence(frameworks.framework(asked.framework).licence).attribution]
    except errors.CommonwealError:
        found = []
    used = {}
    for one in asked.measures:
        if one.open_value is not None and one.series:
            with contextlib.suppress(errors.CommonwealError):
                used[one.series] = packs.load_series(one.series)
    return list(dict.fromkeys(text for text in (*found, *packs.attributions(used)) if text))

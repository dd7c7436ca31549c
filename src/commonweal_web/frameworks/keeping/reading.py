"""
Reads a pack that somebody uploads: a framework, values or links, as YAML, CSV or a spreadsheet.

Pure: it runs in a process of its own, with the engine alone. It returns plain words and numbers: the document that
would be kept, what it is called, and every problem with the place where it stands.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from commonweal import errors, packs
from commonweal.catalogue import Catalogue, Framework, Goal, units
from commonweal.catalogue.outside import MOST_MEASURES, read_framework
from commonweal.catalogue.strict import unread
from commonweal.catalogue.writing import framework_text
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.quantities import plain
from commonweal.valuepack import COLUMNS, PackFile, parse_pack
from commonweal.workbooks.limits import MIB, Limits
from commonweal.workbooks.portal_measures import Listed, read_measures, refuse_too_many
from commonweal.workbooks.raw import Workbook, read_workbook

LIMITS = Limits(file_bytes=20 * MIB, unpacked_bytes=64 * MIB, cells=600_000, text=24 * MIB)
MOST_TOLD = 200
"""So many problems are told; whoever mends a file mends it in steps."""
YAML = (".yaml", ".yml")
Answer = dict[str, Any]


def read(
    *,
    kind: str,
    name: str,
    data: bytes,
    head: Mapping[str, str],
    frameworks: Sequence[Framework],
    goals: Sequence[Goal],
    links: Mapping[str, str],
) -> Answer:
    """
    Return what a file would become and what is wrong with it.

    :param kind: framework, values or links
    :param head: what a table cannot say itself: key, title, licence, prices, publisher, starts, source
    :param frameworks: the releases that are known, and `links` the published link packs beside the shipped ones
    """
    catalogue = Catalogue(frameworks, goals)
    reader = {"framework": _framework, "values": _values, "links": _links}[kind]
    try:
        answer, problems = reader(name, data, head, catalogue, links)
    except errors.CommonwealError as error:
        answer, problems = {}, [unread(error, name)]
    wrong = [one for one in problems if one.severity is Severity.ERROR]
    ordered = [*wrong, *(one for one in problems if one.severity is not Severity.ERROR)]
    told = [_told(one) for one in ordered[:MOST_TOLD]]
    return {**({} if wrong else answer), "problems": told, "errors": len(wrong), "count": len(problems)}


def _told(problem: Problem) -> dict[str, Any]:
    where = problem.where
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "file": where.file,
        "line": where.row,
        "where": ", ".join(filter(None, [where.sheet, f"{where.column}{where.row}" if _letter(where) else ""])),
        "found": problem.found,
        "mend": problem.mend,
    }


def _letter(where: Origin) -> bool:
    return 0 < len(where.column) <= 3 and where.column.isupper() and where.row > 0


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise errors.BadPack(f"{name} line {line}: this is not UTF-8 text. Save the file as UTF-8.") from None


def _framework(
    name: str, data: bytes, head: Mapping[str, str], catalogue: Catalogue, links: Mapping[str, str]
) -> tuple[Answer, list[Problem]]:
    problems: list[Problem] = []
    if name.lower().endswith(YAML):
        text = _text(data, name)
    else:
        listed, problems = _measures(_table(data, name))
        if any(one.severity is Severity.ERROR for one in problems):
            return {}, problems
        text = framework_text(_of_list(listed, head))
    release, found = read_framework(text, name=name, catalogue=catalogue, units=units(), load=packs.load_series)
    answer = {} if release is None else {
        "document": text,
        "key": release.id,
        "title": release.name,
        "licence": release.licence,
        "replaces": release.replaces,
        "things": len(release.measures),
    }  # fmt: skip
    return answer, [*problems, *found]


def _of_list(listed: Iterable[Listed], head: Mapping[str, str]) -> dict[str, Any]:
    kinds = {"GBP": "money", "percent": "ratio"}
    measures = [
        {
            "code": one.code,
            "label": one.wording,
            "unit": one.unit,
            "kind": kinds.get(one.unit, "quantity"),
            "over_time": "recompute" if one.unit == "percent" else "sum",
            "over_contracts": "recompute" if one.unit == "percent" else "sum",
            "monetised": one.proxy is not None,
            "verified": False,
            "sources": ["list"],
            "note": "Made from a list that does not say how it adds up: check that before you use it.",
        }
        for one in listed
    ]
    return {
        "id": head["key"],
        "family": head["family"],
        "name": head["title"],
        "short_name": head["title"],
        "publisher": head["publisher"],
        "licence": head["licence"],
        "verified": False,
        "checked_on": dt.date.fromisoformat(head["today"]),
        "measures": measures,
        "sources": {"list": {"title": head["source"] or head["title"]}},
    }


def _values(
    name: str, data: bytes, head: Mapping[str, str], catalogue: Catalogue, links: Mapping[str, str]
) -> tuple[Answer, list[Problem]]:
    if name.lower().endswith(YAML):
        text = _text(data, name)
        pack, problems = parse_pack(text, name=name, catalogue=catalogue)
    else:
        book = _table(data, name)
        listed = None if _is_value_table(book) else _measures(book)
        if listed is not None and any(one.severity is Severity.ERROR for one in listed[1]):
            return {}, listed[1]
        text = _rows_of(book) if listed is None else _values_of_list(listed[0], head)
        given = PackFile(id=head["key"], title=head["title"], licence=head["licence"], framework=head["prices"])
        pack, problems = parse_pack(text, name=name, head=given, catalogue=catalogue)
        if listed is not None:
            problems = [_moved(one, listed[0]) for one in problems]
    answer = {} if pack is None else {
        "document": text,
        "key": pack.id,
        "title": pack.title,
        "licence": pack.licence,
        "prices": pack.framework,
        "may_export": pack.may_export,
        "things": len(pack.series),
    }  # fmt: skip
    return answer, problems


def _table(data: bytes, name: str) -> Workbook:
    return read_workbook(data, name=name, limits=LIMITS)


def _measures(book: Workbook) -> tuple[list[Listed], list[Problem]]:
    """The measures of a portal's list; they are counted before they are read, which takes far longer."""
    refuse_too_many(book, most=MOST_MEASURES)
    return read_measures(book, units=units())


def _is_value_table(book: Workbook) -> bool:
    first: list[str] = next((row for sheet in book.sheets for row in sheet.rows if any(row)), [])
    headings = {cell.strip().casefold().replace(" ", "_") for cell in first}
    return {"value", "from"} <= headings or {"code", "value"} <= headings


def _rows_of(book: Workbook) -> str:
    """The rows of a table as they stand, so that line and row are one number."""
    return _csv(row for row in book.sheets[0].rows)


def _values_of_list(listed: Iterable[Listed], head: Mapping[str, str]) -> str:
    day, source = head["starts"], head["source"]
    rows = [[one.code, plain(one.proxy), one.unit, day, "", "", "", source] for one in listed if one.proxy is not None]
    return _csv([list(COLUMNS), *rows])


def _csv(rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _moved(problem: Problem, listed: Sequence[Listed]) -> Problem:
    """A problem of a made table, at the row of the list that it came from."""
    priced = [one for one in listed if one.proxy is not None]
    at = problem.where.row - 2
    where = priced[at].where if 0 <= at < len(priced) else problem.where
    return Problem(problem.code, problem.severity, where, problem.found, problem.mend, problem.subject)


def _links(
    name: str, data: bytes, head: Mapping[str, str], catalogue: Catalogue, links: Mapping[str, str]
) -> tuple[Answer, list[Problem]]:
    if not name.lower().endswith(YAML):
        raise errors.BadPack(f"{name} line 1: links come as YAML only. Write them as the reference page says.")
    text = _text(data, name)
    try:
        walk = load_crosswalk(catalogue=catalogue, texts={**links, name: text})
    except errors.BadPack as error:
        return {}, [unread(errors.BadPack(line), name) for line in str(error).splitlines()]
    mine = [one for one in walk.links if one.origin.file == name]
    if not mine:
        raise errors.BadPack(f"{name} line 1: the file links nothing. Add a row.")
    ends = (mine[0].source_release, mine[0].target_release)
    answer = {
        "document": text,
        "key": "__".join(ends),
        "title": f"Links from {ends[0]} to {ends[1]}",
        "licence": "",
        "things": sum(not one.backwards for one in mine),
    }
    return answer, []

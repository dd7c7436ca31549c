"""
Value packs that a licensed user owns: checked, imported beside the open pack, never part of an export.

A pack is a CSV (columns code, value, unit, from, and if wanted until, place, price_base, source), or a YAML file
with the same rows under `entries`, or with `values:` naming the CSV beside it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field

from commonweal import errors
from commonweal.catalogue import Catalogue, load_catalogue
from commonweal.catalogue.nearest import nearest
from commonweal.catalogue.schema import Text
from commonweal.catalogue.strict import Bounds, Document, Strict, parse, refuse_live, sentence, unread, validate
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.packrows import MOST_ROWS, PackValue, Row, check_rows, table_rows
from commonweal.quantities import plain
from commonweal.series import Entry, ValueSeries

MAX_BYTES = 20_000_000
HEAD, TABLE, LICENCE = "pack.yaml", "values.csv", "licence.txt"
COLUMNS = ("code", "value", "unit", "from", "until", "place", "price_base", "source")
NEVER_EXPORTED = ("national-toms", "hact")
TAKEN = ("open", "example")
BOUNDS = Bounds(listed="entries", most=MOST_ROWS)


class PackFile(Strict):
    """A value pack: its head, and its rows unless `values` names a CSV beside it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    title: Text
    licence: Text
    framework: str = ""
    may_export: bool = False
    source: str = ""
    sha256: str = ""
    values: str = ""
    entries: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Shared:
    """That a pack is one that many people share, and the catalogue with the framework that it prices."""

    catalogue: Catalogue | None


@dataclass(frozen=True, slots=True)
class Pack:
    """
    A value pack in memory; `series` maps the measure's code to its values.

    `may_export` is false unless the owner of the values says otherwise: such values compute but do not leave.
    """

    id: str
    title: str
    licence: str
    framework: str
    may_export: bool
    series: Mapping[str, ValueSeries]
    sha256: str

    def series_for(self, code: str) -> ValueSeries:
        """
        Return the values of the measure `code`.

        :raises UnknownCode: with the codes that look like it
        """
        if code not in self.series:
            raise nearest(f"value in the pack {self.id}", code, self.series)
        return self.series[code]


def check_pack(path: Path) -> list[Problem]:
    """Return everything that is wrong or doubtful in a pack; nothing is raised for its content."""
    try:
        pack, problems = _read(path)
    except errors.CommonwealError as error:
        found = Problem("bad_pack", Severity.ERROR, Origin(file=path.name), str(error), "Give a CSV or a YAML pack.")
        return [found]
    return [*problems, _no_framework(pack, path)] if pack is not None and not pack.framework else problems


def parse_pack(
    text: str, *, name: str, head: PackFile | None = None, catalogue: Catalogue | None = None
) -> tuple[Pack | None, list[Problem]]:
    """
    Read a pack that many people share from its text, and return everything that is wrong or doubtful in it.

    With a `head` the text is a table; else it is YAML with its rows inside. More is asked than of one's own pack: each
    value has its source, its unit is the measure's, and the text stays within bounds.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        if head is not None:
            rows, problems = table_rows(text, name)
            return _pack(head, rows, problems, digest, name, _Shared(catalogue))
        return _inside(parse(text, name=name, bounds=BOUNDS), digest, catalogue)
    except errors.BadPack as error:
        return None, [unread(error, name)]


def _inside(document: Document, digest: str, catalogue: Catalogue | None) -> tuple[Pack | None, list[Problem]]:
    _as_text(document.data)
    refuse_live(document)
    head = validate(document, PackFile)
    if head is None:
        return None, document.problems
    _check_head(document, head)
    if head.values:
        found = f"the table {head.values} is not part of this file."
        document.report("outside", ("values",), found, "Write its rows under entries, or give the table alone.")
    if document.problems:
        return None, document.problems
    return _pack(head, _inline(document, head.entries), [], digest, document.name, _Shared(catalogue))


def _no_framework(pack: Pack, path: Path) -> Problem:
    fitting = [
        release.id
        for release in load_catalogue().frameworks
        if set(pack.series) <= {code for measure in release.measures for code in (measure.code, *measure.aliases)}
    ]
    known = f" All its codes are in {', '.join(fitting)}." if fitting else ""
    return Problem(
        "no_framework",
        Severity.WARNING,
        Origin(file=path.name, row=1),
        f"the pack names no framework, so its values price no measure by themselves.{known}",
        "Import it with --framework and the release, or write framework: into its head.",
    )


def load_pack(path: Path) -> Pack:
    """
    Read a pack: a CSV, a YAML file, or a folder that `import_pack` made.

    :raises BadPack: naming file and line of everything that is wrong
    """
    pack, problems = _read(path)
    wrong = [problem for problem in problems if problem.severity is Severity.ERROR]
    if pack is None:
        raise errors.BadPack("\n".join(sentence(problem) for problem in wrong))
    return pack


def import_pack(path: Path, licence_text: str, into: Path, framework: str = "") -> Pack:
    """
    Copy a pack into the folder `into`, with the licence under which its owner holds it; return it.

    `framework` is the release whose measures it prices, for a pack that does not name one itself, as no CSV does.
    The copy is whole or absent. It is stamped with the SHA-256 of the file that it came from.

    :raises BadPack: if the pack has errors or names another framework, the licence text is blank, or a pack of this
        id is there already
    :raises UnknownCode: if the framework is not known
    """
    if not licence_text.strip():
        raise errors.BadPack("Say under which licence you hold these values; an empty licence is none.")
    pack = _of_framework(load_pack(path), framework)
    target = into / pack.id
    if target.exists():
        raise errors.BadPack(f"A pack called {pack.id} was imported before. Remove it first, or give yours another id.")
    into.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".pack-", dir=into))
    try:
        _write(pack, licence_text.strip(), work)
        os.replace(work, target)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return load_pack(target)


def _of_framework(pack: Pack, wanted: str) -> Pack:
    if not wanted:
        return pack
    release = load_catalogue().framework(wanted).id
    if pack.framework not in ("", release):
        raise errors.BadPack(f"{pack.id} says that it prices {pack.framework}, not {release}. Leave one of them out.")
    if release in NEVER_EXPORTED and pack.may_export:
        raise errors.BadPack(f"Values of {release} may not leave in an export. Write may_export: false.")
    return replace(pack, framework=release)


def _read(path: Path) -> tuple[Pack | None, list[Problem]]:
    source = path / HEAD if path.is_dir() else path
    text, digest = _text(source)
    if source.suffix.lower() in (".yaml", ".yml"):
        return _from_yaml(source, text, digest)
    head = PackFile(id=_slug(source.stem), title=source.stem, licence="not stated")
    rows, problems = table_rows(text, source.name)
    return _pack(head, rows, problems, digest, source.name)


def _from_yaml(source: Path, text: str, digest: str) -> tuple[Pack | None, list[Problem]]:
    document = parse(text, name=source.name)
    _as_text(document.data)
    head = validate(document, PackFile)
    if head is None:
        return None, document.problems
    _check_head(document, head)
    if head.values:
        if Path(head.values).name != head.values:
            raise errors.BadPack(f"{source.name} names {head.values}. Keep the table in the same folder.")
        table, digest = _text(source.parent / head.values)
        rows, problems = table_rows(table, head.values)
    else:
        rows, problems = _inline(document, head.entries), []
    return _pack(head, rows, [*document.problems, *problems], head.sha256 or digest, source.name)


def _check_head(document: Document, head: PackFile) -> None:
    if head.framework in NEVER_EXPORTED and head.may_export:
        found = f"values of {head.framework} may not leave in an export."
        document.report("may_export", ("may_export",), found, "Write may_export: false.")
    if head.id in TAKEN:
        document.report("taken", ("id",), f"the id {head.id} is taken by a shipped pack.", "Choose another id.")


def _inline(document: Document, entries: Sequence[Mapping[str, str]]) -> list[Row]:
    rows = []
    for index, entry in enumerate(entries):
        where = Origin(file=document.name, row=document.line(("entries", index)))
        rows.append(Row(where, entry))
    return rows


def _as_text(data: object) -> None:
    """Dates and whole numbers of inline rows become text, so that rows of YAML and CSV are checked alike."""
    if isinstance(data, dict) and isinstance(data.get("entries"), list):
        for entry in data["entries"]:
            if isinstance(entry, dict):
                entry.update({key: "" if value is None else str(value) for key, value in _scalars(entry)})


def _scalars(entry: Mapping[str, object]) -> list[tuple[str, object]]:
    return [(key, value) for key, value in entry.items() if not isinstance(value, list | dict)]


def _pack(
    head: PackFile, rows: list[Row], problems: list[Problem], digest: str, name: str, shared: _Shared | None = None
) -> tuple[Pack | None, list[Problem]]:
    catalogue = shared.catalogue if shared else None
    values, found = check_rows(
        rows, framework=head.framework, name=name, catalogue=catalogue, sourced=shared is not None
    )
    problems = [*problems, *found]
    if not rows and not problems:
        where = Origin(file=name, row=1)
        found = [Problem("no_values", Severity.ERROR, where, "the pack has no values.", "Add a row for each measure.")]
        return None, found
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    by_code: dict[str, list[PackValue]] = {}
    for value in values:
        by_code.setdefault(value.code, []).append(value)
    series = {code: _series(head, code, group) for code, group in by_code.items()}
    return Pack(head.id, head.title, head.licence, head.framework, head.may_export, series, digest), problems


def _series(head: PackFile, code: str, rows: Sequence[PackValue]) -> ValueSeries:
    ordered = sorted(rows, key=lambda row: (row.place, row.start))
    named = {row.source for row in rows} - {""}
    return ValueSeries(
        id=f"{head.id}/{code}",
        label=f"{code} ({head.title})",
        unit=f"GBP/{rows[0].unit}",
        kind="real" if rows[0].price_base else "nominal",
        price_base=rows[0].price_base,
        entries=tuple(
            Entry(row.start, row.value, row.source or head.id, place=row.place, until=row.until) for row in ordered
        ),
        licence=head.licence,
        sources={source: {"title": source} for source in named} | {head.id: {"title": head.title}},
        pack=head.id,
        may_export=head.may_export,
        framework=head.framework,
        measure=code,
    )


def _write(pack: Pack, licence_text: str, folder: Path) -> None:
    (folder / LICENCE).write_text(licence_text + "\n", encoding="utf-8")
    head = replace(pack, licence=" ".join(licence_text.split())[:500])
    lines = [
        f"id: {json.dumps(head.id)}",
        f"title: {json.dumps(head.title, ensure_ascii=False)}",
        f"licence: {json.dumps(head.licence, ensure_ascii=False)}",
        f"framework: {json.dumps(head.framework)}",
        f"may_export: {'true' if head.may_export else 'false'}",
        f"sha256: {json.dumps(head.sha256)}",
        f"values: {TABLE}",
    ]
    (folder / HEAD).write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(COLUMNS)
    for code, series in pack.series.items():
        unit = series.unit.removeprefix("GBP/")
        for entry in series.entries:
            until = entry.until.isoformat() if entry.until else ""
            cells = (code, plain(entry.value), unit, entry.start, until, entry.place, series.price_base, entry.source)
            writer.writerow(cells)
    (folder / TABLE).write_text(table.getvalue(), encoding="utf-8")


def _text(path: Path) -> tuple[str, str]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise errors.BadPack(f"{path.name} is larger than {MAX_BYTES // 1_000_000} MB; no value pack is. Split it.")
        data = path.read_bytes()
    except OSError as error:
        raise errors.BadPack(f"{path.name} cannot be read: {error.strerror}.") from None
    digest = hashlib.sha256(data).hexdigest()
    if b"\0" in data:
        raise errors.BadPack(f"{path.name} is not text. Save the sheet as CSV.")
    try:
        return data.decode("utf-8-sig"), digest
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace"), digest


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "pack"

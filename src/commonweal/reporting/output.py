"""
The folder of a report, written so that half of it never passes for the whole.

Everything goes into a hidden folder beside the target and reaches the disk; report.json, the mark of a whole report,
is written last; then the folder gets the target's name in one step. datapackage.json holds the SHA-256 of every file,
and `missing_or_altered` compares.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from commonweal import errors
from commonweal.reporting.datapackage import PACKAGE, digest, render_datapackage
from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.render_html import render_html
from commonweal.reporting.render_json import FORMAT, render_json
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal.reporting.stored import REPORT

RENDERERS: dict[str, Callable[[Report], bytes]] = {
    "html": render_html,
    "pdf": render_pdf,
    "xlsx": render_xlsx,
    "ods": render_ods,
}
FORMATS = (*RENDERERS, "csv")
MARK = f'"format": "{FORMAT}"'.encode()

Progress = Callable[[str, int, int], None]


def write_report(
    report: Report, folder: Path, *, formats: Sequence[str] = FORMATS, progress: Progress | None = None
) -> list[Path]:
    """
    Write `report` into `folder` and return the paths of its files, report.json first.

    `formats` chooses among html, pdf, xlsx, ods and csv; report.json and datapackage.json are always written.
    `progress` is called with the name of each file, how many are done, and how many there are. A former report in
    `folder` is replaced whole; anything else in it is left alone and the report refused.

    :raises BadOutput: if the folder holds something else, a format is unknown, or the disk refuses
    """
    folder = Path(os.path.abspath(folder))
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise errors.BadOutput(f"{unknown[0]!r} is no format of a report. Choose from {', '.join(FORMATS)}.")
    _refuse_other_folder(folder)
    files = _rendered(report, formats, progress or _silent)
    try:
        with _beside(folder) as hidden:
            _write_all(hidden, files, progress or _silent)
            _put_in_place(hidden, folder)
    except OSError as error:
        raise errors.BadOutput(
            f"The report cannot be written to {folder}: {error.strerror or error}. "
            f"Nothing was changed there. Choose another folder, or make room and try again."
        ) from error
    return [folder / name for name in (REPORT, *(name for name in files if name != REPORT))]


def _silent(_name: str, _done: int, _all: int) -> None:
    return


def _rendered(report: Report, formats: Sequence[str], progress: Progress) -> dict[str, bytes]:
    """The content of every file by its name, report.json last."""
    files: dict[str, bytes] = {}
    chosen = [name for name in RENDERERS if name in formats]
    for done, name in enumerate(chosen):
        progress(f"report.{name}", done, len(chosen))
        files[f"report.{name}"] = RENDERERS[name](report)
    if "csv" in formats:
        files |= render_csv(report)
    stored = render_json(report)
    files[PACKAGE] = render_datapackage(report, files | {REPORT: stored})
    files[REPORT] = stored
    return files


def _refuse_other_folder(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise errors.BadOutput(f"{folder} is a file. Give the name of a folder for the report.")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not is_report(folder):
        raise errors.BadOutput(
            f"{folder} holds files that are no report of Commonweal, so nothing was written. "
            f"Give an empty or a new folder."
        )
    ours = {PACKAGE, *_listed(folder)}
    other = sorted(entry.name for entry in folder.iterdir() if entry.name not in ours)
    if other:
        raise errors.BadOutput(
            f"{folder} holds a former report and {other[0]!r}, which is no part of it, so nothing was written. "
            f"Move that file elsewhere, or give a new folder."
        )


def is_report(folder: Path) -> bool:
    """Whether `folder` holds a report: its report.json begins with our mark."""
    try:
        with (folder / REPORT).open("rb") as stream:
            return MARK in stream.read(200)
    except OSError:
        return False


@contextlib.contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A hidden new folder beside `folder`; if it is still there at the end, it goes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    hidden = Path(tempfile.mkdtemp(prefix=f".{folder.name}.unfinished-", dir=folder.parent))
    try:
        yield hidden
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _write_all(hidden: Path, files: dict[str, bytes], progress: Progress) -> None:
    for done, (name, data) in enumerate(files.items()):
        progress(name, done, len(files))
        with (hidden / name).open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    _sync_folder(hidden)
    progress("", len(files), len(files))


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder reach the disk, where the platform can."""
    if hasattr(os, "O_DIRECTORY"):  # pragma: no branch - other platforms have no such call
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _put_in_place(hidden: Path, folder: Path) -> None:
    """
    Give `hidden` the name `folder`. A former report steps aside first, and comes back if the new one cannot take
    its place.
    """
    hidden.chmod(0o777 & ~_umask())
    if not folder.exists():
        hidden.rename(folder)
    else:
        aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.former-", dir=folder.parent))
        former = folder.rename(aside / "former")
        try:
            hidden.rename(folder)
        except OSError:
            former.rename(folder)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    _sync_folder(folder.parent)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def missing_or_altered(folder: Path) -> list[str]:
    """
    Return the names of the files that make `folder` less than the whole report that was written; [] if it is whole.

    :raises BadReport: if the folder has no report.json or no readable datapackage.json
    """
    if not is_report(folder):
        raise errors.BadReport(f"{folder} holds no whole report: {REPORT} is missing. Make the report again.")
    return [name for name, hashed in _listed(folder).items() if _digest_of(folder / name) != hashed]


def _listed(folder: Path) -> dict[str, str]:
    try:
        package = json.loads((folder / PACKAGE).read_bytes())
        return {entry["path"]: entry["hash"] for entry in package["files"]}
    except (OSError, ValueError, KeyError, TypeError):
        raise errors.BadReport(f"{folder} holds no whole report: {PACKAGE} cannot be read. Make it again.") from None


def _digest_of(file: Path) -> str:
    try:
        return digest(file.read_bytes())
    except OSError:
        return ""

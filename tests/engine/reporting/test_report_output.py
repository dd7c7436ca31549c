"""The folder of a report: whole or not there."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.reporting import output
from commonweal.reporting.output import is_report, missing_or_altered, write_report
from commonweal.reporting.stored import load_report
from tests.engine.reporting.report_sample import sample_report

QUICK = ("csv",)
ROOT = Path(__file__).resolve().parents[3]


def test_it_writes_every_format_and_tells_of_progress(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    folder = tmp_path / "new" / "out"
    files = write_report(sample_report(), folder, progress=lambda *step: told.append(step))
    assert files[0] == folder / "report.json"
    names = {file.name for file in files}
    assert {"report.html", "report.pdf", "report.xlsx", "report.ods", "workings.csv", "datapackage.json"} <= names
    assert {entry.name for entry in folder.iterdir()} == names
    assert missing_or_altered(folder) == []
    assert told[0] == ("report.html", 0, 4)
    assert told[-1] == ("", len(names), len(names))
    assert [entry.name for entry in folder.parent.iterdir()] == ["out"]
    assert stat.S_IMODE(folder.stat().st_mode) & 0o700 == 0o700


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(sample_report(), tmp_path / name)
    one, two = ({f.name: f.read_bytes() for f in (tmp_path / n).iterdir()} for n in ("one", "two"))
    assert one == two


def test_only_the_formats_asked_for_are_written(tmp_path: Path) -> None:
    files = write_report(sample_report(), tmp_path / "out", formats=["html"])
    assert {file.name for file in files} == {"report.json", "report.html", "datapackage.json"}


def test_a_former_report_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    write_report(sample_report(), folder, formats=["csv", "html"])
    write_report(sample_report(), folder, formats=QUICK)
    assert not (folder / "report.html").exists()
    assert missing_or_altered(folder) == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_folder_with_anything_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(errors.BadOutput, match="no report of Commonweal"):
        write_report(sample_report(), tmp_path, formats=QUICK)
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_a_users_own_file_beside_a_former_report_is_not_lost(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_report(sample_report(), folder, formats=QUICK)
    (folder / "my notes.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(errors.BadOutput, match="my notes"):
        write_report(sample_report(), folder, formats=QUICK)
    assert (folder / "my notes.txt").read_text(encoding="utf-8") == "dear"


def test_a_file_an_unknown_format_and_a_locked_place_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(errors.BadOutput, match="is a file"):
        write_report(sample_report(), file)
    with pytest.raises(errors.BadOutput, match="'docx' is no format"):
        write_report(sample_report(), tmp_path / "out", formats=["docx"])
    with pytest.raises(errors.BadOutput, match="cannot be written"):
        write_report(sample_report(), file / "below", formats=QUICK)


def test_a_full_disk_leaves_the_former_report_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "out"
    write_report(sample_report(), folder, formats=QUICK)
    before = {f.name: f.read_bytes() for f in folder.iterdir()}

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.os, "fsync", full)
    with pytest.raises(errors.BadOutput, match="No space left"):
        write_report(sample_report(), folder, formats=QUICK)
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_if_the_new_one_cannot_take_its_place_the_former_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "out"
    write_report(sample_report(), folder, formats=QUICK)
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if "unfinished" in self.name:
            raise OSError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(errors.BadOutput, match="Permission denied"):
        write_report(sample_report(), folder, formats=QUICK)
    assert missing_or_altered(folder) == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_lost_or_changed_a_file_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    write_report(sample_report(), folder, formats=QUICK)
    (folder / "portfolio.csv").unlink()
    with (folder / "report.json").open("ab") as stream:
        stream.write(b" ")
    assert missing_or_altered(folder) == ["portfolio.csv", "report.json"]
    (folder / "datapackage.json").write_text("[]", encoding="utf-8")
    with pytest.raises(errors.BadReport, match=r"datapackage.json cannot be read"):
        missing_or_altered(folder)


KILLED = """
    import sys, time
    from pathlib import Path
    from commonweal.reporting.output import write_report
    from tests.engine.reporting.report_sample import sample_report

    writing = []

    def progress(name, done, of):
        writing.append(name)
        if writing.count("workings.csv") and done == int(sys.argv[2]):
            print("here", flush=True)
            time.sleep(60)

    write_report(sample_report(), Path(sys.argv[1]), formats=("csv",), progress=progress)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this platform has no SIGKILL")
@pytest.mark.parametrize("done", [7, 8])
@pytest.mark.parametrize("former", [False, True])
def test_a_killed_run_leaves_no_folder_that_passes_for_a_report(tmp_path: Path, done: int, former: bool) -> None:
    folder = tmp_path / "out"
    if former:
        write_report(sample_report(), folder, formats=QUICK)
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), str(done)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"here\n"
        process.send_signal(signal.SIGKILL)
    left = [entry for entry in tmp_path.iterdir() if entry != folder]
    assert [entry.name.startswith(".out.unfinished-") for entry in left] == [True]
    assert len(list(left[0].iterdir())) == done
    assert folder.exists() == former
    assert not is_report(left[0])
    with pytest.raises(errors.BadReport):
        missing_or_altered(left[0])
    with pytest.raises(errors.BadReport):
        load_report(left[0])
    assert not former or missing_or_altered(folder) == []
    write_report(sample_report(), folder, formats=QUICK)
    assert missing_or_altered(folder) == []

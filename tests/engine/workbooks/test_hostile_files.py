"""Bad input ends in one clear message within ten seconds and half a gibibyte, each file in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.workbooks import hostile

SECONDS, MEBIBYTES = 10, 512
# The high-water mark of the process's own memory: ru_maxrss would hold that of the tests which started it as well.
PROGRAM = """
import json, re, sys, time
from pathlib import Path
from commonweal import errors
from commonweal.workbooks.raw import read_workbook
start = time.perf_counter()
try:
    read_workbook(sys.argv[1])
    said = ""
except errors.BadFile as error:
    said = error.message
status = Path("/proc/self/status")
peak = int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text()).group(1)) / 1024 if status.exists() else 0
print(json.dumps({"said": said, "seconds": time.perf_counter() - start, "peak": peak}))
"""


def refused(path: Path) -> str:
    """Return the message, having checked time and memory."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["peak"] < MEBIBYTES, f"{path.name} took {told['peak']:.0f} MiB"
    assert told["seconds"] < SECONDS, f"{path.name} took {told['seconds']:.1f} s"
    return str(told["said"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("random.xlsx", "neither a spreadsheet nor text"),
        ("random.csv", "neither a spreadsheet nor text"),
        ("truncated.xlsx", "cut short"),
        ("truncated.xls", "cut short"),
        ("truncated.ods", "cut short"),
        ("locked.xlsx", "password"),
        ("locked.ods", "password"),
        ("macros.xlsm", "macros"),
        ("macros.ods", "macros"),
        ("macros.xls", "macros"),
        ("far.xlsx", "XFD1048576"),
        ("far.ods", "1,048,576 rows"),
        ("far.xls", "IV65536"),
        ("dimensions.xls", "4,294,967,295 rows"),
        ("bomb.xlsx", "unpacks to more than"),
        ("lying-bomb.xlsx", "more than its stated size"),
        ("nested.zip", "no xlsx or ods"),
        ("texts.xlsx", "long texts"),
        ("texts.xls", "long texts"),
        ("entities.xlsx", "entities"),
        ("entities.ods", "entities"),
        ("empty.csv", "is empty"),
        ("page.csv", "web page"),
        ("paper.xlsx", "PDF"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, name: str, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(hostile.HOSTILE[name]())
    said = refused(path)
    assert words in said
    assert name in said


def test_a_file_of_100_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    assert "larger than 50 MiB" in refused(hostile.hundred_megabytes(tmp_path / "large.csv"))


def test_a_folder_without_csv_files_is_refused(tmp_path: Path) -> None:
    assert "folder without any CSV" in refused(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "was not found" in refused(tmp_path / "nowhere.xlsx")


def test_the_far_cell_file_is_small(tmp_path: Path) -> None:
    assert len(hostile.far_cell_xlsx()) < 2048
    assert len(hostile.far_cell_ods()) < 1024

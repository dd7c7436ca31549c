"""
The tests find faults that matter: each patch here puts one into a copy of `src`, and the tests it names must fail.

A patch is a unified diff that begins with lines `caught-by: <test>`. The copy lies in a temporary folder and comes
before the installed packages on the path, which `copy_only` looks at; nothing here is part of a release.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATCHES = sorted(HERE.glob("*.patch"))
AT_LEAST = 15
PASSED, FAILED = 0, 1
SECONDS = 300

pytestmark = pytest.mark.slow


def caught_by(patch: Path) -> list[str]:
    """Return the tests that a patch names."""
    return re.findall(r"^caught-by: (\S+)$", patch.read_text(), re.MULTILINE)


def apply(patch: Path, folder: Path) -> None:
    """Change the file that a patch names; each hunk must stand in it exactly once."""
    head, *hunks = re.split(r"^@@ .*@@.*\n", patch.read_text(), flags=re.MULTILINE)
    named = re.search(r"^\+\+\+ b/(\S+)$", head, re.MULTILINE)
    assert named, f"{patch.name} names no file"
    assert hunks, f"{patch.name} changes nothing"
    path = folder / named[1]
    text = path.read_text()
    for hunk in hunks:
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        assert text.count(old) == 1, f"{patch.name} no longer fits {named[1]}: make it anew from the code as it is"
        text = text.replace(old, new)
    path.write_text(text)


def copied(folder: Path) -> Path:
    """Return a folder with a copy of `src`, with what is compiled already."""
    shutil.copytree(ROOT / "src", folder / "src")
    return folder


def run(folder: Path, tests: list[str]) -> subprocess.CompletedProcess[str]:
    """Run tests of this repository against the packages of a copy, in a process of their own."""
    src = folder / "src"
    home = folder / "home"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DATABASE_URL"))},
        "PYTHONPATH": str(src),
        "FAULTY_COPY": str(src),
        "COMMONWEAL_HOME": str(home),
    }
    options = ["-q", "-x", "--nomigrations", "-p", "no:cacheprovider", "-p", "tests.faults.copy_only"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )


def test_there_are_enough_faults_and_each_names_its_tests() -> None:
    assert len(PATCHES) >= AT_LEAST
    assert [patch.name for patch in PATCHES if not caught_by(patch)] == []


def test_a_copy_without_a_fault_passes(tmp_path: Path) -> None:
    """So that it is the fault that fails; the tests of the other patches pass in the suite itself."""
    done = run(copied(tmp_path), caught_by(PATCHES[0]))
    assert done.returncode == PASSED, done.stdout[-3000:] + done.stderr[-1000:]


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_a_fault_is_caught(tmp_path: Path, patch: Path) -> None:
    folder = copied(tmp_path)
    apply(patch, folder)
    done = run(folder, caught_by(patch))
    assert done.returncode == FAILED, f"{patch.stem} was not caught:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
    assert re.search(r"^FAILED ", done.stdout, re.MULTILINE), f"no test failed, but something broke:\n{done.stdout}"

"""Rules for every file of the repository: nothing names a machine, a registry or a download."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".md", ".toml", ".txt", ".in", ".yaml", ".yml", ".json", ".csv", ".html", ".j2", ".typ", ".css", ""}
LEVELS = ("boot", "node", "run", "test", "bench")
MADE = {"__pycache__", "vendor"}  # ignored by git: compiled, or copied from packages

# Put together from pieces, so that this file obeys its own rule.
MACHINE = re.compile(
    r"(?<![A-Za-z0-9_.\-])/(" + "|".join(["wo" + "rk", "ro" + "ot", "fa" + "rm", "ho" + "me"]) + r")/[A-Za-z.]"
)
REGISTRY = re.compile("|".join(["py" + r"pi\.org", "python" + "hosted", r"registry\." + "npm", "file:" + "///"]))


def tracked() -> Iterator[Path]:
    """Every text file that belongs to the repository, found without asking git."""
    tops = ["src", "tests", "docs", "bench", "requirements", "scripts", ".ci"]
    yield from (path for path in ROOT.iterdir() if path.is_file())
    for top in tops:
        yield from (path for path in (ROOT / top).rglob("*") if path.is_file() and not MADE & set(path.parts))


FILES = sorted(path for path in tracked() if path.suffix in TEXT and path.name != ".coverage")


def locked(level: str) -> dict[str, str]:
    """Name and pinned version of each package in one requirement file."""
    lines = (ROOT / "requirements" / f"{level}.txt").read_text().splitlines()
    pins = [Requirement(line.rstrip(" \\")) for line in lines if line and not line.startswith((" ", "#"))]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


@pytest.mark.parametrize("pattern", [MACHINE, REGISTRY], ids=["path of a machine", "address of a registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str]) -> None:
    found = []
    for path in FILES:
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(text)]
    assert not found


def test_the_patterns_catch_what_they_are_for() -> None:
    assert MACHINE.search("see " + "/ro" + "ot/x.txt")
    assert not MACHINE.search("https://www.example.org/ho" + "me/page")
    assert REGISTRY.search("https://" + "py" + "pi.org/simple")


def test_the_lock_of_the_front_end_holds_hashes_and_exact_versions_and_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert packages
    assert not [name for name, facts in packages.items() if not facts["integrity"].startswith("sha512-")]
    assert not [name for name, facts in packages.items() if "resolved" in facts]
    asked = json.loads((ROOT / "package.json").read_text())
    wanted = asked["dependencies"] | asked["devDependencies"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted


@pytest.mark.parametrize("level", LEVELS)
def test_every_locked_package_has_a_version_and_a_hash(level: str) -> None:
    text = (ROOT / "requirements" / f"{level}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9.\-]+==\S+", entry), entry
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), f"no hash: {entry}"
        assert "://" not in entry


def test_the_locked_packages_cover_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = project["project"]["dependencies"] + project["build-system"]["requires"]
    pins = locked("run")
    for requirement in map(Requirement, asked):
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{name} is not locked; run requirements/lock"
        assert requirement.specifier.contains(pins[name]), f"{name} {pins[name]} is outside {requirement.specifier}"


@pytest.mark.parametrize(
    ("source", "level"), [("boot", "boot"), ("node", "node"), ("build", "run"), ("test", "test"), ("bench", "bench")]
)
def test_the_locked_packages_cover_the_lists(source: str, level: str) -> None:
    lines = (ROOT / "requirements" / f"{source}.in").read_text().splitlines()
    names = {canonicalize_name(Requirement(line).name) for line in lines if line and not line.startswith("#")}
    assert names
    assert names <= set(locked(level)), "run requirements/lock"


@pytest.mark.parametrize(("less", "more"), [("run", "test"), ("test", "bench")])
def test_each_requirement_file_holds_the_one_before(less: str, more: str) -> None:
    assert locked(less).items() <= locked(more).items()


def test_do_py_needs_nothing_but_python() -> None:
    tree = ast.parse((ROOT / "do.py").read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names

"""Rules for every module of the engine and of the data package, read from the source and not from a promise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[2] / "src"
MODULES = sorted((SRC / "commonweal").rglob("*.py"))
IDS = [path.relative_to(SRC).as_posix() for path in MODULES]
every_module = pytest.mark.parametrize("path", MODULES, ids=IDS)

LONGEST = 350
LONGER: dict[str, str] = {  # module: why it is not split
    "commonweal/workbooks/layout.py": "one description of every sheet and column, read as a table",
}

CLOCK = {"today", "now", "utcnow", "localtime", "gmtime", "monotonic", "perf_counter", "time_ns"}
CLOCK_ALLOWED: dict[str, str] = {"commonweal/cli/clock.py": "today, where the user of the command line gave no date"}
FLOAT_ALLOWED: dict[str, str] = {
    "commonweal/reporting/render_xlsx.py": "margins of a printed page, in inches; no quantity",
    "commonweal/workbooks/spend.py": "how many cells look like money before a column is taken for it; no quantity",
    "commonweal/workbooks/detect.py": "how alike two headings are; no quantity",
    "commonweal/checks/codes.py": "how alike two codes are, from difflib; no quantity",
    "commonweal/checks/nearest.py": "how alike two codes are, from difflib; no quantity",
    "commonweal/reporting/charts.py": "widths and paddings of a drawing; no quantity",
    "commonweal/workbooks/headings.py": "how alike two headings are, from difflib; no quantity",
    "commonweal/workbooks/delimited.py": "how well a separator fits a file; no quantity",
}


def name(path: Path) -> str:
    return path.relative_to(SRC).as_posix()


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and last name of each call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Attribute):
                yield node.lineno, called.attr
            elif isinstance(called, ast.Name):
                yield node.lineno, called.id


def calls_without_the_one_clock(path: Path) -> Iterator[tuple[int, str]]:
    """The calls of a module, without those of the one clock that the command line has."""
    text = path.read_text().replace("clock.today()", "the_given_day()")
    return calls(ast.parse(text))


def is_cli(path: Path) -> bool:
    return name(path).startswith("commonweal/cli/")


@every_module
def test_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text())), "give the module a docstring"


@every_module
def test_is_short_enough_to_read(path: Path) -> None:
    if name(path) not in LONGER:
        assert len(path.read_text().splitlines()) < LONGEST, "split the module along its jobs"


@every_module
def test_reads_no_clock(path: Path) -> None:
    if name(path) not in CLOCK_ALLOWED:
        found = [f"line {line}: {called}()" for line, called in calls_without_the_one_clock(path) if called in CLOCK]
        assert not found, "take the day as an argument"


@every_module
def test_holds_no_float(path: Path) -> None:
    if name(path) in FLOAT_ALLOWED:
        return
    tree = ast.parse(path.read_text())
    found = [f"line {line}: float()" for line, called in calls(tree) if called == "float"]
    # The cutoff of difflib says how alike two words are; it takes a float and touches no quantity.
    likeness = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "cutoff"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float) and id(node) not in likeness:
            found.append(f"line {node.lineno}: {node.value}")
    assert not found, "use Decimal"


@every_module
def test_takes_addresses_apart_but_never_opens_one(path: Path) -> None:
    # import-linter sees whole packages only, and of urllib the half that parses is harmless.
    tree = ast.parse(path.read_text())
    modules = {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {module for module in modules if module.startswith("urllib")} <= {"urllib.parse"}


@every_module
def test_reads_no_settings_and_prints_nothing(path: Path) -> None:
    if is_cli(path):
        return
    tree = ast.parse(path.read_text())
    found = [f"line {line}: {called}()" for line, called in calls(tree) if called in {"print", "getenv", "input"}]
    found += [
        f"line {n.lineno}: environ" for n in ast.walk(tree) if isinstance(n, ast.Attribute) and n.attr == "environ"
    ]
    assert not found, "only the command line talks to the user and to the environment"


@every_module
def test_each_exception_to_a_rule_gives_its_reason(path: Path) -> None:
    marks = re.compile(r"#\s*(?:pragma: no (?:cover|branch)|noqa: [A-Z0-9, ]+)(.*)$")
    bare = re.compile(r"#\s*(?:type: ignore|noqa)\s*$")
    for number, line in enumerate(path.read_text().splitlines(), 1):
        assert not bare.search(line), f"line {number}: name the rule that is set aside"
        mark = marks.search(line)
        assert not mark or re.search(r"\w{3}", mark.group(1)), f"line {number}: say why, on the same line"


def test_the_lists_of_exceptions_name_modules_that_exist() -> None:
    assert {*LONGER, *CLOCK_ALLOWED, *FLOAT_ALLOWED} <= set(IDS)
    assert all({**LONGER, **CLOCK_ALLOWED, **FLOAT_ALLOWED}.values())


def test_the_data_package_holds_no_code() -> None:
    modules = list((SRC / "commonweal_data").rglob("*.py"))
    assert [path.name for path in modules] == ["__init__.py"]
    body = ast.parse(modules[0].read_text()).body
    assert all(isinstance(node, ast.Expr | ast.Assign) for node in body), "a docstring and a version, nothing more"

"""Pages that cannot lag: links resolve, decisions are listed, versions agree, words are explained."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import commonweal
from commonweal.reporting.model import State

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
IDS = [page.relative_to(ROOT).as_posix() for page in PAGES]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
FOLDERS = ("tutorials", "how-to", "reference", "explanation")


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, made as the usual Markdown hosts make them."""
    titles = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.replace("`", "")).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_link_inside_the_repository_resolves(page: Path) -> None:
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text())):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("page", PAGES, ids=IDS)
def test_every_page_starts_with_one_title(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", text, flags=re.MULTILINE)) == 1


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_of_a_folder_is_listed_in_its_index(folder: str) -> None:
    here = ROOT / "docs" / folder
    index = (here / "index.md").read_text()
    pages = [page for page in here.rglob("*.md") if page != here / "index.md"]
    missing = [page.name for page in pages if f"]({page.relative_to(here).as_posix()})" not in index]
    assert not missing
    assert f"]({folder}/index.md)" in (ROOT / "docs" / "index.md").read_text()


def test_decisions_are_numbered_without_a_gap_and_listed() -> None:
    assert [page.name[:4] for page in DECISIONS] == [f"{n:04d}" for n in range(1, len(DECISIONS) + 1)]
    index = (ROOT / "docs" / "adr" / "index.md").read_text()
    assert not [page.name for page in DECISIONS if f"]({page.name})" not in index]


@pytest.mark.parametrize("page", DECISIONS, ids=[page.stem for page in DECISIONS])
def test_a_decision_has_date_status_and_three_parts_on_one_page(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.name[:4]}. ")
    assert re.search(
        r"^Date: \d{1,2} [A-Z][a-z]+ \d{4}\. Status: (accepted|superseded by \d{4})\.$", text, re.MULTILINE
    )
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert len(text.splitlines()) <= 60


def test_the_version_is_said_the_same_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    newest = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest is not None
    assert newest.group(1) == project["version"] == commonweal.__version__


def test_the_glossary_explains_every_state() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text()
    assert not [state.value for state in State if f"| {state.value} |" not in glossary]


def test_the_licence_is_the_one_that_the_project_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "LICENCE").read_text()
    assert project["license"] == "Apache-2.0"
    assert text.strip().startswith("Apache License")
    assert "END OF TERMS AND CONDITIONS" in text

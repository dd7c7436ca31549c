"""Rules for every template of the service: no way around escaping, nothing inline, no foreign address."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

ROOT = Path(__file__).resolve().parents[3]
WEB = ROOT / "src" / "commonweal_web"
TEMPLATES = sorted(WEB.glob("*/templates/**/*.html"))
IDS = [path.relative_to(WEB).as_posix() for path in TEMPLATES]
FORBIDDEN = {
    "html= of a component": re.compile(r"{%\s*(?:govuk|field)\s[^%]*\b(?:\w+__)?(?<!safe_)html="),
    "the filter safe": re.compile(r"\|\s*safe\b|autoescape off|\|safeseq"),
    "an inline style": re.compile(r"<style|\sstyle=", re.IGNORECASE),
    "an inline handler": re.compile(r"\son[a-z]+=[\"']", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*(?:src=|type=\"application/json\"))", re.IGNORECASE),
    "a foreign origin": re.compile(r"(?:src|action)=[\"'](?:https?:)?//", re.IGNORECASE),
    "a static address by hand": re.compile(r"[\"']/static/"),
    "a word we do not use": re.compile(r"\b(?:please|invalid)\b", re.IGNORECASE),
}


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_a_template_obeys_the_rules(path: Path) -> None:
    text = re.sub(r"{#.*?#}", "", path.read_text())
    assert not [rule for rule, pattern in FORBIDDEN.items() if pattern.search(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=IDS)
def test_a_template_compiles(path: Path) -> None:
    engines["django"].from_string(path.read_text())  # the demo's too, which no test has installed


def test_only_the_bridge_marks_text_as_safe() -> None:
    allowed = {"core/components.py", "core/form_parts.py"}
    found = {path.relative_to(WEB).as_posix() for path in WEB.rglob("*.py") if "mark_safe" in path.read_text()}
    assert found <= allowed


def test_the_rules_catch_what_they_are_for() -> None:
    samples = {
        "html= of a component": '{% govuk "details" html=x %}',
        "the filter safe": "{{ x|safe }}",
        "an inline style": '<p style="color:red">',
        "an inline handler": '<a onclick="x()">',
        "an inline script": "<script>x()</script>",
        "a foreign origin": '<img src="https://example.org/x.png">',
        "a static address by hand": '<img src="/static/x.png">',
        "a word we do not use": "Please wait",
    }
    assert {name for name, text in samples.items() if FORBIDDEN[name].search(text)} == set(FORBIDDEN)
    assert not FORBIDDEN["html= of a component"].search('{% govuk "details" safe_html=x %}')

"""The bridge gives the HTML of govuk-frontend, and never lets text become markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from commonweal_web.core.components import component, merge, nested

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = sorted((ROOT / "node_modules/govuk-frontend/dist/govuk/components").glob("*/fixtures.json"))
NOT_OURS = {"footer", "header", "cookieBanner"}  # of gov.uk itself; our pages have their own
EVIL = '<script>alert("x")</script>'


def html(template: str, **context: Any) -> str:
    return str(engines["django"].from_string("{% load govuk worth %}" + template).render(context))


def all_safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: all_safe(part) for key, part in value.items()}
    if isinstance(value, list):
        return [all_safe(part) for part in value]
    return mark_safe(value) if isinstance(value, str) else value


class Tokens(HTMLParser):
    """The HTML as a list, so that white space and the order of attributes do not matter."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(" ".join(data.split()))


def published() -> Iterator[Any]:
    for path in FIXTURES:
        found = json.loads(path.read_text())
        name = re.sub(r"-(\w)", lambda match: match[1].upper(), found["component"])
        if name not in NOT_OURS:
            yield pytest.param(name, found["fixtures"], id=name)


@pytest.mark.skipif(not FIXTURES, reason="node_modules is absent: python3 do.py test fetches it")
@pytest.mark.parametrize(("name", "fixtures"), list(published()))
def test_a_component_is_that_of_govuk_frontend(name: str, fixtures: list[dict[str, Any]]) -> None:
    different = [
        one["name"]
        for one in fixtures
        if Tokens(component(name, all_safe(one["options"]))).found != Tokens(one["html"]).found
    ]
    assert fixtures
    assert not different


@pytest.mark.parametrize("value", [EVIL, mark_safe(EVIL)], ids=["plain", "marked safe"])
def test_text_is_text_whoever_gave_it(value: str) -> None:
    assert "<script>" not in html('{% govuk "button" text=value %}', value=value)
    assert "<script>" not in html(
        '{% govuk "summaryList" rows=rows %}', rows=[{"key": {"text": value}, "value": {"text": value}}]
    )
    assert "<script" not in html("{% govuk 'tag' text='<script>' %}")


def test_markup_is_taken_only_from_format_html() -> None:
    rows = [{"key": {"text": "A"}, "value": {"html": format_html("<b>{}</b>", EVIL)}}]
    shown = html('{% govuk "summaryList" rows=rows %}', rows=rows)
    assert "<b>&lt;script&gt;" in shown
    with pytest.raises(TypeError, match="format_html"):
        component("summaryList", {"rows": [{"value": {"html": EVIL}}]})
    with pytest.raises(TypeError, match="attributes"):
        component("button", {"text": "A", "attributes": " onclick=x"})


def test_a_block_brings_its_own_markup_escaped() -> None:
    shown = html('{% govukblock "details" summaryText="More" %}<p>{{ value }}</p>{% endgovukblock %}', value=EVIL)
    assert "<p>&lt;script&gt;" in shown


def test_two_underscores_reach_into_a_part() -> None:
    assert nested({"label__text": "Name", "label__classes": "x", "id": "n"}) == {
        "label": {"text": "Name", "classes": "x"},
        "id": "n",
    }
    assert merge({"classes": "a", "hint": {"text": "b"}}, {"classes": "c", "hint": {"id": "d"}}) == {
        "classes": "a c",
        "hint": {"text": "b", "id": "d"},
    }


def test_an_unknown_component_is_named() -> None:
    with pytest.raises(LookupError, match="has no component 'buton'"):
        component("buton", {})

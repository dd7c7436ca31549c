"""
GOV.UK components: one call per component, made by the macros of govuk-frontend-jinja.

`component("summaryList", {"rows": [...]})` takes the options of the component's page in the GOV.UK Design System, in
its own words. Text is always text: whatever stands under `text`, `value`, `href` or any other key is escaped, whether a
template or a view gave it. Only keys that end in `html` carry markup, and those take nothing but a string that Django
made safe (`format_html`, a rendered block); a plain string there is an error of ours, not a hole.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

import jinja2
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
from markupsafe import Markup

PACKAGE = "govuk_frontend_jinja"
MARKUP_KEYS = frozenset({"attributes", "start", "end", "navigationStart", "navigationEnd"})
"""Keys, beside those that end in html, under which the macros put a string on the page as it is."""


def component(name: str, options: Mapping[str, Any]) -> SafeString:
    """
    Return the HTML of one component, such as `button` or `summaryList`.

    :raises LookupError: if govuk-frontend has no component of that name
    :raises TypeError: if a string that is not safe stands where markup goes
    """
    html = str(_macro(name)(clean(options)))
    return mark_safe(html.strip())


@functools.cache
def _environment() -> jinja2.Environment:
    loader = jinja2.PrefixLoader({PACKAGE: jinja2.PackageLoader(PACKAGE)})
    return jinja2.Environment(autoescape=True, loader=loader, trim_blocks=True, lstrip_blocks=True)


@functools.cache
def _macro(name: str) -> Any:
    folder = re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()
    try:
        module = _environment().get_template(f"{PACKAGE}/components/{folder}/macro.html").module
    except jinja2.TemplateNotFound:
        raise LookupError(f"GOV.UK Frontend has no component {name!r}.") from None
    return getattr(module, f"govuk{name[0].upper()}{name[1:]}")


def clean(value: Any, key: str = "") -> Any:
    """Return `value` with text as plain text and markup as markup; nothing stands for what was left out."""
    if isinstance(value, Mapping):
        return {name: clean(part, str(name)) for name, part in value.items() if part is not None}
    if isinstance(value, str | Promise):
        return _string(str(value), key)
    if isinstance(value, Iterable):
        return [clean(part, key) for part in value]
    return value


def _string(value: str, key: str) -> str:
    if key.lower().endswith("html") or key in MARKUP_KEYS:
        if value and not isinstance(value, SafeData):
            raise TypeError(
                f"{key!r} of a component takes markup made by format_html, not the plain text {value[:40]!r}."
            )
        return Markup(value)
    return str.__str__(value)


def nested(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return {"label__text": "Name"} as {"label": {"text": "Name"}}, which is how a template gives a part of a part."""
    result: dict[str, Any] = {}
    for path, value in options.items():
        *parts, last = path.split("__")
        here = result
        for part in parts:
            here = here.setdefault(part, {})
        here[last] = (
            merge(here[last], value) if isinstance(here.get(last), dict) and isinstance(value, Mapping) else value
        )
    return result


def merge(base: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `more` laid over it, part by part; classes are added to those already there."""
    result = dict(base)
    for key, value in more.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            result[key] = merge(old, value)
        elif key == "classes" and old and value:
            result[key] = f"{old} {value}"
        else:
            result[key] = value
    return result


def picture(svg: str, words: str) -> SafeString:
    """Return a chart of the engine, which escapes every text that it draws, as a picture that is called `words`."""
    return format_html('<div role="img" aria-label="{}">{}</div>', words, mark_safe(svg))

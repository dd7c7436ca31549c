"""
Components in templates.

    {% govuk "button" text="Save" classes="govuk-button--secondary" %}
    {% govuk "summaryList" rows=rows %}                    rows are made by the view
    {% govuk "input" label__text="Name" name="n" id="n" %}  two underscores reach into a part
    {% govukblock "details" summaryText="More" %} markup {% endgovukblock %}
    {% error_summary form %} {% field form.name width=10 %}

The escaping rule is that of `core.components`: text is text. `html=` is not for templates (a test refuses it); a block
takes its markup from the template itself, and `safe_html=` takes what a view made with `format_html`.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from commonweal_web.core import components, form_parts

register = template.Library()

RENAMED = {"safe_html": "html", "data": "attributes"}


@register.simple_tag
def govuk(name: str, **options: Any) -> SafeString:
    """One GOV.UK component with its options."""
    return components.component(name, components.nested(_renamed(options)))


@register.simple_block_tag
def govukblock(content: SafeString, name: str, **options: Any) -> SafeString:
    """One GOV.UK component whose body is what stands in the block."""
    return components.component(name, components.nested({**_renamed(options), "html": content}))


@register.simple_tag
def field(bound: BoundField, **options: Any) -> SafeString:
    """A form field with its label, hint and error; `heading=True` makes its label the page's h1."""
    return form_parts.render_field(bound, _field_options(bound, options))


@register.simple_tag
def error_summary(*forms: Any) -> SafeString:
    """What went wrong, at the top of the page, each line a link to its box; nothing if all is well."""
    errors = form_parts.error_list(*forms)
    if not errors:
        return SafeString("")
    return components.component("errorSummary", {"titleText": "There is a problem", "errorList": errors})


@register.simple_tag
def hidden_fields(form: Any) -> SafeString:
    """The hidden fields of a form, such as its version."""
    return format_html_join("", "{}", ((str(bound),) for bound in getattr(form, "hidden_fields", list)()))


@register.filter
def outer_fields(form: Any) -> list[BoundField]:
    """The visible fields, without those that show under a radio or checkbox of another."""
    inner = {
        name
        for bound in form.visible_fields()
        for names in getattr(bound.field, "reveals", {}).values()
        for name in names
    }
    return [bound for bound in form.visible_fields() if bound.name not in inner]


@register.filter
def has_errors(form: Any) -> bool:
    return bool(form_parts.error_list(form))


def _renamed(options: dict[str, Any]) -> dict[str, Any]:
    return {"__".join(RENAMED.get(part, part) for part in key.split("__")): value for key, value in options.items()}


def _field_options(bound: BoundField, options: dict[str, Any]) -> dict[str, Any]:
    heading = options.pop("heading", False)
    label = options.pop("label", None)
    hint = options.pop("hint", None)
    width = options.pop("width", None)
    prefix, suffix = options.pop("prefix", None), options.pop("suffix", None)
    result = components.nested(_renamed(options))
    legend = type(bound.field.widget).__name__ in ("DateWidget", "RadioSelect", "CheckboxSelectMultiple")
    part: dict[str, Any] = {"text": label} if label else {}
    if heading:
        size = "govuk-fieldset__legend--l" if legend else "govuk-label--l"
        part |= {"isPageHeading": True, "classes": size}
    if part:
        result = components.merge({"fieldset": {"legend": part}} if legend else {"label": part}, result)
    if hint is not None:
        result["hint"] = {"text": hint} if hint else None
    if width:
        result["classes"] = f"govuk-input--width-{width}"
    for key, value in (("prefix", prefix), ("suffix", suffix)):
        if value:
            result[key] = {"text": value}
    return result


@register.simple_tag(takes_context=True)
def pages(context: template.Context, page: Any, *, name: str = "page") -> SafeString:
    """Links to the other pages of a list (a Django Page), keeping the filter that stands in the address."""
    if page is None or page.paginator.num_pages < 2:
        return SafeString("")
    query = context["request"].GET.copy()

    def href(number: int) -> str:
        query[name] = str(number)
        return f"?{query.urlencode()}"

    items = [
        {"number": number, "href": href(number), "current": number == page.number}
        if isinstance(number, int)
        else {"ellipsis": True}
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    options: dict[str, Any] = {"items": items, "landmarkLabel": "Pages of this list"}
    if page.has_previous():
        options["previous"] = {"href": href(page.previous_page_number())}
    if page.has_next():
        options["next"] = {"href": href(page.next_page_number())}
    return components.component("pagination", options)

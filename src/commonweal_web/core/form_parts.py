"""
A bound Django field as a GOV.UK component: label, hint, error and input in one, by the widget of the field.

What a field may carry beside Django's own attributes, all optional and set in the form class:
`prefix` and `suffix` (pounds, units), `width` (number of characters: 2, 3, 4, 5, 10, 20), `choice_hints`
(value -> hint), `reveals` (value -> names of the fields shown under that radio or checkbox), `optional_mark` (False
to leave out "(optional)").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

from commonweal_web.core import components
from commonweal_web.core.forms import DateField, DateWidget, noun_of

REQUIRED = str(forms.Field.default_error_messages["required"])
BOXES = (("day", 2), ("month", 2), ("year", 4))


def render_field(bound: BoundField, options: Mapping[str, Any], *, inside: bool = False) -> SafeString:
    """Return the component for `bound`; `options` are laid over what the field itself says."""
    widget = bound.field.widget
    if widget.is_hidden:
        return mark_safe(str(bound))
    name, own = _by_widget(bound, widget, inside)
    return components.component(name, components.merge(own, options))


def _by_widget(bound: BoundField, widget: forms.Widget, inside: bool) -> tuple[str, dict[str, Any]]:
    match widget:
        case DateWidget():
            return "dateInput", _date(bound, inside)
        case forms.CheckboxSelectMultiple():
            return "checkboxes", _choices(bound, inside)
        case forms.RadioSelect():
            return "radios", _choices(bound, inside)
        case forms.Select():
            return "select", _select(bound, inside)
        case forms.CheckboxInput():
            return "checkboxes", _single_checkbox(bound)
        case forms.Textarea():
            return _textarea(bound, inside)
        case forms.FileInput():
            return "fileUpload", _file(bound, inside)
        case forms.PasswordInput():
            return "passwordInput", _password(bound, inside)
    return "input", _input(bound, inside)


def label_of(bound: BoundField, inside: bool = False) -> str:
    """The label, marked where an answer may be left out."""
    field = bound.field
    optional = not field.required and not inside and getattr(field, "optional_mark", True)
    return f"{bound.label} (optional)" if optional else str(bound.label)


def _common(bound: BoundField) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    if bound.help_text:
        key = "html" if isinstance(bound.help_text, SafeString) else "text"
        parts["hint"] = {key: bound.help_text}
    if bound.errors:
        parts["errorMessage"] = {"text": " ".join(said(bound, error) for error in bound.errors)}
    return parts


def said(bound: BoundField, error: object) -> str:
    """The message; a form of a library says "required" in Django's words, which become ours here."""
    return f"Enter {noun_of(bound.field)}." if str(error) == REQUIRED else str(error)


def _text_parts(bound: BoundField, inside: bool) -> dict[str, Any]:
    parts = _common(bound)
    parts.update(id=bound.auto_id, name=bound.html_name, label={"text": label_of(bound, inside)})
    value = bound.value()
    if value is not None:
        parts["value"] = bound.field.widget.format_value(value) or ""
    skipped = ("class", "rows", "cols", "autocomplete", "inputmode", "multiple", "type", "placeholder")
    attributes = {key: value for key, value in bound.field.widget.attrs.items() if key not in skipped}
    parts["attributes"] = {
        key: {"value": value, "optional": True} if isinstance(value, bool) else value
        for key, value in attributes.items()
    }
    return parts


def _input(bound: BoundField, inside: bool) -> dict[str, Any]:
    field, widget = bound.field, bound.field.widget
    parts = _text_parts(bound, inside)
    numeric = isinstance(field, forms.DecimalField | forms.IntegerField)
    kind = getattr(widget, "input_type", "text")
    parts["type"] = "text" if numeric or kind == "number" else kind
    parts["autocomplete"] = widget.attrs.get("autocomplete")
    parts["inputmode"] = widget.attrs.get("inputmode") or (
        "decimal" if isinstance(field, forms.DecimalField) else "numeric" if numeric else None
    )
    if numeric:
        parts["spellcheck"] = False
        for bound_of_number in ("min", "max", "step"):
            parts["attributes"].pop(bound_of_number, None)
    for affix in ("prefix", "suffix"):
        if getattr(field, affix, ""):
            parts[affix] = {"text": getattr(field, affix)}
    width = getattr(field, "width", 10 if numeric else None)
    if width:
        parts["classes"] = f"govuk-input--width-{width}"
    return parts


def _password(bound: BoundField, inside: bool) -> dict[str, Any]:
    parts = _text_parts(bound, inside)
    parts.pop("value", None)
    parts["autocomplete"] = bound.field.widget.attrs.get("autocomplete", "current-password")
    return parts


def _textarea(bound: BoundField, inside: bool) -> tuple[str, dict[str, Any]]:
    parts = _text_parts(bound, inside)
    parts["rows"] = bound.field.widget.attrs.get("rows", 5)
    limit = getattr(bound.field, "max_length", None)
    if limit is None:
        return "textarea", parts
    parts["attributes"].pop("maxlength", None)  # the count warns; a hard stop would cut what somebody pastes
    return "characterCount", parts | {"maxlength": limit, "threshold": 75}


def _file(bound: BoundField, inside: bool) -> dict[str, Any]:
    parts = _text_parts(bound, inside)
    parts.pop("value", None)
    if getattr(bound.field.widget, "allow_multiple_selected", False):
        parts["multiple"] = True
    return parts


def _date(bound: BoundField, inside: bool) -> dict[str, Any]:
    parts = _common(bound)
    parts["id"] = bound.auto_id
    parts["fieldset"] = {"legend": {"text": label_of(bound, inside), "classes": "govuk-fieldset__legend--s"}}
    values = bound.field.widget.boxes(bound.value())
    wrong = bound.field.wrong_boxes(values) if bound.errors and isinstance(bound.field, DateField) else ()
    parts["items"] = [
        {
            "id": f"{bound.auto_id}_{box}",
            "name": f"{bound.html_name}_{box}",
            "label": box.capitalize(),
            "classes": f"govuk-input--width-{width}" + (" govuk-input--error" if box in wrong else ""),
            "value": value or None,
        }
        for (box, width), value in zip(BOXES, values, strict=True)
    ]
    return parts


def _select(bound: BoundField, inside: bool) -> dict[str, Any]:
    parts = _text_parts(bound, inside)
    parts.pop("value", None)
    parts["items"] = [
        {"value": str(value), "text": text, "selected": chosen} for value, text, chosen in _options(bound)
    ]
    return parts


def _choices(bound: BoundField, inside: bool) -> dict[str, Any]:
    parts = _common(bound)
    parts["fieldset"] = {"legend": {"text": label_of(bound, inside), "classes": "govuk-fieldset__legend--s"}}
    parts.update(idPrefix=bound.auto_id, name=bound.html_name)
    parts["items"] = [_item(bound, value, text, chosen) for value, text, chosen in _options(bound) if value != ""]
    return parts


def _item(bound: BoundField, value: Any, text: str, chosen: bool) -> dict[str, Any]:
    item: dict[str, Any] = {"value": str(value), "text": text, "checked": chosen}
    hint = getattr(bound.field, "choice_hints", {}).get(value)
    if hint:
        item["hint"] = {"text": hint}
    names = getattr(bound.field, "reveals", {}).get(value, ())
    if names:
        inner = [render_field(bound.form[name], {}, inside=True) for name in names if name in bound.form.fields]
        item["conditional"] = {"html": mark_safe("".join(inner))}
    return item


def _options(bound: BoundField) -> Iterator[tuple[Any, str, bool]]:
    """Value, text and whether it is chosen, for each choice; groups are taken apart."""
    value = bound.value()
    chosen = {str(part) for part in (value if isinstance(value, list | tuple | set) else [value]) if part is not None}
    for key, text in bound.field.widget.choices:
        pairs = text if isinstance(text, list | tuple) else [(key, text)]
        for inner, words in pairs:
            plain = "" if inner is None else getattr(inner, "value", inner)
            yield plain, str(words), str(plain) in chosen


def _single_checkbox(bound: BoundField) -> dict[str, Any]:
    parts = _common(bound)
    hint = parts.pop("hint", None)
    item = {"value": "on", "text": bound.label, "checked": bool(bound.value()), "hint": hint}
    return parts | {"idPrefix": bound.auto_id, "name": bound.html_name, "items": [item]}


def error_list(*forms_: Any) -> list[dict[str, str]]:
    """Every message of the forms with a link to the box that it is about, in the order of the page."""
    found: list[dict[str, str]] = []
    for form in forms_:
        if isinstance(form, forms.BaseFormSet):
            found += [{"text": str(error)} for error in form.non_form_errors()]
            found += error_list(*form.forms)
        elif getattr(form, "is_bound", False):
            found += [{"text": str(error)} for error in form.non_field_errors()]
            found += [_linked(bound, said(bound, error)) for bound in _in_page_order(form) for error in bound.errors]
    return found


def _in_page_order(form: forms.BaseForm) -> list[BoundField]:
    return [form[name] for name in form.fields]


def _linked(bound: BoundField, message: str) -> dict[str, str]:
    if bound.field.widget.is_hidden:
        return {"text": message}
    target = bound.auto_id
    if isinstance(bound.field, DateField):
        target += "_" + bound.field.wrong_boxes(bound.field.widget.boxes(bound.value()))[0]
    return {"text": message, "href": f"#{target}"}

"""What the pages of a sheet show."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from commonweal.checks.problem import Problem
from commonweal.crosswalk.express import Expressed, Part, Status, in_units
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.sheet import asked
from commonweal.crosswalk.summary import Thing
from commonweal.figures import Book
from commonweal.reporting import wording
from commonweal.reporting.build.regional import unit_table, unit_words
from commonweal.reporting.build.regional_figures import DELIVERED, STATES, TARGET, RegionalFigures
from commonweal.reporting.build.regional_words import CHOOSE, coverage_words, told
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day
from commonweal_web.mapping import layout
from commonweal_web.mapping.asking import Asked
from commonweal_web.mapping.sheets import documents
from commonweal_web.mapping.sheets.forms import KeepForm, KpiForm, WorkbookForm
from commonweal_web.mapping.sheets.opened import Opened
from commonweal_web.mapping.sheets.shown import table_of

STEPS = {"sheet": 3, "sheet_report": 4, "sheet_take_away": 5}
"""The step of each page that is one; the others belong to the sheet."""


def context(opened: Opened, here: str) -> dict[str, Any]:
    """Return what every page of a sheet shows: the step, the way to the others, and how long the sheet lasts."""
    number = STEPS.get(here, STEPS["sheet"])
    links = {step: opened.url(name) for name, step in STEPS.items()}
    return {
        "opened": opened,
        "sheet": opened.sheet,
        "summary": opened.summary,
        "caption": layout.caption(number),
        "steps": layout.steps(number, {1: select_url(opened), 2: summary_url(opened), **links}),
        "may_change": opened.may_change,
        "lasting": lasting(opened),
        "take_away_url": opened.url("sheet_take_away"),
        "in_words": layout.title(opened.summary),
    }


def summary_url(opened: Opened) -> str:
    """Return the permanent address of the summary that a sheet was made from."""
    return reverse("mapping:link", args=[opened.sheet.frozen.digest])


def select_url(opened: Opened) -> str:
    """Return where what the sheet was made from is chosen, to be changed for another summary."""
    made = opened.summary
    return Asked(made.source.id, made.codes, tuple(release.id for release in made.targets)).select_url


def lasting(opened: Opened) -> str:
    """Return whose the sheet is, who may do what, and until when it is there."""
    sheet = opened.sheet
    if sheet.owner_id is None:
        return (
            "Note the link of this sheet to come back to it. It belongs to nobody: whoever has the link can read and "
            "change it. "
            f"It is removed after {day(sheet.expires_on)} unless somebody changes or keeps it before."
        )
    readers = f" People of {sheet.organisation} can read it." if sheet.organisation else ""
    if opened.may_change:
        return f"You keep this sheet, and only you can change it.{readers}"
    return f"{sheet.owner} keeps this sheet and changes it. You can read it."


def overview(opened: Opened) -> dict[str, Any]:
    """Return the overview: totals, what they become elsewhere, and the whole sheet by region."""
    figures = RegionalFigures(opened.filled, Book())
    releases = [one for one in opened.summary.targets if one.id != GOALS]
    made = {one.id: told(figures, one.id) for one in releases}
    units = unit_table(figures)
    return context(opened, "sheet") | {
        "title": opened.sheet.title or "Targets and deliveries by region",
        "table": _totals(opened, figures, releases, made),
        "by_region": _by_region(opened, figures),
        "units": table_of(units) if units else None,
        "units_note": units.note if units else "",
        "coverage": [(one.short_name, coverage_words(figures, one.id, made[one.id][DELIVERED])) for one in releases],
        "filled": len(figures.filled),
        "all": len(figures.kpis),
        "first_url": opened.url("sheet_kpi", 1),
        "upload_url": opened.url("sheet_upload"),
        "report_url": opened.url("sheet_report"),
        "workbooks": _workbooks(opened),
    }


def _workbooks(opened: Opened) -> list[dict[str, str]]:
    names = {"xlsx": "Workbook for Excel (xlsx)", "ods": "Workbook for LibreOffice (ods)"}
    return [{"text": text, "href": opened.url("sheet_workbook", form)} for form, text in names.items()]


def _totals(opened: Opened, figures: RegionalFigures, releases: Any, made: Any) -> Table:
    columns = [
        Column("KPI"),
        Column("Target", numeric=True),
        Column("Delivered", numeric=True),
        *(Column(f"In {one.short_name}") for one in releases),
        Column("Regions filled in", numeric=True),
    ]
    rows = []
    for at, thing in enumerate(figures.kpis):
        said = len({region for state, _ in STATES for region in figures.places_of(thing, state)})
        rows.append(
            [
                Cell(thing.label, href=opened.url("sheet_kpi", at + 1), hint=f"{thing.code}, in {unit_words(thing)}"),
                *(_total(figures, thing, state) for state, _ in STATES),
                *(_becomes(figures, one.id, made[one.id], at) for one in releases),
                Cell(str(said) if said else "–"),
            ]
        )
    return Table("Each KPI over all regions", columns, rows, hide_caption=True, stacks=True)


def _total(figures: RegionalFigures, thing: Thing, state: str) -> Cell:
    found = figures.total(thing, state)
    pounds = wording.pounds(figures.book[found.pounds].value) if found.pounds else ""
    if found.why:
        return Cell("–", hint=found.why)
    return Cell(in_units(figures.book[found.line].value, thing.unit) if found.line else "–", hint=pounds)


def _becomes(figures: RegionalFigures, release: str, made: dict[str, list[Expressed]], at: int) -> Cell:
    """Return what a KPI's target and delivery make in a release, or why they cannot be told there."""
    target, delivered = made[TARGET][at], made[DELIVERED][at]
    if not target.parts:
        return Cell("No counterpart", hint=target.reason)
    if (target.delivery.measure, release) in figures.sheet.undecided():
        return Cell("Choose how it is shared", hint=f"It {CHOOSE}.")
    said = [_part(figures, *pair) for pair in zip(target.parts, delivered.parts, strict=True)]
    return Cell("; ".join(said), hint=", ".join(f"{part.target.code} {part.target.label}" for part in target.parts))


def _part(figures: RegionalFigures, target: Part, delivered: Part) -> str:
    if target.status is Status.RELATED:
        first = next((one.words for one in (delivered, target) if one.delivery.quantity), "")
        if first:
            return first
        return f"Needs {target.missing.label}" if target.missing else "Related, not convertible"
    amounts = [
        f"{word} {in_units(figures.book[part.quantity].value, part.target.unit)}"
        for part, word in ((target, "target"), (delivered, "delivered"))
        if part.quantity
    ]
    return ", ".join(amounts) or "Can be converted"


def _by_region(opened: Opened, figures: RegionalFigures) -> Table:
    """Return the sheet as it is on a desk: regions as columns, two rows for each KPI."""
    names = ("All regions", *(name for _, name in opened.filled.places))
    columns = [Column("KPI"), Column("What"), *(Column(name, numeric=True) for name in names)]
    rows = []
    for thing in figures.filled:
        at = figures.kpis.index(thing) + 1
        for state, word in STATES:
            cells = [figures.cell(thing, state, region) for region, _ in opened.filled.places]
            head = Cell(thing.code, href=opened.url("sheet_kpi", at) if state == TARGET else "")
            what = Cell(word, hint=unit_words(thing) if state == TARGET else "")
            rows.append([head, what, *map(_number, (figures.total_cell(thing.id, state), *cells))])
    empty = "Nothing is filled in yet. Choose a KPI above to give its target and delivery by region."
    return Table("The sheet by region", columns, rows, dense=True, hide_caption=True, empty=empty)


def _number(cell: Any) -> Cell:
    return Cell(wording.number(cell.value) if cell.value is not None else cell.text or "–")


def kpi(opened: Opened, form: KpiForm, number: int, count: int) -> dict[str, Any]:
    """Return the page of one KPI."""
    thing = form.thing
    ways = opened.summary.line(thing.id)
    return context(opened, "sheet_kpi") | {
        "title": thing.label,
        "form": form,
        "thing": thing,
        "number": number,
        "count": count,
        "card": [
            (name, text)
            for name, text in (
                ("What counts", thing.counts),
                ("What does not count", thing.does_not_count),
                ("How it is counted", thing.unit_rule),
                ("Evidence", thing.evidence),
            )
            if text
        ],
        "counterparts": [
            f"{way.target.code} {way.target.label} ({opened.summary.target(way.to).short_name})"
            for way in (ways.ways if ways else ())
        ],
        "asked": asked(opened.summary, thing.id),
        "adds": RegionalFigures(opened.filled, Book()).total(thing, TARGET).why == "" and not thing.ratio,
        "before_url": opened.url("sheet_kpi", number - 1) if number > 1 else "",
        "after_url": opened.url("sheet_kpi", number + 1) if number < count else "",
        "back_url": opened.url("sheet"),
    }


def workbook(opened: Opened, form: WorkbookForm, wrong: list[Problem]) -> dict[str, Any]:
    """Return the page that takes a filled workbook."""
    rows = [
        [
            Cell(f"{one.where.sheet} {one.where.column}{one.where.row}".strip() or "The file"),
            Cell(one.found),
            Cell(one.mend),
        ]
        for one in wrong[:500]
    ]
    columns = (Column("Cell"), Column("What was found"), Column("What is expected"))
    return context(opened, "sheet_upload") | {
        "title": "Fill in the workbook",
        "form": form,
        "problems": Table("What must be mended", columns, rows) if rows else None,
        "workbooks": _workbooks(opened),
        "multipart": True,
        "button": "Take it over",
        "cancel_url": opened.url("sheet"),
    }


def take_away(opened: Opened, form: KeepForm | None) -> dict[str, Any]:
    """Return the page of downloads, the permanent link, and keeping."""
    link = opened.url("sheet")
    files = [{"text": one.words, "href": opened.url("sheet_file", name)} for name, one in documents.FORMS.items()]
    files.insert(3, {"text": "CSV, one row for each KPI and region", "href": opened.url("sheet_file", "csv")})
    sign_in = f"{reverse('account_login')}?{urlencode({'next': opened.url('sheet_take_away')})}"
    return context(opened, "sheet_take_away") | {
        "title": "Print and take away",
        "files": files,
        "workbooks": _workbooks(opened),
        "permanent": f"{settings.BASE_URL}{summary_url(opened)}",
        "link": f"{settings.BASE_URL}{link}",
        "form": form,
        "keep_url": reverse("mapping:sheet_keep", args=[opened.token]) if opened.token and form else "",
        "sign_in_url": sign_in if opened.token and form is None else "",
        "report_url": opened.url("sheet_report"),
        "button": "Keep the sheet",
    }


def my_sheets(rows: Any, user: Any) -> dict[str, Any]:
    """Return the list of kept sheets."""
    columns = (Column("Sheet"), Column("Kept by"), Column("Last changed"))
    lines = []
    for sheet in rows:
        opened = Opened(sheet, user)
        whose = "You" if sheet.owner_id == user.pk else str(sheet.owner)
        lines.append(
            [
                Cell(str(sheet), href=opened.url("sheet"), hint=layout.title(opened.summary)),
                Cell(whose, hint=str(sheet.organisation or "")),
                Cell(day(sheet.changed_at)),
            ]
        )
    empty = "You keep no sheet yet. Fill one in with the mapping tool, and keep it from its last step."
    return {"title": "My sheets", "table": Table("Sheets", columns, lines, empty=empty, hide_caption=True)}

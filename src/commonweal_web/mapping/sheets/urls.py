"""Addresses of the sheets; `mapping.urls` includes them."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from commonweal_web.mapping.sheets import documents, views
from commonweal_web.mapping.sheets.opened import View, by_link, signed_in


class Workbook:
    """The form of a workbook."""

    regex = "|".join(documents.WORKBOOKS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Report(Workbook):
    """The form of a report."""

    regex = "|".join((*documents.FORMS, "csv"))


register_converter(Workbook, "sheet_workbook")
register_converter(Report, "sheet_report")

PAGES: tuple[tuple[str, str, View], ...] = (
    ("", "sheet", views.overview),
    ("kpi/<int:number>/", "sheet_kpi", views.kpi),
    ("sheet.<sheet_workbook:form>", "sheet_workbook", views.workbook),
    ("workbook/", "sheet_upload", views.upload),
    ("report/", "sheet_report", views.report),
    ("report.<sheet_report:form>", "sheet_file", views.report_file),
    ("take-away/", "sheet_take_away", views.take_away),
)

urlpatterns: list[URLPattern] = [
    path("sheets/", views.my_sheets, name="sheets"),
    path("sheets/new/<str:digest>/", views.make, name="sheet_make"),
    path("sheet/<str:token>/keep/", views.keep, name="sheet_keep"),
    *(path(f"sheet/<str:token>/{end}", by_link(view), name=name) for end, name, view in PAGES),
    *(path(f"sheets/<int:sheet_id>/{end}", signed_in(view), name=f"kept_{name}") for end, name, view in PAGES),
]

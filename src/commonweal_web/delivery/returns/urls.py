"""Addresses of the pages of returns."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.delivery.returns.views import evidence, looking, reopening, sending, typing, workbook

HERE = "contracts/<int:contract_id>/returns/<int:return_id>/"
KPI = f"{HERE}kpis/<int:kpi_id>/"

urlpatterns: list[URLPattern] = [
    path("contracts/<int:contract_id>/returns/", looking.returns, name="returns"),
    path(HERE, looking.return_page, name="return"),
    path(KPI, typing.return_kpi, name="return_kpi"),
    path(f"{KPI}evidence/", evidence.return_evidence, name="return_evidence"),
    path(f"{KPI}account/", typing.return_words, name="return_words"),
    path(f"{HERE}declarations/", typing.return_declarations, name="return_declarations"),
    path(f"{HERE}check/", sending.return_check, name="return_check"),
    path(f"{HERE}receipt/", sending.return_receipt, name="return_receipt"),
    path(f"{HERE}receipt.json", sending.return_json, name="return_json"),
    path(f"{HERE}receipt.pdf", sending.return_pdf, name="return_pdf"),
    path(f"{HERE}workbook.xlsx", workbook.return_workbook, {"ending": "xlsx"}, name="return_workbook"),
    path(f"{HERE}workbook.ods", workbook.return_workbook, {"ending": "ods"}, name="return_workbook_ods"),
    path(f"{HERE}workbook/", workbook.return_upload, name="return_upload"),
    path(f"{HERE}recall/", sending.return_recall, name="return_recall"),
    path(f"{HERE}claims/<int:claim_id>/correct/", sending.return_correct, name="return_correct"),
    path(f"{HERE}reopening/", reopening.return_reopening, name="return_reopening"),
    path(f"{HERE}reopening/wish/", reopening.return_wish, name="return_wish"),
    path(f"{HERE}reopening/<int:reopening_id>/", reopening.reopening_decide, name="reopening_decide"),
    path("timeliness/", looking.timeliness_page, name="timeliness"),
]

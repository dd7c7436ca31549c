"""Addresses of the app `contracts`. A contract's front page, /contracts/<id>/, belongs to the reports above it."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.contracts.views import changes, deciding, facts, from_sheet, imports, kpis, lists, people

app_name = "contracts"
ONE = "contracts/<int:contract_id>/"
KPI = f"{ONE}kpis/<int:kpi_id>/"
CHANGE = f"{ONE}changes/<int:change_id>/"
urlpatterns: list[URLPattern] = [
    path("contracts/", lists.contract_list, name="list"),
    path("contracts/without-kpis/", lists.without_kpis, name="without_kpis"),
    path("contracts/proposals/", lists.proposals, name="proposals"),
    path("contracts/new/", facts.new, name="new"),
    path("contracts/ties/", people.conflicts, name="conflicts"),
    path("contracts/ties/<int:conflict_id>/end/", people.conflict_end, name="conflict_end"),
    path("contracts/import/", imports.register, name="import"),
    path("contracts/import/<int:batch_id>/", imports.import_preview, name="import_preview"),
    path("contracts/import/<int:batch_id>/confirm/", imports.import_confirm, name="import_confirm"),
    path("contracts/import/<int:batch_id>/leave/", imports.import_leave, name="import_leave"),
    path(f"{ONE}facts/", facts.detail, name="detail"),
    path(f"{ONE}facts/edit/", facts.edit, name="edit"),
    path(f"{ONE}facts/break-point/", facts.break_point, name="break_point"),
    path(f"{ONE}facts/call-off/", facts.call_off, name="call_off"),
    path(f"{ONE}live/", facts.go_live, name="go_live"),
    path(f"{ONE}people/", people.people_page, name="people"),
    path(f"{ONE}people/assign/", people.assign, name="assign"),
    path(f"{ONE}people/<int:assignment_id>/end/", people.end_part, name="end_part"),
    path(f"{ONE}people/no-tie/", people.no_conflict, name="no_conflict"),
    path(f"{ONE}suppliers/add/", people.supplier_add, name="supplier_add"),
    path(f"{ONE}suppliers/<int:supplied_id>/end/", people.supplier_end, name="supplier_end"),
    path(f"{ONE}contacts/add/", people.contact_add, name="contact_add"),
    path(f"{ONE}contacts/<int:contact_id>/end/", people.contact_end, name="contact_end"),
    path(f"{ONE}kpis/", kpis.kpi_list, name="kpis"),
    path(f"{ONE}kpis/add/", kpis.kpi_choose, name="kpi_choose"),
    path(f"{ONE}kpis/new/", kpis.kpi_new, name="kpi_new"),
    path(f"{ONE}kpis/from-sheet/", from_sheet.kpis_from_sheet, name="kpis_from_sheet"),
    path(f"{ONE}kpis/propose/", kpis.kpis_propose, name="kpis_propose"),
    path(f"{ONE}kpis/decide/", deciding.decide_set, name="decide"),
    path(f"{ONE}kpis/approve/", deciding.approve, name="approve"),
    path(f"{ONE}kpis/workbook.xlsx", imports.workbook, {"form": "xlsx"}, name="workbook_xlsx"),
    path(f"{ONE}kpis/workbook.ods", imports.workbook, {"form": "ods"}, name="workbook_ods"),
    path(f"{ONE}kpis/workbook/", imports.kpis_upload, name="kpis_upload"),
    path(f"{ONE}kpis/workbook/<int:batch_id>/", imports.kpis_preview, name="kpis_preview"),
    path(f"{ONE}kpis/workbook/<int:batch_id>/confirm/", imports.kpis_confirm, name="kpis_confirm"),
    path(KPI, kpis.kpi_page, name="kpi"),
    path(f"{KPI}edit/", kpis.kpi_edit, name="kpi_edit"),
    path(f"{KPI}send-back/", deciding.send_back, name="send_back"),
    path(f"{KPI}withdraw/", kpis.kpi_withdraw, name="kpi_withdraw"),
    path(f"{KPI}template/", kpis.kpi_template, name="kpi_template"),
    path(f"{ONE}changes/", changes.change_list, name="changes"),
    path(f"{ONE}changes/new/", changes.change_new, name="change_new"),
    path(f"{ONE}changes/ask/", changes.change_ask, name="change_ask"),
    path(CHANGE, changes.change_page, name="change"),
    path(f"{CHANGE}check/", changes.change_check, name="change_check"),
    path(f"{CHANGE}approve/", changes.change_approve, name="change_approve"),
    path(f"{CHANGE}agree/", changes.change_agree, name="change_agree"),
    path(f"{CHANGE}refuse/", changes.change_refuse, name="change_refuse"),
    path(f"{CHANGE}withdraw/", changes.change_withdraw, name="change_withdraw"),
    path(f"{CHANGE}compare/", changes.change_compare, name="change_compare"),
]

"""Addresses of the pages of checking."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.delivery.verification import more_views, views

CLAIM = "contracts/<int:contract_id>/claims/<int:claim_id>/"

urlpatterns: list[URLPattern] = [
    path("verify/", views.queue_page, name="queue"),
    path(CLAIM, views.claim_page, name="claim"),
    path(f"{CLAIM}declare/", views.claim_declare, name="claim_declare"),
    path(f"{CLAIM}answer/", views.claim_answer, name="claim_answer"),
    path(f"{CLAIM}movements/<int:movement_id>/correct/", views.claim_correct, name="claim_correct"),
    path(f"{CLAIM}ask-a-beneficiary/", more_views.confirmation_ask, name="confirmation_ask"),
    path(f"{CLAIM}doubles/<int:flag_id>/", more_views.double_split, name="double_split"),
    path("contracts/<int:contract_id>/kpis/<int:kpi_id>/ledger/", more_views.kpi_ledger, name="kpi_ledger"),
    path("confirm/<str:token>/", more_views.confirm, name="confirm"),
    path("doubles/", more_views.doubles_page, name="doubles"),
    path("doubles/<int:flag_id>/", more_views.double_page, name="double"),
    path("samples/", more_views.samples_page, name="samples"),
    path("samples/<int:draw_id>/", more_views.sample_page, name="sample"),
    path("samples/<int:draw_id>/sample.csv", more_views.sample_csv, name="sample_csv"),
    path("samples/<int:draw_id>/<int:decision_id>/", more_views.sample_check, name="sample_check"),
]

"""Addresses of `planning.policies`; their names stand in the namespace `planning`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.planning.policies.views import panels, policies, portfolio

BODY = "organisations/<int:organisation_id>/"
POLICIES = BODY + "policies/"
POLICY = POLICIES + "<int:policy_id>/"
PANELS = BODY + "panels/"
PANEL = PANELS + "<int:panel_id>/"

urlpatterns: list[URLPattern] = [
    path("policies/", policies.policy_bodies, name="policy_bodies"),
    path(POLICIES, policies.policy_list, name="policy_list"),
    path(POLICIES + "new/", policies.policy_new, name="policy_new"),
    path(POLICIES + "upload/", policies.policy_upload, name="policy_upload"),
    path(POLICY, policies.policy_page, name="policy_page"),
    path(POLICY + "file/", policies.policy_file, name="policy_file"),
    path(POLICY + "edit/", policies.policy_edit, name="policy_edit"),
    path(POLICY + "replace/", policies.policy_replace, name="policy_replace"),
    path(POLICY + "propose/", policies.policy_propose, name="policy_propose"),
    path(POLICY + "leave/", policies.policy_leave, name="policy_leave"),
    path(POLICY + "decide/", policies.policy_decide, name="policy_decide"),
    path(BODY + "planning/", portfolio.policy_portfolio, name="policy_portfolio"),
    path(BODY + "planning/file.<str:form>", portfolio.policy_portfolio_file, name="policy_portfolio_file"),
    path(PANELS, panels.panel_list, name="panel_list"),
    path(PANELS + "new/", panels.panel_new, name="panel_new"),
    path(PANEL, panels.panel_page, name="panel_page"),
    path(PANEL + "edit/", panels.panel_edit, name="panel_edit"),
    path(PANEL + "seat/", panels.panel_seat, name="panel_seat"),
    path(PANEL + "members/<int:member_id>/end/", panels.panel_unseat, name="panel_unseat"),
]

"""Addresses of `planning.plans`; their names stand in the namespace `planning`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.planning.plans.views import lists, people, plan, stages, versions, weight

PLAN, BODY = "plans/<int:plan_id>/", "organisations/<int:organisation_id>/plans/"
STAGE, DOCUMENT = f"{PLAN}stages/<int:stage_id>/", f"{PLAN}documents/<int:document_id>/"
urlpatterns: list[URLPattern] = [
    path("plans/", lists.plan_bodies, name="plan_bodies"),
    path(BODY, lists.plan_list, name="plan_list"),
    path(f"{BODY}new/", lists.plan_new, name="plan_new"),
    path(PLAN, plan.plan_page, name="plan_page"),
    path(f"{PLAN}facts/", plan.plan_facts, name="plan_facts"),
    path(f"{PLAN}law/", plan.plan_law, name="plan_law"),
    path(f"{PLAN}questions/", plan.plan_questions, name="plan_questions"),
    path(f"{PLAN}withdraw/", plan.plan_withdraw, name="plan_withdraw"),
    path(f"{PLAN}timeline/", plan.plan_timeline, name="plan_timeline"),
    path(f"{PLAN}people/", people.plan_people, name="plan_people"),
    path(f"{PLAN}people/give/", people.plan_part_give, name="plan_part_give"),
    path(f"{PLAN}people/<int:part_id>/end/", people.plan_part_end, name="plan_part_end"),
    path(f"{PLAN}weight/", weight.plan_weight, name="plan_weight"),
    path(f"{PLAN}weight/set/", weight.plan_weight_set, name="plan_weight_set"),
    path(f"{PLAN}weight/approve/", weight.plan_weight_approve, name="plan_weight_approve"),
    path(f"{PLAN}stages/", stages.plan_stages, name="plan_stages"),
    path(STAGE, stages.plan_stage, name="plan_stage"),
    path(f"{STAGE}record/", stages.plan_stage_record, name="plan_stage_record"),
    path(f"{STAGE}sign/", stages.plan_stage_sign, name="plan_stage_sign"),
    path(f"{STAGE}documents/add/", stages.plan_document_add, name="plan_document_add"),
    path(f"{DOCUMENT}file/", stages.plan_document_file, name="plan_document_file"),
    path(f"{DOCUMENT}withdraw/", stages.plan_document_withdraw, name="plan_document_withdraw"),
    path(f"{PLAN}versions/", versions.plan_versions, name="plan_versions"),
    path(f"{PLAN}versions/side-by-side/", versions.plan_compare, name="plan_compare"),
    path(f"{PLAN}versions/<int:number>/", versions.plan_version, name="plan_version"),
]

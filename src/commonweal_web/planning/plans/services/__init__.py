"""What can be done with a plan: make, change, answer, withdraw; people, weight, stages and documents."""

from commonweal_web.planning.plans.services.documents import document_add, document_open, document_withdraw
from commonweal_web.planning.plans.services.people import part_end, part_give
from commonweal_web.planning.plans.services.plans import (
    PlanFields,
    plan_answer,
    plan_create,
    plan_edit,
    plan_withdraw,
)
from commonweal_web.planning.plans.services.stages import stage_record, stage_sign
from commonweal_web.planning.plans.services.weights import weight_approve, weight_set

__all__ = [
    "PlanFields",
    "document_add",
    "document_open",
    "document_withdraw",
    "part_end",
    "part_give",
    "plan_answer",
    "plan_create",
    "plan_edit",
    "plan_withdraw",
    "stage_record",
    "stage_sign",
    "weight_approve",
    "weight_set",
]

"""Every table of the app `planning`."""

from commonweal_web.planning.models.gateway import Condition, Interest, Meeting, Sitting, Vote, WeightApproval
from commonweal_web.planning.models.listening import NeedOffer, Priority, PriorityAnswer, Sounding
from commonweal_web.planning.models.measures import Need, PlanMeasure, PlanNeed, Waiver
from commonweal_web.planning.models.plans import Document, Plan, PlanPart, PlanVersion, Stage
from commonweal_web.planning.models.policies import Panel, PanelMember, Policy

__all__ = [
    "Condition",
    "Document",
    "Interest",
    "Meeting",
    "Need",
    "NeedOffer",
    "Panel",
    "PanelMember",
    "Plan",
    "PlanMeasure",
    "PlanNeed",
    "PlanPart",
    "PlanVersion",
    "Policy",
    "Priority",
    "PriorityAnswer",
    "Sitting",
    "Sounding",
    "Stage",
    "Vote",
    "Waiver",
    "WeightApproval",
]

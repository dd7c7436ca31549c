"""What is done with a body's policy and its panels."""

from commonweal_web.planning.policies.services.panels import (
    PanelFields,
    panel_edit,
    panel_make,
    panel_seat,
    panel_unseat,
)
from commonweal_web.planning.policies.services.policies import (
    adopters,
    policy_adopt,
    policy_change,
    policy_draft,
    policy_leave,
    policy_propose,
    policy_send_back,
)

__all__ = [
    "PanelFields",
    "adopters",
    "panel_edit",
    "panel_make",
    "panel_seat",
    "panel_unseat",
    "policy_adopt",
    "policy_change",
    "policy_draft",
    "policy_leave",
    "policy_propose",
    "policy_send_back",
]

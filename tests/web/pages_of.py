"""Every address that can be opened with GET in a world, and what stands on a page."""

from __future__ import annotations

import functools
from html.parser import HTMLParser
from typing import Any

from django.urls import reverse

from commonweal_web.contracts.models import Change, Contract, Import, Kpi
from commonweal_web.delivery.models import (
    Claim,
    Confirmation,
    Decision,
    DoubleFlag,
    Movement,
    Reopening,
    Return,
    SampleDraw,
)
from commonweal_web.evidence.models import EvidenceItem, HeldUpload
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.models import Directorate, Identifier, Membership, TwoPersonRequest
from commonweal_web.performance.models import Action
from commonweal_web.planning.models import (
    Condition,
    Document,
    Meeting,
    Need,
    Panel,
    PanelMember,
    Plan,
    PlanMeasure,
    PlanPart,
    PlanVersion,
    Policy,
    Priority,
    PriorityAnswer,
    Sitting,
    Sounding,
    Stage,
)
from tests.web.doors import routes
from tests.web.world import World

BELOW_A_CONTRACT: dict[str, Any] = {
    "kpi_id": (Kpi, "contract"),
    "return_id": (Return, "contract"),
    "claim_id": (Claim, "ret__contract"),
    "change_id": (Change, "contract"),
    "item_id": (EvidenceItem, "contract"),
    "action_id": (Action, "contract"),
    "batch_id": (Import, "contract"),
    "flag_id": (DoubleFlag, "claim__ret__contract"),
    "movement_id": (Movement, "contract"),
    "reopening_id": (Reopening, "ret__contract"),
    "confirmation_id": (Confirmation, "claim__ret__contract"),
}
"""How the records that an address below a contract names are found."""


def addresses(world: World, *keys: str, forms: tuple[str, ...] = ("json",), most: int = 12) -> list[str]:
    """Return the addresses about the contracts `keys` (grounds if none is named) and about Northmere."""
    found = []
    contracts = [world.contracts[key] for key in keys or ("grounds",)]
    for route in routes():
        if route.is_of_the_library or route.is_public or route.pattern.startswith("account/"):
            continue
        for contract in contracts if "contract_id" in route.arguments else contracts[:1]:
            for values in _values(route.arguments, contract, forms, most):
                found.append(reverse(route.name, kwargs=values))
    return list(dict.fromkeys(found))


def _values(names: tuple[str, ...], contract: Contract, forms: tuple[str, ...], most: int) -> list[dict[str, Any]]:
    """Every combination of the records of one contract that an address can name."""
    made: list[dict[str, Any]] = [{}]
    for name in names:
        found = functools.partial(_choices, name, contract)
        made = [
            {**one, name: value} for one in made for value in (list(forms) if name == "form" else found(one)[:most])
        ]
    return made


def _choices(name: str, contract: Contract, so_far: dict[str, Any]) -> list[Any]:
    if name == "contract_id":
        return [contract.pk]
    if name == "organisation_id":
        return [contract.authority_id]
    if name == "directorate_id":
        return list(Directorate.objects.filter(organisation=contract.authority).values_list("pk", flat=True)[:1])
    if name in BELOW_A_CONTRACT:
        model, path = BELOW_A_CONTRACT[name]
        rows = model.objects.filter(**{path: contract})
        if name == "claim_id" and "return_id" in so_far:
            rows = rows.filter(ret=so_far["return_id"])
        if name in ("movement_id", "flag_id") and "claim_id" in so_far:
            rows = rows.filter(claim=so_far["claim_id"])
        return list(rows.order_by("pk").values_list("pk", flat=True)[:12])
    body = contract.authority_id
    rows = {
        "person_id": Membership.objects.filter(organisation=body).values_list("user_id", flat=True),
        "membership_id": Membership.objects.filter(organisation=body).values_list("pk", flat=True),
        "identifier_id": Identifier.objects.filter(organisation=body).values_list("pk", flat=True),
        "request_id": TwoPersonRequest.objects.values_list("pk", flat=True),
        "draw_id": SampleDraw.objects.values_list("pk", flat=True),
        "decision_id": Decision.objects.filter(claim__ret__contract=contract).values_list("pk", flat=True),
        "pack_id": Pack.objects.filter(body=body).values_list("pk", flat=True),
        "local_id": LocalMeasure.objects.filter(body=body).values_list("pk", flat=True),
        "policy_id": Policy.objects.filter(body=body).values_list("pk", flat=True),
        "panel_id": Panel.objects.filter(body=body).values_list("pk", flat=True),
        "member_id": PanelMember.objects.filter(panel=so_far.get("panel_id")).values_list("pk", flat=True),
        "plan_id": Plan.objects.filter(authority=body).values_list("pk", flat=True),
        "measure_id": PlanMeasure.objects.filter(plan=so_far.get("plan_id")).values_list("pk", flat=True),
        "part_id": PlanPart.objects.filter(plan=so_far.get("plan_id")).values_list("pk", flat=True),
        "stage_id": Stage.objects.filter(plan=so_far.get("plan_id")).values_list("pk", flat=True),
        "document_id": Document.objects.filter(plan=so_far.get("plan_id")).values_list("pk", flat=True),
        "number": PlanVersion.objects.filter(plan=so_far.get("plan_id")).values_list("number", flat=True),
        "meeting_id": Meeting.objects.filter(panel=so_far.get("panel_id")).values_list("pk", flat=True),
        "sitting_id": Sitting.objects.filter(plan=so_far.get("plan_id")).values_list("pk", flat=True),
        "condition_id": Condition.objects.filter(sitting__plan=so_far.get("plan_id")).values_list("pk", flat=True),
        "need_id": Need.objects.filter(body=body).values_list("pk", flat=True),
        "sounding_id": Sounding.objects.filter(plan=so_far.get("plan_id")).values_list("pk", flat=True),
        "priority_id": Priority.objects.filter(body=body).values_list("pk", flat=True),
        "answer_id": PriorityAnswer.objects.filter(priority=so_far.get("priority_id")).values_list("pk", flat=True),
        "key": HeldUpload.objects.values_list("key", flat=True),
    }
    return list(rows[name][:2]) if name in rows else []


class Reader(HTMLParser):
    """The tags of a page with their attributes, and its text, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    @classmethod
    def of(cls, answer: Any) -> Reader:
        made = cls()
        made.feed(answer.content.decode())
        made.close()
        return made

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

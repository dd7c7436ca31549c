"""One record of each kind in each place, and the values of the other arguments that addresses take."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.catalogue.root import data_root
from commonweal_web.contracts.models import (
    Assignment,
    BreakPoint,
    Change,
    Conflict,
    Contract,
    Import,
    Kpi,
    KpiTemplate,
    KpiVersion,
)
from commonweal_web.delivery.models import (
    Claim,
    Confirmation,
    Decision,
    DoubleFlag,
    Movement,
    Receipt,
    Reopening,
    Return,
    SampleDraw,
)
from commonweal_web.delivery.returns.canonical import canonical_text
from commonweal_web.evidence.models import EvidenceItem, HeldUpload, StoredFile
from commonweal_web.frameworks.models import Comment, Consultation, DropIn, LocalMeasure, Pack
from commonweal_web.mapping.models import Frozen, Sheet
from commonweal_web.mapping.sheets.selectors import token_hash
from commonweal_web.organisations.models import (
    ActingFor,
    Delegation,
    Identifier,
    Invitation,
    Membership,
    Organisation,
    TwoPersonRequest,
)
from commonweal_web.performance.models import Action, Review
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
from commonweal_web.planning.plans.content import content_of, sha256_of
from tests.web.doors import FOREIGN, MIXED, NOWHERE, OWN, SIBLING
from tests.web.mapping import sheet_makers
from tests.web.world import NOON, World, contact, contract

ABSENT = 987_654_321
IDENTIFIER_SCHEME = "XX-TEST"
WEEK = dt.timedelta(days=7)
POLICY = (data_root() / "policies" / "bodies" / "northmere.yaml").read_text()
TOP = ("contract_id", "organisation_id", "draw_id", "consultation_id", "plan_id", "meeting_id")
"""Arguments that name what the others lie below."""


@dataclass
class Who:
    """The people of one place, by what they did there."""

    supplier: str
    typist: str
    officer: str
    proposer: str
    director: str
    administrator: str
    tied: str


def records_of(world: World) -> dict[str, dict[str, Any]]:
    """Make one record of each kind in each place; return by place the value of every argument."""
    Membership.objects.filter(user=world.people["panel"]).update(directorate=world.directorates["Neighbourhoods"])
    sibling = contract(
        world, "sibling", "nmc", "brightwell", "NMC-2026-099", "Window cleaning",
        directorate=world.directorates["Corporate"], value_pence=5_000_000,
    )  # fmt: skip
    contact(world, sibling, "brightwell", "brightwell supplier")
    own = Who("harbourside", "supplier", "manager", "commissioner", "director", "administrator", "manager")
    other = Who(
        "brightwell", "brightwell supplier", "unassigned manager", "unassigned manager", "other director",
        "second platform administrator", "verifier",
    )  # fmt: skip
    away = Who(
        "calder", "calder supplier", "eastholt manager", "eastholt lead", "eastholt lead", "eastholt lead",
        "eastholt manager",
    )  # fmt: skip
    made = {
        OWN: _records(world, world.contracts["grounds"], own),
        SIBLING: _records(world, sibling, other),
        FOREIGN: _records(world, world.contracts["library"], away),
    }
    made[NOWHERE] = {name: "y" * 32 if name == "key" else ABSENT for name in made[OWN]}
    made[MIXED] = {name: made[OWN if name in TOP else FOREIGN][name] for name in made[OWN]}
    return made


def _records(world: World, place: Contract, who: Who) -> dict[str, Any]:
    kpi = place.kpis.first() or Kpi.objects.create(contract=place, ref="K1")
    if kpi.current is None:
        _version(kpi, world.people[who.proposer], world.people["director"])
    ret = Return.objects.create(
        contract=place, starts=dt.date(2026, 4, 1), ends=dt.date(2026, 6, 30), due=dt.date(2026, 7, 15),
        locks=dt.date(2026, 8, 4), state="submitted", received_at=NOON, first_received_at=NOON,
        submitted_by=world.people[who.typist],
    )  # fmt: skip
    Receipt.objects.create(
        ret=ret, number=1, received_at=NOON, by=world.people[who.typist], sha256="0" * 64,
        text=canonical_text(ret=ret, claims=[], number=1, received_at=NOON),
    )  # fmt: skip
    return {
        "contract_id": place.pk,
        "kpi_id": kpi.pk,
        "version_id": kpi.current.pk,
        "return_id": ret.pk,
        **_of_delivery(world, ret, kpi, who),
        **_of_evidence(world, place, who),
        **_of_the_contract(world, place, who),
        **_of_the_body(world, place, who),
        **_of_organisations(world, place.authority, who),
        **_of_mapping(world, who),
        **_of_frameworks(place.authority, world.people[who.officer]),
        **_of_planning(world, place, who),
    }


def _of_delivery(world: World, ret: Return, kpi: Kpi, who: Who) -> dict[str, Any]:
    officer, typist = world.people[who.officer], world.people[who.typist]
    claim = Claim.objects.create(ret=ret, kpi=kpi, kpi_version=kpi.current, state="submitted", amount=Decimal(1))
    other = Claim.objects.create(
        ret=ret, kpi=kpi, kpi_version=kpi.current, state="withdrawn", amount=Decimal(1), revision=2
    )
    decision = Decision.objects.create(
        claim=claim, verdict="ask", reason="r", by=officer, submitter=typist, at=NOON, form_key=f"key-{ret.pk}"
    )
    confirmation = Confirmation.objects.create(
        claim=claim, beneficiary="b", email="b@b.example", claimed=1, token_hash=f"{ret.pk:064x}", asked_by=typist,
        asked_at=NOON, expires_at=NOON + dt.timedelta(days=30),
    )  # fmt: skip
    movement = Movement.objects.create(
        contract=ret.contract, kpi=kpi, kpi_version=kpi.current, claim=claim, period_starts=ret.starts,
        period_ends=ret.ends, source="outside", target="pending", amount=1, by=typist, role="SDL", at=NOON,
    )  # fmt: skip
    return {
        "claim_id": claim.pk,
        "decision_id": decision.pk,
        "movement_id": movement.pk,
        "confirmation_id": confirmation.pk,
        "reopening_id": Reopening.objects.create(ret=ret, reason="r", asked_by=officer, asked_at=NOON).pk,
        "flag_id": DoubleFlag.objects.create(mark="m" * 64, kind="person", claim=claim, other=other, found_at=NOON).pk,
        "draw_id": SampleDraw.objects.create(
            organisation=ret.contract.authority, title="t", number="1", size=1, population=[decision.pk],
            population_hash="h", drawn=[decision.pk], drawn_by=officer, drawn_at=NOON,
        ).pk,
    }  # fmt: skip


def _of_evidence(world: World, place: Contract, who: Who) -> dict[str, Any]:
    typist = world.people[who.typist]
    stored = StoredFile.objects.create(
        sha256=f"{place.pk:064x}", size=1, media_type="text/plain", scan="none", stored_at=NOON
    )
    item = EvidenceItem.objects.create(
        contract=place, supplier=world.bodies[who.supplier], file=stored, name="a.txt", uploaded_by=typist,
        uploaded_at=NOON,
    )  # fmt: skip
    held = HeldUpload.objects.create(
        key=f"held{place.pk:028d}", contract=place, by=typist, name="people.xlsx", kind="xlsx", received="none",
        sha256="0" * 64, size=1, scan="none", at=NOON,
    )  # fmt: skip
    return {"item_id": item.pk, "key": held.key}


def _of_the_contract(world: World, place: Contract, who: Who) -> dict[str, Any]:
    officer = world.people[who.officer]
    change = Change.objects.create(
        contract=place, title="More", reason="r", effective=dt.date(2028, 4, 1), proposed_by=world.people[who.proposer],
        proposed_at=NOON,
    )  # fmt: skip
    review = Review.objects.create(contract=place, on=NOON.date(), present="all", recorded_by=officer, recorded_at=NOON)
    action = Action.objects.create(contract=place, review=review, text="t", owner="o", due=NOON.date())
    part = place.assignments.first() or Assignment.objects.create(
        contract=place, user=officer, part="deputy", starts=dt.date(2020, 1, 1), ends=dt.date(2020, 1, 2)
    )
    return {
        "change_id": change.pk,
        "review_id": review.pk,
        "action_id": action.pk,
        "assignment_id": part.pk,
        "contact_id": place.contacts.first().pk,
        "supplied_id": place.contract_suppliers.first().pk,
        "break_id": BreakPoint.objects.create(contract=place, on=dt.date(2028, 4, 1)).pk,
        "batch_id": _batch(place, officer, place).pk,
        "register_id": _batch(place, officer, None).pk,
    }


def _batch(place: Contract, officer: Any, of: Contract | None) -> Import:
    return Import.objects.create(
        kind="kpis" if of else "register", authority=place.authority, contract=of, file_name="a.xlsx", sha256="0" * 64,
        plan={"contracts": [], "kpis": []}, uploaded_by=officer, uploaded_at=NOON,
    )  # fmt: skip


def _of_the_body(world: World, place: Contract, who: Who) -> dict[str, Any]:
    tied, director = world.people[who.tied], world.people[who.director]
    return {
        "organisation_id": place.authority_id,
        "directorate_id": place.directorate_id,
        "template_id": KpiTemplate.objects.create(
            organisation=place.authority, name=place.reference, measure="NT17", deliverable="d", unit="hour"
        ).pk,
        "conflict_id": Conflict.objects.create(
            user=tied, organisation=world.bodies["oakline"], tie="t", starts=dt.date(2026, 1, 1), declared_by=tied,
            declared_at=NOON,
        ).pk,
        "delegation_id": Delegation.objects.create(
            organisation=place.authority, approver=director, delegate=world.people["deputy"], starts=NOON.date(),
            ends=NOON.date(), reason="r", created_at=NOON,
        ).pk,
    }  # fmt: skip


def _of_frameworks(body: Organisation, officer: Any) -> dict[str, Any]:
    """A consultation on a draft, with a comment and a session."""
    pack = Pack.objects.create(
        body=body, kind="framework", key=f"p{body.pk}", title="t", file_name="a.yaml", document="id: a",
        sha256="0" * 64, drafted_by=officer, drafted_at=NOON,
    )  # fmt: skip
    asked = Consultation.objects.create(
        body=body, pack=pack, title="t", introduction="i", opens=NOON.date(), closes=NOON.date() + WEEK,
        rows=[{"key": "A", "code": "A", "title": "a", "name": "A a", "text": "", "group": "", "facts": []}],
        created_by=officer, created_at=NOON,
    )  # fmt: skip
    drop_in = DropIn.objects.create(
        consultation=asked, starts_at=NOON + WEEK, ends_at=NOON + 2 * WEEK, where="w", seats=1
    )
    local = LocalMeasure.objects.create(
        body=body, code=f"L{LocalMeasure.objects.count()}", label="l", unit="hour", owner=officer,
        review_on=NOON.date(), created_by=officer, created_at=NOON,
    )  # fmt: skip
    return {
        "pack_id": pack.pk,
        "local_id": local.pk,
        "consultation_id": asked.pk,
        "comment_id": Comment.objects.create(consultation=asked, text="c", received_at=NOON).pk,
        "drop_in_id": drop_in.pk,
    }


def _of_planning(world: World, place: Contract, who: Who) -> dict[str, Any]:
    """A plan with one record of each kind, a policy, and a panel with a meeting."""
    officer, proposer, body = world.people[who.officer], world.people[who.proposer], place.authority
    plan = Plan.objects.create(
        authority=body, directorate=place.directorate, reference=f"P-{place.reference}", title="t", value_pence=1,
        starts=place.starts, ends=place.ends, created_by=proposer, created_at=NOON,
    )  # fmt: skip
    if who.proposer == "commissioner":
        for part, key in (("commissioner", "commissioner"), ("procurement", "procurement"), ("lead", "lead")):
            PlanPart.objects.create(plan=plan, user=world.people[key], part=part, starts=dt.date(2025, 4, 1))
    part = plan.parts.first() or PlanPart.objects.create(
        plan=plan, user=officer, part="lead", starts=dt.date(2020, 1, 1), ends=dt.date(2020, 1, 2)
    )
    need = Need.objects.create(body=body, title="t", source="s", created_by=officer, created_at=NOON)
    panel, _ = Panel.objects.get_or_create(body=body, name=f"Panel of {place.reference}")
    member = PanelMember.objects.create(panel=panel, user=officer, starts=dt.date(2020, 1, 1), ends=dt.date(2020, 1, 2))
    meeting = Meeting.objects.create(panel=panel, on=NOON.date(), made_by=officer, made_at=NOON)
    sitting = Sitting.objects.create(
        meeting=meeting, plan=plan, content={}, sha256="0" * 64, put_by=officer, put_at=NOON
    )
    stage = Stage.objects.create(plan=plan, kind="review")
    locked = content_of(plan)
    PlanVersion.objects.create(
        plan=plan, number=2, content=locked, sha256=sha256_of(locked), approved_by=officer, approved_at=NOON
    )
    document = Document.objects.create(
        plan=plan, stage=stage, title="t", file_name="a.txt", kind="txt", size=1, sha256="0" * 64, added_by=officer,
        added_at=NOON,
    )  # fmt: skip
    priority = Priority.objects.create(
        body=body, title="t", introduction="i", options=[{"key": "a", "title": "A"}], opens=NOON.date(),
        closes=NOON.date() + WEEK, made_by=officer, made_at=NOON,
    )  # fmt: skip
    asked = Consultation.objects.create(
        body=body, title="t", introduction="i", opens=NOON.date() + WEEK, closes=NOON.date() + WEEK,
        rows=[{"key": "Q1", "code": "Q1", "title": "Why?", "name": "Q1", "text": "", "group": "", "facts": []}],
        created_by=officer, created_at=NOON,
    )  # fmt: skip
    sounding = Sounding.objects.create(plan=plan, consultation=asked)
    policy = Policy.objects.create(
        body=body, label=f"of {place.reference}", starts=dt.date(2030, 1, 1), document=POLICY, sha256="0" * 64,
        drafted_by=officer, drafted_at=NOON,
    )  # fmt: skip
    return {
        "plan_id": plan.pk,
        "part_id": part.pk,
        "stage_id": stage.pk,
        "document_id": document.pk,
        "measure_id": PlanMeasure.objects.create(
            plan=plan, ref="L1", deliverable="d", unit="hour", proposed_by=proposer, proposed_at=NOON
        ).pk,
        "need_id": need.pk,
        "panel_id": panel.pk,
        "member_id": member.pk,
        "meeting_id": meeting.pk,
        "sitting_id": sitting.pk,
        "condition_id": Condition.objects.create(sitting=sitting, text="c").pk,
        "priority_id": priority.pk,
        "sounding_id": sounding.pk,
        "answer_id": PriorityAnswer.objects.create(priority=priority, ranking=["a"], received_at=NOON).pk,
        "policy_id": policy.pk,
    }  # fmt: skip


TOKEN = "x" * 43
"""The secret part of the link of a sheet that nobody keeps."""


def _of_mapping(world: World, who: Who) -> dict[str, Any]:
    """A sheet that the proposer of the place keeps for herself; and, once, one that nobody keeps."""
    text = sheet_makers.content()
    frozen, _ = Frozen.objects.get_or_create(
        digest=sheet_makers.frozen.digest(text), defaults={"content": text, "made_at": NOON}
    )
    facts = {"frozen": frozen, "made_at": NOON, "changed_at": NOON}
    Sheet.objects.get_or_create(token_hash=token_hash(TOKEN), defaults={**facts, "expires_on": NOON.date() + 56 * WEEK})
    kept = Sheet.objects.create(
        token_hash=f"{Sheet.objects.count():064x}", owner=world.people[who.proposer], title="t", kept_at=NOON, **facts
    )
    return {"sheet_id": kept.pk}


def _of_organisations(world: World, body: Organisation, who: Who) -> dict[str, Any]:
    """Records of the pages about a body, its people and its numbers."""
    administrator = world.people[who.administrator]
    over = {"starts": dt.date(2020, 1, 1), "ends": dt.date(2020, 1, 2)}
    acting, _ = ActingFor.objects.get_or_create(service=world.bodies["alder"], partner=body, defaults=over)
    number = Identifier.objects.create(
        organisation=body, scheme=IDENTIFIER_SCHEME, value=str(Identifier.objects.count())
    )
    colleague = Membership.objects.filter(organisation=body).exclude(user=administrator).order_by("-pk").first()
    ask = TwoPersonRequest.objects.create(
        kind="second_factor", organisation=body, person=colleague.user, reason="lost phone", asked_by=administrator,
        asked_at=NOON, expires_at=NOON + WEEK,
    )  # fmt: skip
    invitation = Invitation.objects.create(
        organisation=body, email=f"n{Invitation.objects.count()}@n.example", role="CM", invited_by=administrator,
        token_hash=f"{Invitation.objects.count():064x}", created_at=NOON, expires_at=NOON + WEEK,
    )  # fmt: skip
    return {
        "acting_id": acting.pk,
        "identifier_id": number.pk,
        "membership_id": colleague.pk,
        "person_id": colleague.user_id,
        "request_id": ask.pk,
        "invitation_id": invitation.pk,
    }


def _version(kpi: Kpi, proposer: Any, decider: Any) -> None:
    kpi.current = KpiVersion.objects.create(
        kpi=kpi, number=1, measure="NT17", deliverable="Hours", unit="hour", profile="even", target=10,
        value_per_unit=Decimal(2), state="approved", proposed_by=proposer, proposed_at=NOON, decided_by=decider,
        decided_at=NOON,
    )  # fmt: skip
    kpi.save(update_fields=["current"])

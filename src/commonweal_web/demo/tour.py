"""The tour: what to try, as whom, in the order of three journeys; and everybody one can be."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Min
from django.urls import reverse

from commonweal_web.contracts.models import Contract
from commonweal_web.delivery.models import Return
from commonweal_web.demo.deals import CLEANING, GROUNDS, HOME_CARE, KINGSMEAD, MEALS
from commonweal_web.demo.making import LEGACY
from commonweal_web.demo.planned import GROUNDS_PLAN, PLAY_PLAN, STREETS_PLAN
from commonweal_web.demo.year import SUMMER
from commonweal_web.organisations.models import Membership, User
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Plan


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the tour: as whom, what to do, and where it starts."""

    who: str
    does: str
    email: str = ""
    go_to: str = "/"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the tour."""

    title: str
    about: str
    steps: tuple[Step, ...]


def _contract(reference: str) -> int:
    return Contract.objects.get(reference=reference).pk


def _page(reference: str) -> str:
    return reverse("reports:contract", args=[_contract(reference)])


def _return(reference: str, starts: object) -> str:
    ret = Return.objects.get(contract__reference=reference, starts=starts)
    return reverse("delivery:return", args=[ret.contract_id, ret.pk])


def _plan(reference: str, page: str = "plan_page") -> str:
    plan = Plan.objects.get(authority__short_name="NMC", reference=reference)
    return reverse(f"planning:{page}", args=[plan.pk])


def _planning() -> Part:
    """Journey 1, on a plan that is begun, one before the panel, and the one that became the contract."""
    body = Plan.objects.get(authority__short_name="NMC", reference=PLAY_PLAN.reference).authority_id
    commissioner, lead = "commissioner@northmere.example", "social.value.lead@northmere.example"
    return Part(
        "From policy to an approved plan",
        "Northmere means to have its playgrounds repaired for £640,000. The plan is begun.",
        (
            Step(
                "The commissioner",
                "Read what the policy asks: tier major, 20 % in two halves, a delivery plan, at most six measures. Set "
                "the weight, choose measures and see why each is suggested and what it costs a bidder in minutes. Try "
                "a seventh. Record and sign off the four stages.",
                commissioner,
                _plan(PLAY_PLAN.reference),
            ),
            Step(
                "The social value lead",
                "Look at the quarter's average: 15, 20 and 25 % make 20.0 %. Once the commissioner sets 10 % for the "
                "playgrounds it is 17.5 %, and the plan is on the panel's list.",
                lead,
                reverse("planning:policy_portfolio", args=[body]),
            ),
            Step(
                "The chair of the panel",
                "Read the pack on street cleaning, which is before the panel of 15 July, and vote: approve, send back, "
                "or name a condition.",
                "panel.chair@northmere.example",
                _plan(STREETS_PLAN.reference, "panel_gateway"),
            ),
            Step(
                "The strategic director",
                "Open the plan of the grounds contract: the panel's condition on care leavers, how it was met, and "
                "version 1 with its hash. The director approved each measure.",
                "strategic.director@northmere.example",
                _plan(GROUNDS_PLAN.reference, "panel_gateway"),
            ),
        ),
    )


def parts() -> tuple[Part, ...]:
    """Return the tour with its addresses."""
    from commonweal_web.demo.journey import FIRST

    first, late = _return(GROUNDS.reference, SUMMER), _return(CLEANING.reference, FIRST)
    lead, manager = "social.value.lead@northmere.example", "contract.manager@northmere.example"
    return (
        _planning(),
        Part(
            "A first return, from typing to proof",
            "Harbourside Gardens looks after Northmere's parks. Its first return is due on 15 July 2026.",
            (
                Step(
                    "Harbourside's delivery lead",
                    "Fill in the return: NT1 8 FTE, NT10 13 weeks, NT17 75 hours, NT18 £31,250, NT31 nothing to "
                    "report, CL 1 person. Confirm both declarations and submit it.",
                    "delivery.lead@harbourside.example",
                    first,
                ),
                Step(
                    "Harbourside's delivery lead",
                    "Open the claim for NT17 and ask the Abbeyfield Youth Forum to confirm the hours "
                    "(coordinator@abbeyfieldforum.example). Then open the mail that went out, follow its link, and "
                    "confirm 60 of the 75 hours. It needs no account.",
                    "delivery.lead@harbourside.example",
                    first,
                ),
                Step("Nobody", "Choose the day 20 July 2026.", "", reverse("demo:day")),
                Step(
                    "The verifier",
                    "Say that you have no tie with Harbourside, then check its claims: NT1 7.5 of 8 FTE (one "
                    "half-time gardener lives outside the boundary), NT17 60 of 75 hours, the others whole.",
                    "verifier@northmere.example",
                    reverse("delivery:queue"),
                ),
                Step(
                    "The contract manager",
                    "Open the contract on one page: £97,300.00 is verified, £262.50 pending, £3,750.00 rejected. "
                    "Follow any figure to its working. Record the review meeting.",
                    manager,
                    _page(GROUNDS.reference),
                ),
            ),
        ),
        Part(
            "A late return, its lock and its reopening",
            "Brightwell Cleaning's return for July to September 2026 does not come by 15 October.",
            (
                Step("Nobody", "Choose the day 12 November 2026.", "", reverse("demo:day")),
                Step(
                    "Brightwell's delivery lead",
                    "Open the return: it says when it closed, why, that the draft is kept, and whom to ask.",
                    "delivery.lead@brightwell.example",
                    late,
                ),
                Step("The contract manager", "Ask that it be reopened, with a reason.", manager, late),
                Step(
                    "The social value lead",
                    "Grant it until 19 November. Look at the timeliness of July to September: 48 expected, 47 "
                    "received, 47 on time; once Brightwell has sent it, 48 received and 47 on time.",
                    lead,
                    late,
                ),
                Step(
                    "Brightwell's delivery lead",
                    "Send it: it stays marked 28 days late.",
                    "delivery.lead@brightwell.example",
                    late,
                ),
            ),
        ),
        Part(
            "More to look at",
            "A year of returns lies behind the demo, in all states.",
            (
                Step(
                    "The strategic director",
                    "A KPI for school meals waits: approve it, or send it back with a reason. Below it, contracts "
                    "in red and the next break points.",
                    "people.director@northmere.example",
                    "/",
                ),
                Step(
                    "The contract manager",
                    "A critical care service behind its targets.",
                    manager,
                    _page(HOME_CARE.reference),
                ),
                Step(
                    "The contract manager",
                    "A claim in dispute, and a question to the supplier.",
                    manager,
                    _page(MEALS.reference),
                ),
                Step(
                    "The social value lead",
                    "One apprentice whom two councils' contracts claim.",
                    lead,
                    reverse("delivery:doubles"),
                ),
                Step(
                    "The contract manager",
                    "A contract of thirty years without KPIs, and its next break point.",
                    manager,
                    _page(LEGACY),
                ),
                Step(
                    "The internal auditor",
                    "Search the log, verify its chain, draw a sample.",
                    "internal.auditor@northmere.example",
                    reverse("reports:log"),
                ),
                Step(
                    "The scrutiny chair",
                    "The council's portfolio, without people's data.",
                    "scrutiny.chair@northmere.example",
                    reverse("reports:portfolios"),
                ),
                Step(
                    "Calder and Rowe's administrator",
                    "A supplier of two councils.",
                    "administrator@calderrowe.example",
                    _page(KINGSMEAD.reference),
                ),
            ),
        ),
    )


def everybody() -> list[tuple[str, list[tuple[User, str]]]]:
    """Return every person one can be, by body, with their role in words."""
    people = User.objects.annotate(first=Min("memberships__pk")).filter(first__isnull=False).order_by("first")
    held = {row.pk: row for row in Membership.objects.select_related("organisation", "directorate")}
    groups: dict[str, list[tuple[User, str]]] = {}
    for user in people:
        row = held[user.first]  # type: ignore[attr-defined] # annotated above
        where = f", {row.directorate}" if row.directorate else ""
        groups.setdefault(row.organisation.name, []).append((user, f"{Role(row.role).label}{where}"))
    councils = {row.organisation.name for row in held.values() if row.organisation.is_authority}
    return sorted(groups.items(), key=lambda group: (group[0] not in councils, group[0]))

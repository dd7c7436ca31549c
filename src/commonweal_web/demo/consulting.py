"""
Three consultations of the demo: one that is closed and answered, one that is open, and one on links that comes.

The drafts are written as rows, as a body's keeper would have them; everything else is done by the services.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from commonweal_web.audit import services as audit
from commonweal_web.demo.stage import Act, Stage, at
from commonweal_web.frameworks.consulting import services
from commonweal_web.frameworks.models import Comment, Consultation, Pack

LEAD = "social.value.lead@northmere"
ANSWERED = "Definitions for food and care contracts"
OPEN = "Northmere's own measures for 2027"
COMING = "How the example framework links to the goals"
HEAD = """id: {key}
family: northmere
name: {title}
short_name: {short}
publisher: Northmere City Council (invented)
licence: own-wording
verified: true
checked_on: 2026-03-01
example: true
"""
FOOD = (
    HEAD.format(key="northmere-food-2026", title="Northmere food and care measures", short="NM food")
    + """
themes:
  - {code: CARE, label: Food and care, verified: true}
outcomes:
  - {code: FOOD, label: Better food for less waste, theme: CARE, verified: true}
measures:
  - code: NMF1
    label: Meals from local growers
    outcome: FOOD
    unit: count
    kind: quantity
    over_time: sum
    over_contracts: sum
    counts: Meals whose main ingredient was grown within 50 miles
    evidence: Invoices of growers
    verified: true
  - code: NMF2
    label: Food given to community kitchens
    outcome: FOOD
    unit: tonne
    kind: quantity
    over_time: sum
    over_contracts: sum
    counts: Food fit to eat that was handed to a community kitchen
    does_not_count: Food that was thrown away
    verified: true
"""
)
OWN = (
    HEAD.format(key="northmere-2027", title="Northmere measures 2027", short="NM-2027")
    + """
themes:
  - {code: WORK, label: Work and skills, verified: true}
  - {code: PLACE, label: Place and community, verified: true}
outcomes:
  - {code: JOBS, label: Good work for local people, theme: WORK, verified: true}
  - {code: GROUPS, label: Stronger community groups, theme: PLACE, verified: true}
measures:
  - code: NM1
    label: Local people employed
    outcome: JOBS
    unit: FTE-year
    kind: quantity
    over_time: sum
    over_contracts: sum
    counts: People who live in Northmere and work on the contract, hired or kept
    does_not_count: People who were employed for another contract at the same time
    unit_rule: 35 hours a week all year is 1.0
    evidence: Payroll extract with outward postcode
    verified: true
  - code: NM2
    label: Care leavers into work
    outcome: JOBS
    unit: person
    kind: quantity
    over_time: distinct
    over_contracts: distinct
    counts: People who left local authority care and start work on the contract, each once
    does_not_count: Anything after month 12
    evidence: Employer letter and confirmation of the leaving-care team
    verified: true
  - code: NM3
    label: Apprenticeship weeks
    outcome: JOBS
    unit: week
    kind: quantity
    over_time: sum
    over_contracts: sum
    counts: Weeks of apprentices who started because of the contract
    evidence: Apprenticeship agreement
    verified: true
  - code: NM4
    label: Hours given to community groups
    outcome: GROUPS
    unit: hour
    kind: quantity
    over_time: sum
    over_contracts: sum
    counts: Hours of staff in working time with a group in Northmere
    does_not_count: Hours of the staff's own time
    evidence: Confirmation of the group
    verified: true
  - code: NM5
    label: Spend with small firms and charities nearby
    outcome: GROUPS
    unit: GBP
    kind: money
    over_time: sum
    over_contracts: sum
    counts: Pounds paid to small firms, charities and social enterprises in Northmere
    evidence: Invoices with outward postcode
    verified: true
"""
)
LINKS = """id: fx-2026.1__sdg
from: fx-2026.1
to: sdg
label: From the example framework to the goals
licence: own-wording
author: Northmere City Council (invented)
verified: false
checked_on: 2026-06-30
rows:
  - {from: fx-2026.1/NT1, to: sdg/8.5, relation: narrower, reason: work for local people is part of full employment}
  - {from: fx-2026.1/CL, to: sdg/8.6, relation: related, reason: care leavers are young people out of work}
  - {from: fx-2026.1/NT10, to: sdg/4.4, relation: narrower, reason: apprenticeships give skills for work}
  - {from: fx-2026.1/NT31, to: sdg/13.2, relation: related, reason: carbon saved in a contract is no national plan}
"""
SAID = (
    ("NM1", "Part-time staff with caring duties should count in full.", "Hana Dell", "sme"),
    ("NM1", "Please say what happens to people who move out of the city during the contract.", "", "council"),
    ("NM2", "Twelve months is too short. Our young people often start late in the contract.", "Abbeyfield Youth Forum",
     "vcse"),
    ("NM4", "Count the time that groups spend on hosting volunteers. It is not free for us.", "", "vcse"),
    ("NM5", "Does a branch of a national charity count?", "", ""),
    ("", "Five measures are about right. Do not add more.", "Bella Wynn", "sme"),
)  # fmt: skip
FOOD_SAID = (
    ("NMF1", "Fifty miles reaches three other counties. Use thirty.", "", "resident", "partly",
     "We keep fifty miles for grain and use thirty for vegetables and milk."),
    ("NMF1", "Growers cannot say where an ingredient of a mix comes from.", "Larder and Field", "sme", "declined",
     "The main ingredient is enough; nobody has to know the rest."),
    ("NMF2", "Weigh it in kilograms. Nobody gives a tonne.", "Tollgate Food Pantry", "vcse", "accepted",
     "The unit becomes kilograms."),
    ("", "The department welcomes the draft.", "", "department", "noted", "Thank you."),
)  # fmt: skip
SUMMARY = """Four comments came, from a resident, a caterer, a food pantry and a department.

The pantry was right that nobody hands over a tonne: the unit becomes kilograms. Growers nearer to the city get more \
weight for what is fresh. What a meal counts by stays as it was."""


def acts() -> list[Act]:
    """Return what happens, in its order."""
    return [
        Act(at(2026, 3, 2), _put_food_to_comment, "consultation on food measures"),
        Act(at(2026, 3, 20), _comment_on_food, "comments on food measures"),
        Act(at(2026, 4, 27), _answer_on_food, "answers on food measures"),
        Act(at(2026, 6, 10), _put_own_to_comment, "consultation on own measures"),
        Act(at(2026, 6, 24), _comment_on_own, "comments on own measures"),
        Act(at(2026, 7, 6), _put_links_to_comment, "consultation on links"),
    ]


def _put_food_to_comment(stage: Stage, now: dt.datetime) -> None:
    draft = _draft(stage, "northmere-food-2026", "Northmere food and care measures", FOOD, now)
    words = "We want two measures for food in care homes and schools. Tell us whether they can be counted."
    _ask(stage, draft, ANSWERED, words, dt.date(2026, 3, 9), dt.date(2026, 4, 17), now)


def _comment_on_food(_: Stage, now: dt.datetime) -> None:
    asked = Consultation.objects.get(title=ANSWERED)
    for row, text, name, kind, _outcome, _answer in FOOD_SAID:
        services.send_comment(consultation=asked, row=row, text=text, name=name, kind=kind, arrived=now)


def _answer_on_food(stage: Stage, now: dt.datetime) -> None:
    asked, lead = Consultation.objects.get(title=ANSWERED), stage.person(LEAD)
    pack = Pack.objects.get(consultations=asked)
    pack.document = FOOD.replace("unit: tonne", "unit: kg").replace("within 50 miles", "within 30 miles")
    pack.sha256 = hashlib.sha256(pack.document.encode()).hexdigest()
    pack.save(update_fields=["document", "sha256"])
    for _row, text, _name, _kind, outcome, answer in FOOD_SAID:
        said = Comment.objects.get(consultation=asked, text=text)
        services.answer_comment(comment=said, outcome=outcome, answer=answer, version=None, by=lead, now=now)
    services.publish(consultation=asked, summary=SUMMARY, version=None, by=lead, now=now)


def _put_own_to_comment(stage: Stage, now: dt.datetime) -> None:
    draft = _draft(stage, "northmere-2027", "Northmere measures 2027", OWN, now)
    words = (
        "From April 2027 we want to ask every supplier for the same five things. This is our draft.\n\n"
        "Tell us of each measure whether you could count it, what it would cost you, and what is missing."
    )
    asked = _ask(stage, draft, OPEN, words, dt.date(2026, 6, 15), dt.date(2026, 7, 31), now)
    for day, seats in ((24, 30), (22, 1)):
        month = 6 if day == 24 else 7
        services.add_drop_in(
            consultation=asked,
            starts_at=at(2026, month, day, 14),
            ends_at=at(2026, month, day, 16),
            where="Central Library, room 2",
            seats=seats,
            by=stage.person(LEAD),
            now=now,
        )


def _comment_on_own(_: Stage, now: dt.datetime) -> None:
    asked = Consultation.objects.get(title=OPEN)
    for row, text, name, kind in SAID:
        services.send_comment(consultation=asked, row=row, text=text, name=name, kind=kind, arrived=now)
    last = asked.drop_ins.order_by("starts_at").last()
    if last is not None:
        services.book(drop_in=last, name="Gwen Hale", email="gwen@abbeyfieldforum.example", arrived=now)


def _put_links_to_comment(stage: Stage, now: dt.datetime) -> None:
    draft = _draft(stage, "fx-2026.1__sdg", "From the example framework to the goals", LINKS, now, kind="links")
    words = "Each link says how far a measure serves a goal, and why. Tell us where a link claims too much."
    _ask(stage, draft, COMING, words, dt.date(2026, 8, 2), dt.date(2026, 10, 3), now)


def _draft(stage: Stage, key: str, title: str, document: str, now: dt.datetime, *, kind: str = "framework") -> Pack:
    lead = stage.person(LEAD)
    made = Pack.objects.create(
        body=stage.body("northmere"),
        kind=kind,
        key=key,
        title=title,
        file_name=f"{key}.yaml",
        document=document,
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        licence="own-wording",
        drafted_by=lead,
        drafted_at=now,
    )
    audit.record(
        organisation_id=made.body_id, by=lead, role="SVL", verb="pack.drafted", record=made, now=now,
        new={"key": key, "sha256": made.sha256},
    )  # fmt: skip
    return made


def _ask(
    stage: Stage, pack: Pack, title: str, words: str, opens: dt.date, closes: dt.date, now: dt.datetime
) -> Consultation:
    return services.create(
        pack=pack, title=title, introduction=words, opens=opens, closes=closes, by=stage.person(LEAD), now=now
    )

"""The invented bodies and people of the demo. They are written as rows: nobody is there yet who could make them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.organisations.models import ActingFor, Directorate, Identifier, Membership, Organisation, User
from commonweal_web.organisations.roles import Role

BEGIN = dt.date(2025, 4, 1)
DOMAIN = "{}.example"
PLACE = "Manchester"
"""Northmere is invented and no postcode lies in it, so the place test of the demo takes the boundary of this one."""


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation: what it is called, what it is, and its number."""

    name: str
    kinds: tuple[str, ...]
    short: str = ""
    number: str = ""
    scheme: str = "GB-COH"
    size: str = ""
    place: str = ""


BODIES: dict[str, Body] = {
    "platform": Body("Commonweal platform", ("platform",)),
    "northmere": Body("Northmere City Council", ("authority",), "NMC", place=PLACE),
    "eastholt": Body("Eastholt Borough Council", ("authority",), "EBC"),
    "wyremoor": Body("Wyremoor District Council", ("authority",), "WDC"),
    "estates": Body("Estates Buying Office", ("authority",), "EBO"),
    "alder": Body("ALDER Procurement", ("shared_service",), "ALDER"),
    "harbourside": Body("Harbourside Gardens CIC", ("supplier", "vcse"), number="09876543", size="small"),
    "brightwell": Body("Brightwell Cleaning Ltd", ("supplier",), number="01234567", size="medium"),
    "calderrowe": Body("Calder & Rowe Construction Ltd", ("supplier",), number="00456789", size="large"),
    "oakline": Body("Oakline Grounds Ltd", ("supplier",), number="07654321", size="medium"),
    "verdant": Body("Verdant Facilities plc", ("supplier",), number="02345678", size="large"),
    "pennant": Body("Pennant Build Ltd", ("supplier",), number="03456789", size="medium"),
    "willowbrook": Body("Willowbrook Home Care CIC", ("supplier", "vcse"), number="08765432", size="medium"),
    "halden": Body("Halden Estates (Grove Rise) Ltd", ("supplier",), number="04567890", size="large"),
    "larder": Body("Larder and Field Catering Ltd", ("supplier",), number="05678901", size="small"),
    "plainspoken": Body("Plainspoken Language Services Ltd", ("supplier",), number="06789012", size="small"),
    "foxholes": Body("Foxholes Transport Ltd", ("supplier",), number="07890123", size="medium"),
    "riverside": Body("Westvale Youth Advocacy", ("supplier", "vcse"), number="1098765", scheme="GB-CHC", size="small"),
    "kelder": Body("Kelder Fleet Services Ltd", ("supplier",), number="08901234", size="medium"),
    "abbeyfieldforum": Body("Abbeyfield Youth Forum", ("vcse",), number="1122334", scheme="GB-CHC"),
    "tollgatepantry": Body("Tollgate Food Pantry", ("vcse",), number="1133445", scheme="GB-CHC"),
    "riverfriends": Body("Westvale River Friends", ("vcse",), number="1144556", scheme="GB-CHC"),
}
SMALL_SUPPLIERS: dict[str, str] = {
    "inglemere": "Inglemere Window Cleaning Ltd",
    "mossend": "Mossend Lifts Ltd",
    "quernside": "Quernside Print CIC",
    "penhallow": "Penhallow Fencing Ltd",
    "greywater": "Greywater Pest Control Ltd",
    "lowgate": "Lowgate Security Ltd",
    "dunmoor": "Dunmoor Training CIC",
    "ellerby": "Ellerby Joinery Ltd",
}
DIRECTORATES: dict[str, tuple[str, ...]] = {
    "northmere": ("Neighbourhoods", "Children's", "Growth", "Adults", "Corporate"),
    "eastholt": ("Growth", "Neighbourhoods"),
    "wyremoor": ("Services",),
    "estates": ("Agreements",),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A person: local part of the address, name, body, role, and the directorates that the role is for."""

    local: str
    name: str
    body: str
    role: Role
    directorates: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        return f"{self.local}@{DOMAIN.format(self.body)}"


PEOPLE: tuple[Person, ...] = (
    Person("delivery.lead", "Hana Dell", "harbourside", Role.SDL),
    Person("administrator", "Hal Reed", "harbourside", Role.SA),
    Person("verifier", "Vera Lund", "northmere", Role.CM),
    Person("second.verifier", "Sam Okoro", "northmere", Role.CM),
    Person("contract.manager", "Maya Singh", "northmere", Role.CM),
    Person("deputy.manager", "Dev Rowan", "northmere", Role.CM),
    Person("social.value.lead", "Leila Owusu", "northmere", Role.SVL),
    Person("commissioner", "Colm Hart", "northmere", Role.COM),
    Person("strategic.director", "Dinah Frost", "northmere", Role.APP, ("Neighbourhoods",)),
    Person("corporate.director", "Otis Vane", "northmere", Role.APP, ("Corporate", "Growth")),
    Person("people.director", "Paula Reyes", "northmere", Role.APP, ("Adults", "Children's")),
    Person("head.of.service", "Hugh Palmer", "northmere", Role.CM),
    Person("panel.chair", "Pat Lowe", "northmere", Role.CAT, ("Neighbourhoods",)),
    Person("panel.member", "Paz Reid", "northmere", Role.CAT, ("Neighbourhoods",)),
    Person("scrutiny.chair", "Kit Byrne", "northmere", Role.SCR),
    Person("internal.auditor", "Aud Finch", "northmere", Role.AUD),
    Person("administrator", "Bea Adler", "northmere", Role.BA),
    Person("procurement.officer", "Prue Oakes", "alder", Role.PRO),
    Person("head.of.procurement", "Hetty Quayle", "alder", Role.PRO),
    Person("delivery.lead", "Bella Wynn", "brightwell", Role.SDL),
    Person("administrator", "Bo Wynn", "brightwell", Role.SA),
    Person("social.value.manager", "Cal Rowe", "calderrowe", Role.SDL),
    Person("administrator", "Cass Rowe", "calderrowe", Role.SA),
    Person("coordinator", "Gwen Hale", "abbeyfieldforum", Role.VCS),
    Person("bid.writer", "Bryn Ash", "verdant", Role.SBW),
    Person("social.value.lead", "Esme Holt", "eastholt", Role.SVL),
    Person("contract.manager", "Ed Holt", "eastholt", Role.CM),
    Person("deputy.manager", "Dot Marsh", "eastholt", Role.CM),
    Person("strategic.director", "Ewan Shaw", "eastholt", Role.APP, ("Growth", "Neighbourhoods")),
    Person("social.value.lead", "Wyn Parry", "wyremoor", Role.SVL),
    Person("contract.manager", "Will Carr", "wyremoor", Role.CM),
    Person("deputy.manager", "Wanda Ives", "wyremoor", Role.CM),
    Person("strategic.director", "Winifred Cole", "wyremoor", Role.APP, ("Services",)),
    Person("social.value.lead", "Nell Avery", "estates", Role.SVL),
    Person("contract.manager", "Noor Aziz", "estates", Role.CM),
    Person("deputy.manager", "Ned Barlow", "estates", Role.CM),
    Person("strategic.director", "Nora Quill", "estates", Role.APP, ("Agreements",)),
    *(
        Person("delivery.lead", name, body, Role.SDL)
        for body, name in (
            ("oakline", "Olu Grant"),
            ("verdant", "Vic Moss"),
            ("pennant", "Peg Nash"),
            ("willowbrook", "Will Brook"),
            ("larder", "Lara Field"),
            ("plainspoken", "Plamen Stoev"),
            ("foxholes", "Fay Cox"),
            ("riverside", "Rory Side"),
            ("kelder", "Kay Elder"),
            ("halden", "Hari Den"),
        )
    ),
    *(Person("delivery.lead", f"{key.title()} office", key, Role.SDL) for key in SMALL_SUPPLIERS),
    Person("administrator", "Pia Root", "platform", Role.PA),
    Person("second.administrator", "Per Root", "platform", Role.PA),
)


@transaction.atomic
def make(now: dt.datetime) -> None:
    """Write every body and person, each organisation with one row of the log."""
    bodies = {key: _body(key, body, now) for key, body in BODIES.items()}
    for key, name in SMALL_SUPPLIERS.items():
        bodies[key] = _body(key, Body(name, ("supplier",), size="micro"), now)
    directorates = {
        (key, name): Directorate.objects.create(organisation=bodies[key], name=name)
        for key, names in DIRECTORATES.items()
        for name in names
    }
    ActingFor.objects.create(service=bodies["alder"], partner=bodies["northmere"], starts=BEGIN)
    users = {}
    for person in PEOPLE:
        user = User.objects.create_user(person.email, None, name=person.name, joined_at=now)
        users[person.email] = user
        for directorate in person.directorates or (None,):
            Membership.objects.create(
                user=user,
                organisation=bodies[person.body],
                role=person.role,
                directorate=directorates[person.body, directorate] if directorate else None,
                starts=BEGIN,
            )
    Directorate.objects.filter(organisation=bodies["northmere"]).update(head=users["head.of.service@northmere.example"])


def _body(key: str, body: Body, now: dt.datetime) -> Organisation:
    made = Organisation.objects.create(
        name=body.name,
        short_name=body.short,
        size=body.size,
        place=body.place,
        email_domain=DOMAIN.format(key),
        created_at=now,
        **{f"is_{kind}": True for kind in body.kinds},
    )
    if body.number:
        Identifier.objects.create(organisation=made, scheme=body.scheme, value=body.number)
    audit.record(
        organisation_id=made.pk, by=None, role="system", verb="demo.organisation_made", record=made, now=now, new={}
    )
    return made

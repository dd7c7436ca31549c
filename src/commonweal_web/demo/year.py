"""A year of returns in every state: in time, late, missing, reopened, nil, part, rejected, disputed, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from commonweal.periods import add_months
from commonweal_web.delivery.returns.builders import Person
from commonweal_web.delivery.verification.deciding import Wish
from commonweal_web.demo import deals
from commonweal_web.demo.deals import Deal
from commonweal_web.demo.returning import Quarter, Said
from commonweal_web.demo.stage import Act

D = dt.date
SUMMER_BEFORE, AUTUMN, WINTER, SPRING, SUMMER = (
    D(2025, 4, 1),
    D(2025, 7, 1),
    D(2025, 10, 1),
    D(2026, 1, 1),
    D(2026, 4, 1),
)
"""First days of the quarters that are told here, by the season in which their returns come."""
APPRENTICE = Person("JT", "M14", amount=Decimal(26), identifier="QQ123456C".replace("QQ", "AB"))
"""One apprentice whom two contracts of two councils claim (an invented number)."""


LETTER = """{}

We confirm that {} between 1 April and 30 June 2026.

(An invented letter of the demo.)
"""


def letter(group: str, what: str) -> tuple[str, str]:
    """A letter as evidence: its file name and text."""
    return f"{group.lower().replace(' ', '-')}.txt", LETTER.format(group, what)


def acts() -> list[Act]:
    """Return the acts of the year before the demo begins."""
    found = [*_home_care(), *_trees(), *_meals(), *_hard_fm(), *_roads(), *_translation(), *_transport(), *_advocacy()]
    return [*found, *_agreement(), *_cleaning(), *_apprentice(), *_elsewhere()]


def quarter(deal: Deal, starts: dt.date) -> Quarter:
    return Quarter(deal.reference, starts, f"{deal.contact}@{deal.supplier}")


def due(starts: dt.date, months: int = 3) -> dt.date:
    """Return the fifteenth day after a period that begins on `starts`."""
    return add_months(starts, months) + dt.timedelta(days=14)


def part(accepted: str, rejected: str, reason: str) -> Wish:
    return Wish("part", accepted=Decimal(accepted), rejected=Decimal(rejected) if rejected else None, reason=reason)


def _plain(deal: Deal, starts: dt.date, early: int = 3, **answers: str) -> list[Act]:
    """A return in time, accepted whole a fortnight later."""
    told, day = quarter(deal, starts), due(starts) - dt.timedelta(days=early)
    return [told.sent(day, answers), told.checked(day + dt.timedelta(days=14))]


def _home_care() -> Iterator[Act]:
    wages = Said("184", of="184", account="Every rota of the quarter was paid at the rate or above.")
    first = quarter(deals.HOME_CARE, AUTUMN)
    yield first.sent(D(2025, 10, 10), {"TRN": "2", "NT17": "70", "RLW": wages})
    yield first.checked(D(2025, 10, 24))
    second = quarter(deals.HOME_CARE, WINTER)
    yield second.sent(D(2026, 1, 13), {"TRN": "2", "NT17": "58", "RLW": Said("181", of="181")})
    yield second.checked(D(2026, 1, 28), TRN=part("1", "1", "One trainee had not completed the course by 31 December."))
    third = quarter(deals.HOME_CARE, SPRING)
    yield third.sent(
        D(2026, 4, 14),
        {"TRN": "3", "NT17": "100", "RLW": Said("184", of="184")},
        account="Recruitment was hard in the winter, and two carers' groups did not meet.",
    )
    yield third.checked(D(2026, 4, 29), TRN=part("2", "1", "One certificate is of a course from before the contract."))
    fourth = quarter(deals.HOME_CARE, SUMMER)
    yield fourth.begun(D(2026, 7, 6), {"TRN": "1", "NT17": "40"})


def _trees() -> Iterator[Act]:
    yield from _plain(deals.TREES, AUTUMN, NT1="1", NT10="13", NT17="30")
    second = quarter(deals.TREES, WINTER)  # six days late
    yield second.sent(D(2026, 1, 21), {"NT1": "0.95", "NT10": "13", "NT17": "22"})
    yield second.checked(D(2026, 2, 4))
    third = quarter(deals.TREES, SPRING)
    yield third.sent(D(2026, 4, 9), {"NT1": "1", "NT10": "12", "NT17": "34"})
    reason = "The group says that the planting day of 14 March was cancelled."
    yield third.checked(D(2026, 4, 23), NT17=Wish("reject", reason=reason))
    fourth = quarter(deals.TREES, SUMMER)
    yield fourth.sent(
        D(2026, 7, 6),
        {
            "NT1": "1",
            "NT10": "13",
            "NT17": Said(
                "31",
                account="Four Saturdays in two parks.",
                file=letter("Friends of Kingsmead Park", "31 hours were given in our park"),
            ),
        },
    )


def _meals() -> Iterator[Act]:
    yield from _plain(deals.MEALS, AUTUMN, NT1="2.5", NT18="81200")
    yield from _plain(deals.MEALS, WINTER, NT1="2.4", NT18="77450.50")
    third = quarter(deals.MEALS, SPRING)
    yield third.sent(D(2026, 4, 13), {"NT1": "2.5", "NT18": "92000"})
    reason = "A wholesaler's depot lies in the city, its growers do not; both sides read the rule otherwise."
    yield third.checked(D(2026, 4, 28), NT18=Wish("dispute", disputed=Decimal(30000), reason=reason))
    fourth = quarter(deals.MEALS, SUMMER)
    yield fourth.sent(D(2026, 7, 3), {"NT1": "2.6", "NT18": "80100"})
    yield fourth.checked(D(2026, 7, 7), NT1=Wish("ask", reason="Which of the kitchens are new in this quarter?"))


def _hard_fm() -> Iterator[Act]:
    """Journey 10's call-off: eight metrics of another method, two apprentices so far."""
    first = quarter(deals.HARD_FM, AUTUMN)
    nil = Said(nil="The controls are fitted in November.")
    yield first.sent(D(2025, 10, 14), hard_fm_said("1", "28", "19400", nil))
    yield first.checked(D(2025, 10, 28))
    second = quarter(deals.HARD_FM, WINTER)
    yield second.sent(D(2026, 1, 12), hard_fm_said("", "31", "20100", "1.6"))
    yield second.checked(D(2026, 1, 26))
    third = quarter(deals.HARD_FM, SPRING)
    yield third.sent(D(2026, 4, 10), hard_fm_said("1", "32", "20600", "2.1"))
    yield third.checked(D(2026, 4, 24))
    yield third.corrected(D(2026, 4, 30), "SV6", "29", "The Saturday of 7 March stood in the list twice.")
    yield third.checked(D(2026, 5, 5))


def hard_fm_said(apprentices: str, hours: str, spend: str, carbon: Said | str) -> dict[str, Said | str]:
    """Return what Verdant says of its eight metrics; "" apprentices are nobody, with the reason."""
    nobody = Said(nil="Nobody started in this quarter.")
    return {
        "SV1": "2",
        "SV2": Said(apprentices, place="TLG") if apprentices else nobody,
        "SV3": nobody,
        "SV4": Said("21", of="21"),
        "SV5": Said("6", of="10"),
        "SV6": hours,
        "SV7": spend,
        "SV8": carbon,
    }


def _agreement() -> Iterator[Act]:
    """Journey 10's agreement: 31 apprentices to date in four regions, of which four are not placed."""
    placed = ((SUMMER_BEFORE, "9", "TLG"), (AUTUMN, "6", "TLF"), (WINTER, "7", "TLD"), (SPRING, "5", "TLE"))
    for starts, people, region in placed:
        told, day = quarter(deals.AGREEMENT, starts), due(starts) - dt.timedelta(days=4)
        yield told.sent(day, {"SV2": Said(people, place=region), "SV6": "372"})
        yield told.checked(day + dt.timedelta(days=14), by="deputy.manager@estates")
    last = quarter(deals.AGREEMENT, SUMMER)
    yield last.sent(D(2026, 7, 3), {"SV2": Said("4", account="Their sites are still to be named."), "SV6": "366"})
    yield last.checked(D(2026, 7, 7), by="deputy.manager@estates")


def _roads() -> Iterator[Act]:
    yield from _plain(deals.ROADS, AUTUMN, NT1="3.1", NT10="26", NT31="5.2")
    second = quarter(deals.ROADS, WINTER)
    answers = {"NT1": "3", "NT10": "25", "NT31": "3.9"}
    yield second.sent(D(2026, 1, 8), answers)
    yield second.recalled(D(2026, 1, 9), "The tonnes of December were missing.")
    yield second.sent(D(2026, 1, 12), answers)
    yield second.checked(D(2026, 1, 27))
    yield from _plain(deals.ROADS, SPRING, NT1="3", NT10="27", NT31="4.4")
    fourth = quarter(deals.ROADS, SUMMER)
    college = letter("Harbour College", "two apprentices worked 13 weeks each on road works")
    yield fourth.sent(D(2026, 7, 7), {"NT1": "3.2", "NT10": Said("26", file=college), "NT31": "6"})


def _translation() -> Iterator[Act]:
    for starts, hours in ((AUTUMN, "20"), (WINTER, "19"), (SPRING, "23")):
        yield from _plain(deals.TRANSLATION, starts, NT17=hours)
    fourth = quarter(deals.TRANSLATION, SUMMER)
    yield fourth.sent(D(2026, 7, 2), {"NT17": "21"})
    yield fourth.checked(D(2026, 7, 7))


def _transport() -> Iterator[Act]:
    first = quarter(deals.TRANSPORT, AUTUMN)  # late
    yield first.sent(D(2025, 10, 24), {"NT1": "1.4"})
    yield first.checked(D(2025, 11, 7))
    yield from _plain(deals.TRANSPORT, WINTER, NT1="1.5")
    third = quarter(deals.TRANSPORT, SPRING)  # never came; locked on 5 May
    yield third.begun(D(2026, 4, 20), {"NT1": "1.5"})
    yield third.reopening_asked(D(2026, 7, 6), "Their office manager was ill in April, and they now have a deputy.")


def _advocacy() -> Iterator[Act]:
    yield from _plain(deals.ADVOCACY, AUTUMN, NT17="42", TRN="1")
    second = quarter(deals.ADVOCACY, WINTER)  # locked on 4 February, reopened, 33 days late
    yield second.begun(D(2026, 1, 14), {"NT17": "38"})
    yield second.reopening_asked(D(2026, 2, 9), "Their treasurer left; the figures are ready now.")
    yield second.reopening_granted(D(2026, 2, 10), D(2026, 2, 24))
    yield second.sent(D(2026, 2, 17), {"NT17": "38", "TRN": Said(nil="The course ends in March.")})
    yield second.checked(D(2026, 3, 3))
    yield from _plain(deals.ADVOCACY, SPRING, NT17="40", TRN="1")


def _cleaning() -> Iterator[Act]:
    """Journey 5's supplier: late twice before, in time once."""
    for starts, day in ((WINTER, D(2026, 1, 19)), (SPRING, D(2026, 4, 20))):
        told = quarter(deals.CLEANING, starts)
        yield told.sent(day, {"NT1": "1.9", "NT17": "20"})
        yield told.checked(day + dt.timedelta(days=10))
    hall = letter("Tollgate Community Hall", "our hall was cleaned for 18 hours without charge")
    yield quarter(deals.CLEANING, SUMMER).sent(D(2026, 7, 7), {"NT1": "2", "NT17": Said("18", file=hall)}, hour=17)


def _apprentice() -> Iterator[Act]:
    """Journey 6: the same person's 26 weeks on two contracts of two councils; neither sees more than that."""
    for deal, day in ((deals.KINGSMEAD, D(2026, 4, 13)), (deals.LIBRARY, D(2026, 4, 14))):
        told = Quarter(deal.reference, D(2025, 4, 1), "social.value.manager@calderrowe")
        answers: dict[str, Said | str] = {"NT10": Said("26", people=(APPRENTICE,))}
        if deal is deals.KINGSMEAD:
            answers["NT18"] = "412000"
        yield told.sent(day, answers)


def _elsewhere() -> Iterator[Act]:
    for deal, checker, answers in (
        (deals.PARKS, "contract.manager@eastholt", {"NT17": "48", "NT10": "13"}),
        (deals.FLEET, "contract.manager@wyremoor", {"NT10": "19"}),
    ):
        for starts in (AUTUMN, WINTER, SPRING):
            told, day = quarter(deal, starts), due(starts) - dt.timedelta(days=4)
            yield told.sent(day, answers)
            yield told.checked(day + dt.timedelta(days=12), by=checker)

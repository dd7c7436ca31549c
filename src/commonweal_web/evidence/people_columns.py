"""
Find the columns of a spreadsheet that tell of people, by their headings and by what stands in their cells.

A heading decides first; then the cells, because files from payroll programs are messy. In doubt a column is taken to
tell of people: the person who uploads sees each choice with its reason and can change it.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.headings import key
from commonweal.workbooks.raw import Sheet

ROWS_SEARCHED = 40
SAMPLE = 400
MOST = 0.6
FEW = 3


class Tells(enum.StrEnum):
    """What a column tells of a person."""

    NAME = "name"
    NI = "ni"
    BORN = "born"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    BANK = "bank"
    NUMBER = "number"
    SPECIAL = "special"
    NOTHING = ""


class Treat(enum.StrEnum):
    """What becomes of a column in the redacted copy."""

    KEEP = "keep"
    INITIALS = "initials"
    OUTWARD = "outward"
    DROP = "drop"


WORDS: Mapping[Tells, str] = MappingProxyType(
    {
        Tells.NAME: "names of people",
        Tells.NI: "National Insurance numbers",
        Tells.BORN: "dates of birth or ages",
        Tells.EMAIL: "e-mail addresses",
        Tells.PHONE: "telephone numbers",
        Tells.ADDRESS: "addresses",
        Tells.POSTCODE: "postcodes",
        Tells.BANK: "bank details",
        Tells.NUMBER: "personal reference numbers",
        Tells.SPECIAL: "health, belief, origin or the like",
        Tells.NOTHING: "nothing about a person that we noticed",
    }
)
TREATMENT: Mapping[Tells, Treat] = MappingProxyType(
    {Tells.NAME: Treat.INITIALS, Tells.POSTCODE: Treat.OUTWARD, Tells.NOTHING: Treat.KEEP}
)
"""What is proposed; whatever is not listed is dropped."""

# Read in this order; the first pattern that fits a heading decides. Headings come as words in small letters.
HEADINGS: tuple[tuple[Tells, re.Pattern[str]], ...] = tuple(
    (tells, re.compile(pattern))
    for tells, pattern in (
        (Tells.EMAIL, r"\be ?mails?\b|\bmail address"),
        (Tells.NI, r"\b(ni|nino|n i)\b( (no|number|num|category))?|national insurance|\bnin\b"),
        (Tells.POSTCODE, r"\bpost ?codes?\b|\bzip( code)?\b"),
        (Tells.ADDRESS, r"\baddress|\bstreet\b|\bhouse (no|number|name)\b|\btown\b|\bhome (city|town)\b"),
        (Tells.BORN, r"\bd o b\b|\bdob\b|\bbirth|\bborn\b|^age$|\bage (at|in|on|years)\b"),
        (Tells.PHONE, r"\b(tele)?phone|\bmobile\b|\btel\b|\bcontact (no|number)\b"),
        (Tells.BANK, r"\bsort code\b|\baccount (no|number|name)\b|\biban\b|\bbank\b|\bbuilding society\b"),
        (
            Tells.SPECIAL,
            r"\bethnic|\brace\b|\breligio|\bdisab|\bhealth\b|\bmedical|\bsickness\b|\bgender\b|^sex$|\bsexual|"
            r"\borientation\b|\bpregnan|\bmaternity\b|\bunion\b|\bnationality\b|\bimmigration|\bvisa\b|\bconvict|"
            r"\boffen[cd]|\bmarital|\bnext of kin\b|\bcare leaver\b|\bveteran\b|\bbenefits?\b",
        ),
        (
            Tells.NUMBER,
            r"\b(employee|staff|payroll|personnel|worker|learner|student|volunteer|person|works)s? "
            r"(id|no|num|number|ref|reference|code)\b|\buln\b|\bnhs\b|\bpassport|\bdriving licen[cs]e|\butr\b|"
            r"\btax code\b",
        ),
    )
)
NOT_A_PERSON = re.compile(
    r"\b(company|firm|supplier|contractor|organisation|organization|business|employer|trading|project|event|site|"
    r"school|college|ward|place|area|file|sheet|product|measure|kpi|outcome|activity|scheme|course|programme|contract|"
    r"council|department|team|post|role|job title|location|charity|group|client|customer|depot|store|branch|bank)\b"
)
PERSON = re.compile(
    r"\bnames?\b|^(employee|worker|person|apprentice|volunteer|trainee|learner|staff|staff member|operative|colleague|"
    r"participant|beneficiary|candidate|starter|new starter|mentor|line manager|manager|supervisor|contact|attendee|"
    r"member|resident|student|pupil|individual|who)s?$|"
    r"\b(fore|sur|first|last|middle|full|known as|family|given)names?\b|"
    r"\binitials\b|\b(surname|forename)\b|\b(contact|manager|supervisor|mentor) person\b"
)

NI_NUMBER = re.compile(
    r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]?\b", re.IGNORECASE
)
EMAIL_ADDRESS = re.compile(r"[^\s@<>,;:()\[\]]+@[^\s@<>,;:()\[\]]+\.[A-Za-z]{2,}")
FULL_POSTCODE = re.compile(r"\b([A-Z]{1,2}[0-9][A-Z0-9]?) {0,2}([0-9][A-Z]{2})\b", re.IGNORECASE)
TELEPHONE = re.compile(r"(?<![\w.,/-])(?:\+44|0044|0)[ ()-]*\d(?:[ ()-]*\d){8,9}(?![\w/])")
BANK_NUMBERS = re.compile(r"\b\d{2}-\d{2}-\d{2}\b(?:\D{0,12}\b\d{8}\b)?")
NAME_LIKE = re.compile(
    r"(?:(?:mr|mrs|ms|miss|mx|dr|prof|rev|sir)\.? )?"
    r"[^\W\d_][^\W\d_'’.-]*(?:['’-][^\W\d_]+)*,?(?: (?:(?:de|da|van|von|der|bin|al|la|le|o|el) )?"
    r"[^\W\d_][^\W\d_'’.-]*(?:['’-][^\W\d_]+)*\.?){1,3}",
    re.IGNORECASE,
)
_WORDS_OF_WORK = (
    "the and of for in to on at by with ltd limited plc cic llp council road street lane avenue park house school "
    "college centre hours weeks days time full part level start end yes no total annual local new not officer manager "
    "assistant engineer gardener driver cleaner operative supervisor technician apprentice director coordinator "
    "team leader trainee labourer carpenter electrician plumber care leaver long term unemployed grounds maintenance "
    "north south east west central city town district borough fixed permanent temporary zero contract training"
)
NOT_NAME_WORDS = frozenset(_WORDS_OF_WORK.split())
CELLS: tuple[tuple[Tells, Callable[[str], bool]], ...] = (
    (Tells.EMAIL, lambda text: bool(EMAIL_ADDRESS.fullmatch(text))),
    (Tells.NI, lambda text: bool(NI_NUMBER.fullmatch(text))),
    (Tells.POSTCODE, lambda text: bool(FULL_POSTCODE.fullmatch(text))),
    (Tells.PHONE, lambda text: bool(TELEPHONE.fullmatch(text))),
    (Tells.BANK, lambda text: bool(BANK_NUMBERS.fullmatch(text))),
    (Tells.ADDRESS, lambda text: bool(FULL_POSTCODE.search(text)) and len(text) > len("NM1 4AB") + FEW),
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it seems to tell of people, what is proposed for it, and why."""

    index: int
    heading: str
    tells: Tells
    proposed: Treat
    why: str


@dataclass(frozen=True, slots=True)
class SheetLook:
    """What was found in one sheet; `heading_row` counts from 0 and is -1 where there is none."""

    name: str
    heading_row: int
    columns: tuple[Column, ...]
    hidden: bool = False

    @property
    def tells_of_people(self) -> bool:
        return any(column.tells for column in self.columns)


def look_at(sheet: Sheet) -> SheetLook:
    """Return each column of a sheet that holds anything, with what is proposed for it."""
    row = _heading_row(sheet)
    width = max((len(each) for each in sheet.rows), default=0)
    headings = sheet.rows[row] if row >= 0 else []
    columns = []
    for index in range(width):
        heading = " ".join(headings[index].split()) if index < len(headings) else ""
        cells = [each[index].strip() for each in sheet.rows[row + 1 :] if index < len(each) and each[index].strip()]
        if heading or cells:
            columns.append(_column(index, heading, cells))
    return SheetLook(sheet.name, row, tuple(columns), sheet.hidden)


def _column(index: int, heading: str, cells: Sequence[str]) -> Column:
    tells, why = by_heading(heading), "by its heading"
    if not tells:
        tells, why = by_cells(cells[:SAMPLE]), "by what stands in its cells"
    label = heading or f"Column {column_letters(index)}"
    return Column(index, label, tells, TREATMENT.get(tells, Treat.DROP), why if tells else "")


def by_heading(heading: str) -> Tells:
    """Return what a heading says that its column tells of people."""
    words = key(heading)
    if not words:
        return Tells.NOTHING
    found = next((tells for tells, pattern in HEADINGS if pattern.search(words)), Tells.NOTHING)
    if found:
        return found
    if PERSON.search(words) and not NOT_A_PERSON.search(words):
        return Tells.NAME
    return Tells.NOTHING


def by_cells(cells: Sequence[str]) -> Tells:
    """Return what most of the cells of a column look like."""
    if not cells:
        return Tells.NOTHING
    for tells, fits in CELLS:
        if sum(map(fits, cells)) > len(cells) * (1 - MOST):
            return tells
    distinct = set(cells)
    if len(cells) >= 2 and len(distinct) * 2 >= len(cells) and sum(map(looks_like_name, cells)) >= len(cells) * MOST:
        return Tells.NAME
    return Tells.NOTHING


def looks_like_name(text: str) -> bool:
    """Return whether a text has the shape of a person's full name."""
    words = set(re.findall(r"[^\W\d_]+", text.lower()))
    capitals = [word for word in re.findall(r"[^\W\d_]+", text) if word[0].isupper()]
    return bool(NAME_LIKE.fullmatch(text)) and len(capitals) >= 2 and not words & NOT_NAME_WORDS


def _heading_row(sheet: Sheet) -> int:
    """The row whose cells are known headings of people; else the first with two texts and no number; else none."""
    best, most = -1, 0
    for number, row in enumerate(sheet.rows[:ROWS_SEARCHED]):
        filled = [cell for cell in row if cell.strip()]
        known = sum(bool(by_heading(cell)) and len(cell) < 60 and not _is_content(cell) for cell in filled)
        if known > most and (len(filled) > 1 or len(sheet.rows) > 1):
            best, most = number, known
    if best >= 0:
        return best
    for number, row in enumerate(sheet.rows[:ROWS_SEARCHED]):
        filled = [cell for cell in row if cell.strip()]
        if len(filled) > 1 and not any(_is_content(cell) or re.search(r"\d", cell) for cell in filled):
            return number if not all(looks_like_name(cell) for cell in filled) else -1
    return -1


def _is_content(cell: str) -> bool:
    text = cell.strip()
    return any(fits(text) for _, fits in CELLS)

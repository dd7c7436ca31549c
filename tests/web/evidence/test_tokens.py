"""People told apart by keyed hashes: stable, apart by key, and silent about the identifier."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal_web.evidence.tokens import BadIdentifier, Identifier, hkdf, normalised, short, token_for, tokens_for

MASTER = "a secret of the service"
NI = "AB 12 34 56 C"
ULN = "1000000043"


def ni(value: str = NI, *, master: str = MASTER, body: str = "1") -> str:
    return token_for(kind=Identifier.NI, value=value, master=master, body=body).shown


# RFC 5869, appendix A: test cases 1 to 3 for SHA-256.
@pytest.mark.parametrize(
    ("material", "salt", "info", "length", "expected"),
    [
        (
            "0b" * 22,
            "000102030405060708090a0b0c",
            "f0f1f2f3f4f5f6f7f8f9",
            42,
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            bytes(range(0x50)).hex(),
            bytes(range(0x60, 0xB0)).hex(),
            bytes(range(0xB0, 0x100)).hex(),
            82,
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            "0b" * 22,
            "",
            "",
            42,
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ],
)
def test_keys_are_derived_as_the_standard_says(material: str, salt: str, info: str, length: int, expected: str) -> None:
    given = hkdf(bytes.fromhex(material), salt=bytes.fromhex(salt), info=bytes.fromhex(info), length=length)
    assert given.hex() == expected


@pytest.mark.parametrize(
    "same", ["AB123456C", "ab123456c", "AB-12-34-56-C", "AB123456", " ab 12 34 56 d ", "ＡＢ１２３４５６Ｃ"]
)
def test_one_person_gives_one_token_however_it_is_written(same: str) -> None:
    assert ni(same) == ni()


def test_tokens_differ_by_person_key_and_body() -> None:
    assert len({ni(), ni("AB123457C"), ni(body="2"), ni(master="another secret")}) == 4


def test_the_matching_token_is_the_same_for_every_body_and_never_shown() -> None:
    one = token_for(kind=Identifier.NI, value=NI, master=MASTER, body="1")
    two = token_for(kind=Identifier.NI, value=NI, master=MASTER, body="2")
    assert one.matching == two.matching
    assert one.shown != one.matching
    assert one.matching not in repr(one)


@pytest.mark.parametrize(
    "bad", ["", "AB12345", "AB1234567", "QQ123456C", "BG123456A", "DA123456A", "AB123456E", "Maya"]
)
def test_a_wrong_number_is_refused_without_repeating_it(bad: str) -> None:
    with pytest.raises(BadIdentifier) as refused:
        ni(bad)
    assert "two letters, six digits" in refused.value.message
    assert not bad or bad not in refused.value.message


@given(st.text(max_size=20))
def test_no_message_ever_repeats_an_identifier(text: str) -> None:
    said = ""
    for kind in Identifier:
        try:
            token_for(kind=kind, value=f"canary{text}", master=MASTER, body="1", born=f"canary{text}", employer="x")
        except BadIdentifier as refused:
            said += f"{refused.message} {refused.__cause__!r} {refused.__context__!r}"
    assert said
    assert "canary" not in said


def test_a_learner_number_is_checked_by_its_last_digit() -> None:
    assert normalised(kind=Identifier.ULN, value="1000 0000 43") == ULN
    for wrong in ("1000000034", "0000000043", "100000004", "10000000433"):
        with pytest.raises(BadIdentifier, match="ten digits"):
            normalised(kind=Identifier.ULN, value=wrong)


@pytest.mark.parametrize("born", ["27/3/2001", "27.03.2001", "2001-03-27", " 2001-03-27T00:00:00 "])
@pytest.mark.parametrize("reference", ["00123", "123", "0123 "])
def test_a_payroll_reference_counts_with_employer_and_birthday(born: str, reference: str) -> None:
    written = normalised(kind=Identifier.PAYROLL, value=reference, born=born, employer="GB-COH-01234567")
    assert written == "GBCOH01234567|123|2001-03-27"


@pytest.mark.parametrize(("born", "said"), [("", "date of birth"), ("31/2/2001", "date of birth"), ("27/3/01", "four")])
def test_a_birthday_that_cannot_be_read_is_said(born: str, said: str) -> None:
    with pytest.raises(BadIdentifier, match=said):
        normalised(kind=Identifier.PAYROLL, value="123", born=born, employer="x")


def test_a_payroll_reference_needs_an_employer() -> None:
    with pytest.raises(BadIdentifier, match="employer is missing"):
        normalised(kind=Identifier.PAYROLL, value="123", born="27/3/2001")


def test_a_list_gives_each_person_once_and_every_problem_by_its_line() -> None:
    lines = ["AB123456C", "", "canary", "ab123456d", "AB123457A"]
    found = tokens_for(kind=Identifier.NI, lines=lines, master=MASTER, body="1")
    assert len(found.tokens) == 2
    assert found.repeated == (4,)
    assert [number for number, _ in found.problems] == [3]
    assert "canary" not in str(found)


def test_a_payroll_list_takes_the_birthdays_beside_it() -> None:
    found = tokens_for(
        kind=Identifier.PAYROLL, lines=["1", "2"], born=["27/3/2001"], master=MASTER, body="1", employer="x"
    )
    assert len(found.tokens) == 1
    assert [number for number, _ in found.problems] == [2]


def test_without_a_key_there_are_no_tokens() -> None:
    with pytest.raises(ValueError, match="COMMONWEAL_TOKEN_KEY"):
        ni(master="")


def test_a_token_is_shown_by_as_much_as_tells_it_apart() -> None:
    assert short("a7b8c9") == "a7…"
    assert short("a7b8c9", ["a7b8d0", "ff", "a7b8c9"]) == "a7b8c…"
    assert short("a7b8", ["a7b8c9"]) == "a7b8"

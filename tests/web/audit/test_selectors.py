"""Reading the log: timelines, the search of an organisation's log, and its export."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json

import pytest
from django.db import transaction

from commonweal_web.audit import selectors
from commonweal_web.audit.models import ChainHead, Event
from commonweal_web.audit.selectors import Search
from commonweal_web.audit.services import record

NOON = dt.datetime(2026, 7, 8, 12, 0, tzinfo=dt.UTC)
BODY = 7


class Person:
    def __init__(self, pk: int, name: str) -> None:
        self.pk, self.name = pk, name

    def __str__(self) -> str:
        return self.name


ANA, BEN = Person(1, "Ana Ruiz"), Person(2, "Ben Odell")


@pytest.fixture
def events(db):
    def write(by, verb, about, now, chain=BODY, contract=None, reason=""):
        with transaction.atomic():
            return record(
                organisation_id=chain, by=by, role="r", verb=verb, record=about, now=now, contract_id=contract,
                reason=reason, new={"pounds": "=1+1", "£": [1]},
            )  # fmt: skip

    late = dt.datetime(2026, 7, 8, 23, 30, tzinfo=dt.UTC)  # 00:30 on 9 July in London
    return [
        write(ANA, "verified", ("delivery.claim", 12, "Claim NT17"), NOON, contract=4, reason="=HYPERLINK()"),
        write(BEN, "approved", ("contracts.kpi", 12, "KPI NT17"), NOON, contract=4),
        write(ANA, "rejected", ("delivery.claim", 12, "Claim NT17"), late, contract=5),
        write(ANA, "verified", ("delivery.claim", 12, "Claim elsewhere"), NOON, chain=8),
    ]


@pytest.mark.parametrize(
    ("search", "seqs"),
    [
        (Search(), [3, 2, 1]),
        (Search(words="claim nt17"), [3, 1]),
        (Search(words="ODELL"), [2]),
        (Search(words="hyperlink"), [1]),
        (Search(words="\0 nothing"), []),
        (Search(record_type="contracts.kpi", record_id=12), [2]),
        (Search(actor_id=1), [3, 1]),
        (Search(verbs=("approved", "rejected")), [3, 2]),
        (Search(contract_id=5), [3]),
        (Search(last_day=dt.date(2026, 7, 8)), [2, 1]),
        (Search(first_day=dt.date(2026, 7, 9), last_day=dt.date(2026, 7, 9)), [3]),
    ],
)
def test_search_of_a_bodys_log(events, search, seqs):
    assert [event.seq for event in selectors.log_of(BODY, search)] == seqs


def test_timelines_of_a_record_and_of_a_contract(events):
    head = ChainHead(chain=3)
    with transaction.atomic():
        written = record(organisation_id=BODY, by=None, role="", verb="seen", record=head, now=NOON)
    assert list(selectors.timeline(head)) == [written]
    assert list(selectors.contract_timeline(4)) == [events[1], events[0]]


def test_choices_of_the_search(events):
    assert selectors.verbs_of(BODY) == ["approved", "rejected", "verified"]
    assert selectors.people_of(BODY) == [(1, "Ana Ruiz"), (2, "Ben Odell")]
    assert selectors.head_of(BODY).seq == 3
    assert selectors.head_of(99) is None


def test_an_export_holds_all_that_the_hash_covers(events):
    rows = [json.loads(line) for line in selectors.json_lines(selectors.log_of(BODY))]
    assert [row["number"] for row in rows] == [1, 2, 3]
    again = {"number": "seq", "person_id": "actor_id", "person": "actor_name", "act": "verb", "record": "record_label"}
    for row in rows:
        fields = {again.get(name, name): value for name, value in row.items()}
        fields["at"] = dt.datetime.fromisoformat(fields["at"])
        event = Event(**fields)
        assert (event.computed_hash(), event.computed_names_hash()) == (event.hash, event.names_hash)


def test_csv_rows_are_texts_under_their_columns(events):
    file = io.StringIO()
    csv.writer(file).writerows(selectors.csv_rows(selectors.log_of(BODY)))
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert [row["person"] for row in rows] == ["Ana Ruiz", "Ben Odell", "Ana Ruiz"]
    assert rows[0]["new"] == '{"£": [1], "pounds": "=1+1"}' or json.loads(rows[0]["new"]) == {
        "pounds": "=1+1",
        "£": [1],
    }
    assert rows[1]["reason"] == ""

"""A pack on its way: drafted, proposed with its licence, published by somebody else, and never changed after."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.frameworks import kept, selectors, stored
from commonweal_web.frameworks.keeping import differences, services
from commonweal_web.frameworks.keeping import selectors as keeping
from commonweal_web.frameworks.models import Pack
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from tests.web.frameworks.packs import checked, drafted, framework, links, measure, proposed, publish, values
from tests.web.world import BEGIN, NOON, World

DAY = dt.date(2026, 7, 8)
OURS = "northmere-local-2027.1"
CLOSE = '  - {{from: {0}, to: {1}, relation: close, reason: alike, factor: "1"}}\n'


def ours(key: str = OURS, *codes: str, **head: str):  # type: ignore[no-untyped-def]  # a checked file
    return framework(key, [measure(code) for code in codes or ("L1", "L2")], **head)


def test_a_published_release_computes_and_is_offered_to_its_body_alone(world: World) -> None:
    pack = publish(world, ours())
    nmc, ebc = world.bodies["nmc"].pk, world.bodies["ebc"].pk
    assert (pack.state, pack.published_by, pack.shown) == ("published", world.people["director"], False)
    assert selectors.measure(OURS, "L1").unit == "hour"
    assert selectors.may_use(OURS, body=nmc)
    assert not selectors.may_use(OURS, body=ebc)
    assert OURS not in {one.id for one in selectors.frameworks()}
    assert OURS not in {one.id for one in selectors.public_catalogue().frameworks}


def test_a_release_for_everybody_is_public(world: World) -> None:
    publish(world, ours(), shown=True)
    assert selectors.may_use(OURS, body=world.bodies["ebc"].pk)
    assert OURS in {one.id for one in selectors.public_catalogue().frameworks}
    assert OURS in selectors.public_crosswalk().items.releases


def test_each_act_writes_one_row(world: World) -> None:
    pack = publish(world, ours())
    found = Event.objects.filter(record_type="frameworks.pack", record_id=pack.pk).order_by("seq")
    assert [one.verb for one in found] == ["pack_drafted", "pack_proposed", "pack_published"]
    assert {one.chain for one in found} == {world.bodies["nmc"].pk}


@pytest.mark.parametrize("by", ["lead", "commissioner", "supplier", "eastholt lead", "platform administrator"])
def test_who_may_not_publish(world: World, by: str) -> None:
    pack = proposed(world, drafted(world, ours()))
    with pytest.raises(NotPermitted):
        services.pack_publish(pack=pack, by=world.people[by], now=NOON)
    with pytest.raises(NotPermitted):
        services.pack_send_back(pack=pack, reason="r", by=world.people[by], now=NOON)
    pack.refresh_from_db()
    assert pack.state == "proposed"


def test_neither_drafter_nor_proposer_publishes(world: World) -> None:
    second = world.people["commissioner"]
    Membership.objects.create(user=second, organisation=world.bodies["nmc"], role=Role.SVL, starts=BEGIN)
    pack = proposed(world, drafted(world, ours()), by="commissioner")
    for by in ("lead", "commissioner"):
        with pytest.raises(NotPermitted, match="somebody else"):
            services.pack_publish(pack=pack, by=world.people[by], now=NOON)
    assert keeping.waiting_for(world.people["lead"], world.bodies["nmc"]) == []
    assert keeping.waiting_for(world.people["director"], world.bodies["nmc"]) == [pack]


def test_a_licence_is_asked_for_in_words_and_confirmed(world: World) -> None:
    pack = drafted(world, ours())
    for said, code in ((services.Proposal("", True), "licence"), (services.Proposal("Ours", False), "confirm")):
        with pytest.raises(Refused) as refused:
            services.pack_propose(pack=pack, proposal=said, by=world.people["lead"], now=NOON)
        assert refused.value.code == code


def test_values_are_never_shown_whatever_is_said(world: World) -> None:
    pack = proposed(world, drafted(world, values("v-1", "fx-2025.1", [("NT1", "1", "FTE-year")])), shown=True)
    assert not pack.shown


def test_sent_back_with_a_reason_and_proposed_again(world: World) -> None:
    pack = proposed(world, drafted(world, ours()))
    director = world.people["director"]
    with pytest.raises(Refused, match="Say why"):
        services.pack_send_back(pack=pack, reason=" ", by=director, now=NOON)
    pack = services.pack_send_back(pack=pack, reason="L2 is unclear.", by=director, now=NOON)
    assert (pack.state, pack.decision_reason) == ("draft", "L2 is unclear.")
    pack = services.pack_publish(pack=proposed(world, pack), by=director, now=NOON)
    assert (pack.state, pack.decision_reason) == ("published", "")


def test_a_stale_tab_and_a_second_decision(world: World) -> None:
    pack = proposed(world, drafted(world, ours()))
    director = world.people["director"]
    with pytest.raises(StaleVersion):
        services.pack_publish(pack=pack, by=director, now=NOON, shown=pack.version - 1)
    services.pack_publish(pack=pack, by=director, now=NOON, shown=pack.version)
    with pytest.raises(Refused, match="is published by Dinah Frost"):
        services.pack_publish(pack=pack, by=director, now=NOON)
    with pytest.raises(Refused, match="cannot be given up"):
        services.pack_leave(pack=pack, by=world.people["lead"], now=NOON)
    assert Event.objects.filter(verb="pack_published").count() == 1


def test_a_left_draft_frees_its_key(world: World) -> None:
    first = drafted(world, ours())
    with pytest.raises(Refused, match="draft called"):
        drafted(world, ours())
    services.pack_leave(pack=first, by=world.people["lead"], now=NOON)
    assert drafted(world, ours()).state == "draft"


def test_a_key_is_published_once(world: World) -> None:
    """Two bodies may draft one key; who comes second is told."""
    theirs = proposed(world, drafted(world, ours(), body="ebc", by="eastholt lead"), by="eastholt lead")
    publish(world, ours())
    with pytest.raises(Refused, match="published"):
        drafted(world, ours())
    Membership.objects.create(
        user=world.people["eastholt manager"], organisation=world.bodies["ebc"], role=Role.APP, starts=BEGIN
    )
    with pytest.raises(Invalid, match=r"a release called northmere-local-2027\.1 already"):
        services.pack_publish(pack=theirs, by=world.people["eastholt manager"], now=NOON)


def test_what_no_longer_fits_is_not_published(world: World) -> None:
    """A values pack prices a release that a body cannot use any more by then; links that stand twice."""
    pack = proposed(world, drafted(world, values("v-1", "nobody-1", [("NT1", "1", "FTE-year")])))
    with pytest.raises(Invalid, match="nobody-1"):
        services.pack_publish(pack=pack, by=world.people["director"], now=NOON)
    publish(world, ours())
    twice = CLOSE.format(f"{OURS}/L1", "fx-2025.1/NT17") * 2
    pack = proposed(world, drafted(world, links(OURS, "fx-2025.1", twice)))
    with pytest.raises(Invalid, match="NT17"):
        services.pack_publish(pack=pack, by=world.people["director"], now=NOON)


def test_published_values_price_the_measures_of_their_body_alone(world: World) -> None:
    publish(world, ours())
    publish(world, values("v-1", OURS, [("L1", "1234.987654", "hour")]))
    nmc, ebc = world.bodies["nmc"].pk, world.bodies["ebc"].pk
    said = {"release_id": OURS, "code": "L1", "pack": "", "on": DAY}
    found = selectors.value_for(**said, body=nmc)
    assert found is not None
    assert (found.per_unit, found.licensed) == (Decimal("1234.987654"), True)
    assert selectors.value_for(**said, body=ebc) is None
    assert selectors.value_for(**said) is None
    assert selectors.value_for(**{**said, "pack": "v-1"}, body=ebc) is None
    assert selectors.shown_series(selectors.measure(OURS, "L1")) is None
    assert ("v-1", "Values v-1 (licensed: its values are never shown)") in selectors.value_packs(body=nmc)
    assert "v-1" not in dict(selectors.value_packs(body=ebc))


def test_a_newer_value_pack_prices_what_names_none(world: World) -> None:
    """A contract that names the older pack keeps it."""
    publish(world, ours())
    publish(world, values("v-1", OURS, [("L1", "10", "hour")]))
    publish(world, values("v-2", OURS, [("L1", "11", "hour")]), replaces="v-1")
    said = {"release_id": OURS, "code": "L1", "on": DAY, "body": world.bodies["nmc"].pk}
    prices = [selectors.value_for(**said, pack=pack) for pack in ("", "v-1", "v-2")]
    assert [one and one.per_unit for one in prices] == [Decimal(11), Decimal(10), Decimal(11)]


def test_published_links_convert_and_a_later_pack_takes_their_place(world: World) -> None:
    publish(world, ours())
    nmc = world.bodies["nmc"].pk
    one = publish(world, links(OURS, "fx-2025.1", CLOSE.format(f"{OURS}/L1", "fx-2025.1/NT17")))
    found = selectors.crosswalk(body=nmc).ways(f"{OURS}/L1", "fx-2025.1")
    assert [way.link.target for way in found] == ["fx-2025.1/NT17"]
    assert OURS not in selectors.public_crosswalk().items.releases
    two = publish(world, links(OURS, "fx-2025.1", CLOSE.format(f"{OURS}/L2", "fx-2025.1/NT17")))
    assert (two.key, two.replaces) == (f"{one.key}@2", one.key)
    assert selectors.crosswalk(body=nmc).ways(f"{OURS}/L1", "fx-2025.1") == ()
    assert len(selectors.crosswalk(body=nmc).ways(f"{OURS}/L2", "fx-2025.1")) == 1
    changes = differences.of(two)
    assert [(line.change, line.what) for line in changes.lines] == [
        ("Added", f"{OURS}/L2 to fx-2025.1/NT17"),
        ("Removed", f"{OURS}/L1 to fx-2025.1/NT17"),
    ]


NEEDS = (
    '  - {{from: {0}, to: {1}, relation: close, reason: alike, factor: "{2}", datum: {{name: {3}, label: Trips,'
    " unit: hour/week}}}}\n"
)


def test_links_that_a_body_keeps_to_itself_are_in_no_figure_of_another(world: World) -> None:
    """Both bodies link one pair of releases for everybody; neither meets, or is refused for, what the other says."""
    second = world.people["eastholt manager"]
    Membership.objects.create(user=second, organisation=world.bodies["ebc"], role=Role.APP, starts=BEGIN)
    publish(world, framework(OURS, [measure("L1", unit="week")]), shown=True)
    nmc, ebc = world.bodies["nmc"].pk, world.bodies["ebc"].pk

    def ways(body: int | None) -> list[str]:
        found = selectors.crosswalk(body=body).ways(f"{OURS}/L1", "fx-2025.1")
        return [str(way.link.factor) for way in found]

    def asked(body: int | None) -> list[str]:
        return [one.name for one in selectors.extra_data(OURS, "L1", body=body)]

    at = (f"{OURS}/L1", "fx-2025.1/NT17")
    publish(world, links(OURS, "fx-2025.1", NEEDS.format(*at, 2, "trips")))
    assert [ways(nmc), ways(ebc), ways(None)] == [["2"], [], []]
    assert [asked(nmc), asked(ebc), asked(None)] == [["trips"], [], []]
    theirs = links(OURS, "fx-2025.1", NEEDS.format(*at, 3, "visits"))
    publish(world, theirs, body="ebc", by="eastholt lead", second="eastholt manager", shown=True)
    assert [ways(ebc), ways(None), asked(ebc), asked(None)] == [["3"], ["3"], ["visits"], ["visits"]]
    assert keeping.left_out(world.bodies["ebc"]) == []


def test_what_another_body_keeps_to_itself_is_not_compared_with(world: World) -> None:
    """A file may name any release as the one that it replaces."""
    publish(world, ours())
    theirs = framework("eastholt-1", [measure("L1", unit="week")], replaces=OURS)
    found = differences.of(drafted(world, theirs, body="ebc", by="eastholt lead"))
    assert (found.before, [line.change for line in found.lines]) == ("", ["week"])


def test_the_difference_to_the_release_before(world: World) -> None:
    publish(world, ours())
    changed = framework(
        "northmere-local-2028.1", [measure("L1", unit="week"), measure("L3")], replaces=OURS, name="2028"
    )
    found = differences.of(drafted(world, changed))
    assert found.before == f"Release {OURS}"
    assert {(line.change, line.what) for line in found.lines} == {
        ("Changed unit", "L1 Measure L1"), ("Removed", "L2 Measure L2"), ("Added", "L3 Measure L3"),
    }  # fmt: skip
    assert differences.of(drafted(world, ours("other-1"))).before == ""


def test_the_difference_of_values_names_no_value(world: World) -> None:
    publish(world, ours())
    publish(world, values("v-1", OURS, [("L1", "1234.987654", "hour")]))
    found = differences.of(
        drafted(world, values("v-2", OURS, [("L1", "4321.987654", "hour"), ("L2", "5.55", "hour")]), replaces="v-1")
    )
    assert [(line.change, line.what) for line in found.lines] == [("Added", "L2"), ("Changed", "L1")]
    assert "987654" not in str(found)


def test_a_pack_that_this_engine_refuses_is_left_out_and_named(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """It is published past the checks, as one is that an older engine took."""
    bad = drafted(world, checked("framework", "bad.yaml", "id: 1.5\n", key="bad-1", title="Bad"))
    worse = drafted(world, checked("values", "v.csv", "code\n1234.987654\n", key="v-9", title="V", prices="fx-2025.1"))
    for pack in (bad, worse):
        Pack.objects.filter(pk=pack.pk).update(
            state="published", published_by=world.people["director"], published_at=NOON, proposed_by=pack.drafted_by,
            licence_confirmed_by=pack.drafted_by,
        )  # fmt: skip
    publish(world, ours())
    assert selectors.measure(OURS, "L1")
    found = {pack.key: why for pack, why in keeping.left_out(world.bodies["nmc"])}
    assert set(found) == {"bad-1", "v-9"}
    assert "bad-1.yaml line 1" in found["bad-1"]
    assert "987654" not in caplog.text + found["v-9"]


def test_one_question_a_request_and_none_for_what_is_read(
    world: World,
    django_assert_num_queries,  # type: ignore[no-untyped-def]
) -> None:
    publish(world, ours())
    selectors.catalogue()
    with kept.holding(), django_assert_num_queries(1):
        for _ in range(5):
            selectors.measure(OURS, "L1")
            selectors.public_catalogue()


def test_verify_notices_a_document_that_is_not_what_was_published(world: World) -> None:
    publish(world, ours())
    assert stored.every_document_is_as_published().facts == {"packs": 1}
    assert stored.every_document_is_as_published().problems == []
    other = drafted(world, ours("other-1"))
    Pack.objects.filter(pk=other.pk).update(
        document="id: other", state="published", published_by=world.people["director"], published_at=NOON,
        proposed_by=other.drafted_by, licence_confirmed_by=other.drafted_by,
    )  # fmt: skip
    (problem,) = stored.every_document_is_as_published().problems
    assert "other-1" in problem

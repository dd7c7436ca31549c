"""Step 1 of the mapping tool: what can be chosen, each state with a link, and odd input answered in words."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping import selectors
from tests.web.frameworks.packs import framework, links, measure, publish
from tests.web.world import World

pytestmark = pytest.mark.django_db


def get(address: str, status: int = 200) -> str:
    answer = Client().get(address)
    assert answer.status_code == status, address
    return html.unescape(answer.content.decode())


def ticked(page: str) -> list[str]:
    boxes = re.findall(r"<input[^>]*type=\"checkbox\"[^>]*>", page)
    return [m[1] for box in boxes if " checked" in box and (m := re.search(r'value="([^"]*)"', box))]


def test_the_tool_says_what_it_is_and_where_it_begins() -> None:
    page = get("/mapping/")
    assert 'href="/mapping/select/"' in page
    for step in ("Select.", "Summary.", "Mapping sheet.", "Regional report.", "Print and take away."):
        assert step in page


def test_every_release_can_be_started_from_and_examples_come_last() -> None:
    page = get("/mapping/select/")
    found = re.findall(r'name="from" type="radio" value="([^"]+)"', page)
    assert found[-3:] == ["fx-2025.1", "fx-2026.1", "fx-svm-2025"]
    assert {"svm-2020", "svm-2025", "svm-2026", "national-toms", "coventry-indicators", "essex-ecc"} <= set(found)
    assert "8 outcomes, 24 award criteria, 28 measures" in page


def test_nothing_chosen_is_said() -> None:
    button = re.search(r'<button[^>]* name="(\w+)" value="(\w+)">Continue', get("/mapping/select/"))
    assert button
    name, value = button.groups()
    for sent in (f"{name}={value}", "from="):
        page = get(f"/mapping/select/?{sent}", 422)
        assert "There is a problem" in page
        assert "Choose the framework you start from." in page
    assert "What do you want to see?" in get(f"/mapping/select/?from=svm-2020&{name}={value}")


@pytest.mark.parametrize("release", ["svm-2020", "svm-2025", "svm-2026", "national-toms", "essex-ecc"])
def test_everything_of_a_release_can_be_ticked(release: str) -> None:
    page = get(f"/mapping/select/?from={release}")
    values = set(re.findall(r'name="code" type="checkbox" value="([^"]+)"', page))
    items = frameworks.public_crosswalk().items.of(release).values()
    above = {item.code for item in items if item.kind != "theme"}
    assert values == above


def test_only_what_is_linked_is_offered_and_the_rest_is_named() -> None:
    page = get("/mapping/select/?from=svm-2020")
    offered = re.findall(r'name="to" type="checkbox" value="([^"]+)"', page)
    assert offered == ["coventry-indicators", "svm-2025", "national-toms", "sdg"]
    assert "Not linked to it yet: Essex County Council social value measures (ECC TOMs)" in page


def test_a_choice_has_a_link_and_is_ticked_again() -> None:
    answer = Client().get("/mapping/select/?from=SVM-2020&code=PO2&code=PO2&code=MAC+3.1&to=sdg&do=summary&q=")
    assert answer.status_code == 303
    assert answer["Location"] == "/mapping/summary/?from=SVM-2020&code=PO2&code=MAC+3.1&to=sdg"
    page = get("/mapping/select/?from=svm-2020&code=PO2&code=MAC+3.1&to=sdg")
    assert ticked(page) == ["PO2", "MAC 3.1", "sdg"]
    assert 'href="/mapping/summary/?from=svm-2020&code=PO2&code=MAC+3.1&to=sdg"' in page


def test_searching_keeps_what_is_ticked() -> None:
    answer = Client().get("/mapping/select/?from=svm-2020&code=PO2&to=sdg&do=search&q=aprentices")
    assert answer.status_code == 303
    page = get(answer["Location"])
    assert "found for “aprentices”" in page
    assert "SVM20-1-02" in re.findall(r'value="([^"]+)"', page)
    assert ticked(page) == ["PO2", "sdg"]


def test_a_search_that_finds_nothing_says_so_and_lists_all() -> None:
    page = get("/mapping/select/?from=svm-2020&q=zzzzzz")
    assert "Nothing of this framework fits these words" in page
    assert "What do you want to see?" in page
    criteria = selectors.release_named("svm-2026")
    assert selectors.found(criteria, "pay")[0].code == "pay"
    assert selectors.found(criteria, "than the") == ()


def test_without_a_framework_to_see_it_in_the_form_comes_back() -> None:
    page = get("/mapping/summary/?from=svm-2020&code=PO2", 422)
    assert "Choose at least one framework to see it in." in page
    assert "<title>Error:" in page
    assert ticked(page) == ["PO2"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/mapping/select/?from=svm-2021", "svm-2020"),
        ("/mapping/summary/?from=svm-2021&to=sdg", "svm-2020"),
        ("/mapping/summary/?from=svm-2020&to=nothing", "There is no framework called 'nothing'"),
        ("/mapping/summary/?from=svm-2020&to=nothing", "There are: coventry-indicators, essex-ecc, "),
        ("/mapping/select/?from=zzzz", "nor anything like it. There are: coventry-indicators, "),
        ("/mapping/select/?from=svm-2020&to=nothing", "national-toms, "),
        ("/mapping/summary/?from=svm-2020&code=PO22&to=sdg", "PO2"),
        ("/mapping/summary/?from=svm-2020&to=svm-2020", "cannot be seen in itself"),
        ("/mapping/summary/?from=sdg&to=svm-2020", "Start from a framework"),
        ("/mapping/goals/?goal=18", "There are 17 goals"),
        (f"/mapping/summary/?from=svm-2020&to=sdg&code={'x' * 200}", "longer than 160 letters"),
        ("/mapping/summary/?from=svm-2020&" + "&".join(f"to={n}" for n in range(13)), "Choose 12 frameworks at most"),
        ("/mapping/summary/?from=svm-2020&to=sdg&" + "&".join(f"code={n}" for n in range(401)), "400 are taken"),
        ("/mapping/summary/?from=svm-2020%00&to=nothing%00", "There is no framework called 'nothing'"),
    ],
)
def test_odd_input_gets_words(address: str, words: str) -> None:
    answer = Client().get(address)
    assert answer.status_code == 409
    assert words in html.unescape(answer.content.decode())


def test_a_summary_without_a_source_begins_at_the_beginning() -> None:
    assert Client().get("/mapping/summary/")["Location"] == "/mapping/select/"


def test_a_goal_leads_to_all_that_serves_it() -> None:
    crosswalk = frameworks.public_crosswalk()
    linked = {(link.source, link.target) for link in crosswalk.links if link.target_release == "sdg"}
    reached = {
        (one.item.id, f"sdg/{end.code}")
        for number, _ in selectors.goals()
        for end in selectors.serving(number)
        for one in end.serving
    }
    assert reached == linked
    page = get("/mapping/goals/?goal=8")
    assert "/mapping/summary/?from=fx-2025.1&code=CL&to=sdg" in page
    assert get("/mapping/goals/").count("/mapping/goals/?goal=") == 17


def test_a_goal_that_nothing_serves_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "serving", lambda goal: ())
    assert "Nothing is linked to this goal yet." in get("/mapping/goals/?goal=14")


class TestLongFramework:
    @pytest.fixture
    def long(self, world: World) -> None:
        codes = [f"L{number:04}" for number in range(selectors.MOST_LINES + 1)]
        publish(world, framework("long-1", [measure(code) for code in codes]), shown=True)
        publish(world, links("long-1", "fx-2025.1", LINK), shown=True)

    def test_of_a_long_one_those_that_are_searched_for_are_listed(self, long: None) -> None:
        page = get("/mapping/select/?from=long-1")
        assert "L0001" not in page
        assert '<form method="post"' in page
        page = get("/mapping/select/?from=long-1&q=L0007&code=L0009")
        assert {"L0007", "L0009"} <= set(re.findall(r'name="code" type="checkbox" value="([^"]+)"', page))

    def test_what_is_sent_becomes_an_address_or_words(self, long: None) -> None:
        client = Client()
        sent = {"from": "long-1", "code": ["L0001", "L0002"], "to": "fx-2025.1", "do": "summary"}
        answer = client.post("/mapping/select/", sent)
        assert answer["Location"] == "/mapping/summary/?from=long-1&code=L0001&code=L0002&to=fx-2025.1"
        many = {**sent, "code": [f"L{number:04}" for number in range(600)] + ["x" * 2000]}
        answer = client.post("/mapping/select/", many)
        assert answer.status_code == 422
        assert "do not fit into an address" in answer.content.decode()

    def test_more_than_one_summary_holds_is_refused(self, long: None) -> None:
        answer = Client().get("/mapping/summary/?from=long-1&to=fx-2025.1")
        assert answer.status_code == 409
        assert "601 measures, and one summary holds 600" in answer.content.decode()


LINK = '  - {from: long-1/L0001, to: fx-2025.1/NT17, relation: close, reason: alike, factor: "1"}\n'

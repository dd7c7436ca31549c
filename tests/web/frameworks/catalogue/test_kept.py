"""What bodies publish stands in the catalogue if it is for everybody, and nowhere if it is not."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.web.frameworks.catalogue.reading import crawled, opened, page
from tests.web.frameworks.packs import framework, measure, publish, values
from tests.web.world import World

pytestmark = pytest.mark.django_db
CANARY = "1234.987654"


@pytest.fixture
def kept(world: World) -> World:
    """Two releases that Northmere shows, one that it keeps to itself, and values that it licensed for the first."""
    first = [measure("L1", label="Hours of canal clearing", monetised=True), measure("L2")]
    second = [measure("L1", label="Hours of canal clearing", unit="day"), measure("L3", does_not_count="Lunch; tea")]
    publish(world, framework("ours-1", first), shown=True)
    publish(world, framework("ours-2", second, replaces="ours-1"), shown=True)
    publish(world, framework("secret-1", [measure("S1", label="Hours of canal gilding")]))
    publish(world, values("our-values", "ours-1", [("L1", CANARY, "hour")]))
    return world


def test_a_release_for_everybody_stands_beside_the_shipped_ones(kept: World) -> None:
    shown = page("/catalogue/")
    assert "Release ours-2" in shown
    assert "Licence of this copy: Our own work" in shown
    assert "Does not count ✕ Lunch ✕ Tea" in page("/catalogue/ours-2/L3/")
    assert "Hours of canal clearing" in page("/catalogue/search/?q=canal clering")
    text = Client().get("/catalogue/ours-2/framework.csv").content.decode()
    assert "Northmere City Council,Our own work,Northmere City Council" in text


def test_a_new_release_is_laid_beside_the_one_it_replaces(kept: World) -> None:
    shown = page("/catalogue/compare/?one=ours-1&other=ours-2")
    assert "Changed unit (1)" in shown
    assert "hours → becomes days" in shown
    assert "Removed (1) L2 Measure L2" in shown
    assert "Added (1) L3 Measure L3" in shown


def test_a_release_that_a_body_keeps_to_itself_is_nowhere(kept: World) -> None:
    for address in ("/catalogue/secret-1/", "/catalogue/secret-1/S1/", "/catalogue/secret-1/framework.csv"):
        assert Client().get(address).status_code == 404
    assert "secret-1" not in opened("/catalogue/")
    assert "gilding" not in page("/catalogue/search/?q=canal")
    assert "secret-1" not in opened("/catalogue/compare/")
    assert "There is a problem" in page("/catalogue/compare/?one=ours-1&other=secret-1", status=422)


def test_values_that_a_body_licensed_are_on_no_page_and_in_no_file(kept: World) -> None:
    starts = ["/catalogue/ours-1/", "/catalogue/compare.csv?one=ours-1&other=ours-2"]
    found = crawled(
        [*starts, *(f"/catalogue/ours-1/framework.{f}" for f in ("csv", "json"))], below="/catalogue/ours-1/"
    )
    assert [address for address, content in found.items() if CANARY.encode() in content] == []
    assert "under a licence that does not let the values be shown here" in page("/catalogue/ours-1/L1/")
    assert Client().get("/catalogue/ours-1/L1/values.csv").status_code == 404

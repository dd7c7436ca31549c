"""What orders of options come to: by mean place and first places, and what a small ward never shows."""

from __future__ import annotations

from commonweal_web.planning.listening import ranking

OPTIONS = [{"key": key, "title": key.upper()} for key in "abc"]


def many(ward: str, order: str, count: int) -> list[tuple[str, list[str]]]:
    return [(ward, list(order))] * count


def test_the_lowest_mean_place_stands_first() -> None:
    found = ranking.results(
        options=OPTIONS, wards=[], answers=[*many("", "abc", 6), *many("", "cba", 4), *many("", "bca", 2)]
    )
    lines = found.everybody.lines
    # a: (6*1 + 4*3 + 2*3) / 12 = 2; b: (6*2 + 4*2 + 2*1) / 12 = 1.8333; c: (6*3 + 4*1 + 2*2) / 12 = 2.1667
    assert [(line.key, line.mean_words, line.firsts) for line in lines] == [
        ("b", "1.83", 2), ("a", "2.00", 6), ("c", "2.17", 4)
    ]  # fmt: skip
    assert found.wards == ()


def test_equal_means_stand_by_first_places_and_then_as_on_the_form() -> None:
    orders = [*many("", "bca", 5), *many("", "cab", 5), *many("", "abc", 5)]
    lines = ranking.results(options=OPTIONS, wards=[], answers=orders).everybody.lines
    assert [line.key for line in lines] == ["a", "b", "c"]
    lines = ranking.lines_of(OPTIONS, [list("bac"), list("bac"), list("cab"), list("cab")])
    assert [(line.key, line.mean_words, line.firsts) for line in lines] == [
        ("b", "2.00", 2), ("c", "2.00", 2), ("a", "2.00", 0)
    ]  # fmt: skip


def test_a_ward_with_nine_answers_shows_its_number_alone_and_one_with_ten_its_order() -> None:
    answers = [*many("Harbour", "abc", 10), *many("Tollgate", "cba", 9), *many("Westvale", "bca", 20)]
    answers += many("Kingsmead", "cab", 9)
    found = ranking.results(
        options=OPTIONS, wards=["Harbour", "Tollgate", "Westvale", "Kingsmead", "Abbeyfield"], answers=answers
    )
    known = {one.name: one for one in found.wards}
    assert known["Tollgate"].answers == 9
    assert known["Tollgate"].warning == "Fewer than 10 answers"
    assert known["Tollgate"].lines == ()
    assert known["Abbeyfield"].answers == 0
    assert known["Harbour"].lines[0].key == "a"
    assert known["Westvale"].warning == ""


def test_one_small_ward_is_not_to_be_had_by_taking_the_others_away() -> None:
    answers = [*many("Harbour", "abc", 10), *many("Tollgate", "cba", 4), *many("Westvale", "bca", 20)]
    found = ranking.results(options=OPTIONS, wards=["Harbour", "Tollgate", "Westvale"], answers=answers)
    known = {one.name: one for one in found.wards}
    assert known["Tollgate"].warning == "Fewer than 10 answers"
    assert known["Harbour"].warning.startswith("Not shown, so that nobody can work out")
    assert known["Harbour"].lines == ()
    assert known["Westvale"].lines
    assert found.everybody.lines


def test_few_answers_in_all_show_no_order() -> None:
    found = ranking.results(options=OPTIONS, wards=["Harbour"], answers=many("", "abc", 9))
    assert found.everybody.warning == "Fewer than 10 answers"
    assert [(one.name, one.answers) for one in found.wards] == [("Harbour", 0), ("No ward given", 9)]
    assert ranking.lines_of(OPTIONS, []) == ()

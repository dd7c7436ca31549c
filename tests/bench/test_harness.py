"""The bench looks at the answer before it looks at a clock, and keeps its bars."""

from __future__ import annotations

import pytest

from bench import case01_value_lines
from bench.harness import Bar, Candidate, Case, DifferentAnswer, run


def case(mine: int, theirs: int, *, work: int = 1, at_most: float = 2, seen: list[str] | None = None) -> Case:
    def product() -> int:
        if seen is not None:
            seen.append("product")
        return mine + sum(range(work)) * 0

    def peer() -> int:
        return theirs + sum(range(50_000)) * 0

    return Case(
        "0", "test", 1, "line", Candidate("us", product), (Candidate("them", peer),), (Bar("them", at_most),), 3
    )


def test_a_different_penny_ends_the_case_before_any_clock(capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []
    with pytest.raises(DifferentAnswer, match="them answers 101, us answers 100"):
        run(case(100, 101, seen=seen))
    assert seen == ["product"]
    assert capsys.readouterr().out == ""


def test_bars_are_kept_or_missed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(case(1, 1)) is True
    assert "<= 2x met" in capsys.readouterr().out
    assert run(case(1, 1, work=1_000_000, at_most=0.5)) is False
    assert ">= 2x faster MISSED" in capsys.readouterr().out


def test_case_1_agrees_on_every_penny() -> None:
    expected = case01_value_lines.bare(5000)
    assert case01_value_lines.frozen(5000) == expected
    assert case01_value_lines.looked_up(5000) == case01_value_lines.bare_looked_up(5000) == expected

"""
Runs a case: the product and its peers in turn, on the same input, in one process.

A case first asks every candidate for its answer and ends at once where one differs by a penny; only then does it look
at a clock. Candidates run interleaved, so that a busy moment of the machine hits all of them; medians are printed for
processor time (children included) and wall time, with peak memory and load. Bars are ratios of processor time, because
machines differ.
"""

from __future__ import annotations

import gc
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

MIB = 1024
"""In KiB, the unit in which Linux tells a process's peak memory."""


class DifferentAnswer(Exception):
    """Two candidates disagree; no time means anything then."""


class CannotRun(Exception):
    """A case needs something that is not on this machine; the message says what and how to get it."""


@dataclass(frozen=True)
class Candidate:
    """`run` does all the work and returns the answer, which must compare equal between candidates."""

    name: str
    run: Callable[[], object]


@dataclass(frozen=True)
class Bar:
    """The product may take at most `at_most` times the processor time of `peer`: 2 for twice, 0.2 for a fifth."""

    peer: str
    at_most: float

    def __str__(self) -> str:
        return f"<= {self.at_most:g}x" if self.at_most >= 1 else f">= {1 / self.at_most:g}x faster"


@dataclass(frozen=True)
class Case:
    """One case of the suite: the product first, then its peers; `items` is what the time is divided by."""

    number: str
    title: str
    items: int
    unit: str
    product: Candidate
    peers: tuple[Candidate, ...]
    bars: tuple[Bar, ...]
    rounds: int = 5
    note: str = ""
    on_the_wall: bool = False
    """Whether the bars are ratios of wall time: for what waits for a database, a disk or another process."""
    most_ms: int | None = None
    """What the product may take at most on the wall, for a case whose limit is no ratio."""


@dataclass
class Timing:
    """What the rounds of one candidate took, in seconds, and the most memory that it held, in MiB."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)
    peak: float = 0.0


def run(case: Case) -> bool:
    """
    Run a case, print its table, and return whether every bar was met.

    :raises DifferentAnswer: before any clock is read
    """
    everybody = (case.product, *case.peers)
    _same_answer(everybody)
    timings = {one.name: Timing() for one in everybody}
    for turn in range(max(3, case.rounds)):
        for at in range(len(everybody)):
            one = everybody[(at + turn) % len(everybody)]
            _time(one, timings[one.name])
    for one in everybody:
        timings[one.name].peak = _peak(one)
    return _print(case, timings)


def _same_answer(candidates: Sequence[Candidate]) -> None:
    answers = [(one.name, one.run()) for one in candidates]
    first, expected = answers[0]
    for name, answer in answers[1:]:
        if answer != expected:
            raise DifferentAnswer(f"{name} answers {_short(answer)}, {first} answers {_short(expected)}.")


def _short(answer: object) -> str:
    text = repr(answer)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _time(candidate: Candidate, timing: Timing) -> None:
    gc.collect()
    cpu, wall = _cpu(), time.perf_counter()
    candidate.run()
    timing.wall.append(time.perf_counter() - wall)
    timing.cpu.append(_cpu() - cpu)


def _cpu() -> float:
    both = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def _peak(candidate: Candidate) -> float:
    """Run once more in a child process, whose peak is its own."""
    run = candidate.run
    if isinstance(run, partial):  # engines with threads of their own do not survive a fork
        return _peak_afresh(run)
    child = os.fork()
    if child == 0:
        try:
            candidate.run()
        finally:
            os._exit(0)
    _, _, usage = os.wait4(child, 0)
    return usage.ru_maxrss / MIB


def _peak_afresh(run: partial[object]) -> float:
    """Run a function of a module in a new interpreter, which tells its own peak: usage would count this process in."""
    call = f"from {run.func.__module__} import {run.func.__name__} as run; run(*{run.args!r}, **{run.keywords!r})"
    tell = "print(next(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    done = subprocess.run([sys.executable, "-c", f"{call}; {tell}"], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[-2]) / MIB


def _print(case: Case, timings: dict[str, Timing]) -> bool:
    bars = {bar.peer: bar for bar in case.bars}
    mine = _counted(case, timings[case.product.name])
    load = ", ".join(f"{one:.2f}" for one in os.getloadavg())
    print(f"\nCase {case.number}: {case.title} ({case.items:,} {case.unit}s)")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load}, medians of {max(3, case.rounds)}")
    if case.note:
        print(case.note)
    width = max(len(name) for name in timings)
    print(f"{'':{width}}  {'cpu ms':>9}  {'wall ms':>9}  {f'us/{case.unit}':>9}  {'peak MiB':>8}  {'ratio':>7}  bar")
    met = True
    for name, timing in timings.items():
        cpu, wall = statistics.median(timing.cpu), statistics.median(timing.wall)
        ratio = verdict = ""
        if name != case.product.name:
            ratio = f"{mine / _counted(case, timing):.2f}x"
        if name in bars:
            kept = mine / _counted(case, timing) <= bars[name].at_most
            met = met and kept
            verdict = f"{bars[name]} {_word(kept)}"
        each = cpu / case.items * 1e6
        times = f"{cpu * 1e3:9.1f}  {wall * 1e3:9.1f}  {each:9.2f}"
        print(f"{name:{width}}  {times}  {timing.peak:8.0f}  {ratio:>7}  {verdict}".rstrip())
    if case.most_ms is not None:
        wall = statistics.median(timings[case.product.name].wall) * 1e3
        met = met and wall <= case.most_ms
        print(f"{case.product.name}: {wall:.0f} ms on the wall, at most {case.most_ms}: {_word(wall <= case.most_ms)}")
    return met


def _counted(case: Case, timing: Timing) -> float:
    """The time that the case's bars are about."""
    return statistics.median(timing.wall if case.on_the_wall else timing.cpu)


def _word(kept: bool) -> str:
    return "met" if kept else "MISSED"

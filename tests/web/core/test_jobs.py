"""Schedules: when a job is due, who runs it, and what a stop, a failure or a kill leaves behind."""

from __future__ import annotations

import datetime as dt
import signal
import threading
import time

import pytest
from django.db import connection

from commonweal_web.core import jobs
from commonweal_web.core.jobs import JobRun
from tests.web.core.processes import Processes, processes  # noqa: F401  # a fixture: found by its name

NOW = dt.datetime(2026, 7, 8, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.fixture
def registry(monkeypatch):
    """No jobs but those of the test."""
    registry: dict[str, jobs.Job] = {}
    monkeypatch.setattr(jobs, "_registry", registry)
    monkeypatch.setattr(jobs, "autodiscover_modules", lambda name: None)
    return registry


def count(calls, schedule):
    @schedule
    def work(now):
        calls.append(now)

    return work


@pytest.mark.django_db
def test_a_job_runs_once_in_each_slot(registry):
    calls: list[dt.datetime] = []
    count(calls, jobs.every(minutes=5))
    for minute in range(12):
        jobs.run_due(NOW + minute * MINUTE)
    assert calls == [NOW, NOW + 5 * MINUTE, NOW + 10 * MINUTE]
    assert [job.says for job in jobs.registered()] == ["every 5 min"]


@pytest.mark.django_db
def test_a_daily_job_keeps_londons_time_and_catches_up_once(registry):
    calls: list[dt.datetime] = []
    count(calls, jobs.daily(hour=6))
    summer = dt.datetime(2026, 7, 8, 4, 59, tzinfo=dt.UTC)  # 05:59 in London
    assert jobs.run_due(summer)  # nothing ever ran: yesterday's
    assert not jobs.run_due(summer)
    assert jobs.run_due(summer + MINUTE)
    assert jobs.run_due(dt.datetime(2026, 12, 8, 5, 59, tzinfo=dt.UTC))  # months were missed: one run
    assert jobs.run_due(dt.datetime(2026, 12, 8, 6, 0, tzinfo=dt.UTC))
    assert len(calls) == 4


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-03-29T00:59", "2026-03-28T01:30"),  # the hour from 01:00 is left out that night
        ("2026-03-29T01:30", "2026-03-29T01:30"),
        ("2026-03-30T00:30", "2026-03-30T00:30"),
        ("2026-10-25T00:30", "2026-10-25T00:30"),  # 01:30 comes twice: the first counts
        ("2026-10-25T01:30", "2026-10-25T00:30"),
    ],
)
def test_a_daily_job_on_the_days_when_the_clocks_change(registry, now, slot):
    count([], jobs.daily(hour=1, minute=30))
    moment = dt.datetime.fromisoformat(now).replace(tzinfo=dt.UTC)
    assert jobs.registered()[0].slot(moment) == dt.datetime.fromisoformat(slot).replace(tzinfo=dt.UTC)


@pytest.mark.django_db
def test_a_job_that_fails_stops_no_other_and_is_tried_again(registry):
    calls: list[dt.datetime] = []

    @jobs.daily(hour=6)
    def breaks(now):
        calls.append(now)
        if len(calls) < 3:
            raise OSError("the disk is full")

    others: list[dt.datetime] = []
    count(others, jobs.every(minutes=1))
    for minute in range(20):
        jobs.run_due(NOW + minute * MINUTE)
    assert calls == [NOW, NOW + 5 * MINUTE, NOW + 10 * MINUTE]
    assert len(others) == 20
    run = JobRun.objects.get(name__contains="breaks")
    assert (run.failures, run.last_error, run.done_slot is not None) == (0, "", True)


@pytest.mark.django_db
def test_a_failure_is_noted(registry):
    @jobs.every(minutes=1)
    def breaks(now):
        raise OSError("the disk is full")

    jobs.run_due(NOW)
    assert JobRun.objects.get().last_error == "OSError: the disk is full"


@pytest.mark.django_db(transaction=True)
def test_of_workers_side_by_side_one_runs_the_job(registry):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: BEGIN IMMEDIATE")
    calls: list[dt.datetime] = []

    @jobs.every(minutes=1)
    def slow(now):
        calls.append(now)
        time.sleep(0.3)

    def work():
        jobs.run_due(NOW)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [NOW]


def test_every_app_may_register_jobs():
    names = [job.name for job in jobs.registered()]
    assert {"core.tasks.send_mail", "core.tasks.forget_form_keys", "audit.tasks.anchor_the_log"} <= set(names)


JOB = """
    import datetime as dt, os
    from commonweal_web.core import jobs, outbox
    jobs.autodiscover_modules = lambda name: None
    @jobs.every(minutes=60)
    def remind(now):
        for contract in range(10):
            outbox.queue(key=f"reminder {{contract}}", to="a@b.example", subject="Due", body="b", now=now)
            if contract == {killed_after}:
                os.kill(os.getpid(), 9)
    now = dt.datetime(2026, 7, 8, 12, {minute}, tzinfo=dt.UTC)
    print(json.dumps([jobs.run_due(now), outbox.Message.objects.count()]))
"""


def test_a_job_whose_worker_was_killed_is_taken_over_and_doubles_nothing(processes: Processes):  # noqa: F811
    processes.run_until_killed(JOB.format(killed_after=4, minute=0))
    assert processes.run(JOB.format(killed_after=-1, minute=5)) == [[], 5]
    assert processes.run(JOB.format(killed_after=-1, minute=15)) == [["__main__.remind"], 10]
    assert processes.run(JOB.format(killed_after=-1, minute=16)) == [[], 10]


WORKER = "from commonweal_web.core import jobs; jobs.run_worker()"
QUEUE = """
    from commonweal_web.core import clock, jobs, outbox
    jobs.JobRun.objects.all().delete()
    outbox.queue(key="k", to="a@b.example", subject="Due", body="b", now=clock.now())
"""
THREAD = """
    import time
    from commonweal_web.core import jobs
    jobs.start_thread()
    time.sleep(600)
"""


@pytest.mark.parametrize("code", [WORKER, THREAD])
def test_a_worker_catches_up_at_its_start(processes: Processes, code):  # noqa: F811
    processes.run(QUEUE)
    worker = processes.start(code)
    try:
        wait_for(lambda: list((processes.home / "mail").iterdir()))
    finally:
        worker.send_signal(signal.SIGTERM)
        _, err = worker.communicate(timeout=300)
    assert "Traceback" not in err
    assert worker.returncode == (0 if code is WORKER else -signal.SIGTERM), err


def test_of_two_web_processes_one_runs_the_jobs_and_the_other_takes_over(processes: Processes):  # noqa: F811
    first, second = processes.start(THREAD), None
    try:
        wait_for(lambda: (processes.home / "anchors").exists())
        second = processes.start(THREAD)
        processes.run(QUEUE)
        first.kill()
        first.communicate()
        wait_for(lambda: list((processes.home / "mail").iterdir()))
    finally:
        for process in filter(None, (first, second)):
            process.kill()
            process.communicate()


def wait_for(there, seconds=300):
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.1)

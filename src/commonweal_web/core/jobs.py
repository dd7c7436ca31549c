"""
What happens without anybody clicking: a registry of schedules, and the workers that keep them.

    @jobs.every(minutes=1)
    def send_mail(now): ...

    @jobs.daily(hour=6)
    def remind(now): ...

An app registers its jobs in a module `tasks.py`. A job gets the moment and nothing else, looks at the rows to see what
is due, and may run late or twice without harm. Whether it is due is a row of the database (`JobRun`), so any number
of workers may run: one takes each run, a run whose worker was killed is taken again after `LEASE`, and a job missed
while nothing ran is done once at the next start.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import models, transaction
from django.utils.module_loading import autodiscover_modules

from commonweal_web.core import clock

log = structlog.get_logger(__name__)

Function = Callable[[dt.datetime], object]
LEASE = dt.timedelta(minutes=15)
RETRY = dt.timedelta(minutes=5)
EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Job:
    """One schedule: `slot(now)` is the latest moment at which the job was due."""

    name: str
    function: Function
    slot: Callable[[dt.datetime], dt.datetime]
    says: str


class JobRun(models.Model):
    """How far a job is: the slot last done, who holds it until when, and what went wrong last."""

    name = models.CharField(max_length=100, primary_key=True)
    done_slot = models.DateTimeField(null=True)
    taken_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


_registry: dict[str, Job] = {}


def every(*, minutes: int) -> Callable[[Function], Function]:
    """Run the function every so many minutes."""
    step = dt.timedelta(minutes=minutes)
    return _register(lambda now: EPOCH + (now - EPOCH) // step * step, f"every {minutes} min")


def daily(*, hour: int, minute: int = 0) -> Callable[[Function], Function]:
    """Run the function once a day, at this time in London."""

    def slot(now: dt.datetime) -> dt.datetime:
        local = now.astimezone(clock.LONDON)
        at = dt.datetime.combine(local.date(), dt.time(hour, minute), tzinfo=clock.LONDON)
        if at.astimezone(dt.UTC) > now:
            at = dt.datetime.combine(local.date() - dt.timedelta(days=1), dt.time(hour, minute), tzinfo=clock.LONDON)
        return at.astimezone(dt.UTC)

    return _register(slot, f"daily at {hour:02}:{minute:02}")


def registered() -> list[Job]:
    """Return every job of every app, in the order of their names."""
    autodiscover_modules("tasks")
    return [_registry[name] for name in sorted(_registry)]


def run_due(now: dt.datetime) -> list[str]:
    """
    Run each job that is due and that nobody else holds; return the names of those that were run.

    A job that fails is noted, does not stop the others, and is tried again after `RETRY`.
    """
    return [job.name for job in registered() if _take(job, now) and _run(job, now)]


def _register(slot: Callable[[dt.datetime], dt.datetime], says: str) -> Callable[[Function], Function]:
    def add(function: Function) -> Function:
        name = f"{function.__module__.removeprefix('commonweal_web.')}.{function.__name__}"
        _registry[name] = Job(name, function, slot, says)
        return function

    return add


def _take(job: Job, now: dt.datetime) -> bool:
    slot = job.slot(now)
    known = JobRun.objects.filter(pk=job.name).first()
    if known is not None and not _is_free(known, slot, now):
        return False
    with transaction.atomic():
        if known is None:
            JobRun.objects.bulk_create([JobRun(name=job.name)], ignore_conflicts=True)
        run = JobRun.objects.select_for_update().get(pk=job.name)
        if not _is_free(run, slot, now):
            return False
        run.taken_until = now + LEASE
        run.save(update_fields=["taken_until"])
        return True


def _is_free(run: JobRun, slot: dt.datetime, now: dt.datetime) -> bool:
    done = run.done_slot is not None and run.done_slot >= slot
    held = run.taken_until is not None and run.taken_until > now
    return not done and not held


def _run(job: Job, now: dt.datetime) -> bool:
    runs = JobRun.objects.filter(pk=job.name)
    try:
        job.function(now)
    except Exception as error:
        log.exception("job_failed", job=job.name)
        said = f"{type(error).__name__}: {error}"[:500]
        runs.update(failures=models.F("failures") + 1, last_error=said, taken_until=now + RETRY)
    else:
        runs.update(done_slot=job.slot(now), taken_until=None, finished_at=now, failures=0, last_error="")
    return True


def run_worker(*, threads: int = 2) -> None:
    """Run the schedules and the queue in this process until SIGTERM, which lets the task at hand end."""
    from commonweal_web.core import queue

    logging.getLogger("huey").setLevel(logging.WARNING)
    queue.consumer(threads=threads).run()


def start_thread() -> None:
    """
    Run the schedules and the queue in a thread of this process, for a service without a worker of its own.

    Of several web processes on one machine, one does it; when that one ends, another takes over.
    """
    from commonweal_web.core import queue

    logging.getLogger("huey").setLevel(logging.WARNING)
    queue.start_thread()

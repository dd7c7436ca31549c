"""The models of the app `core`, each written in the module of its job."""

from commonweal_web.core.demo_clock import DemoClock
from commonweal_web.core.idempotency import Submission
from commonweal_web.core.jobs import JobRun
from commonweal_web.core.outbox import Message

__all__ = ["DemoClock", "JobRun", "Message", "Submission"]

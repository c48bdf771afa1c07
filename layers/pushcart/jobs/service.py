"""Jobs: asked for in the transaction that wants them, done step by step, resumed wherever a worker died.

Each step of a job does a bounded piece of work in transactions of its own, and can be done twice without harm; where
the next one begins is written down after it. A message that is delivered again goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from pushcart import queues
from pushcart.jobs import repository
from pushcart.jobs.models import JobItem
from pushcart.jobs.schemas import Job, Progress
from pushcart.jobs.states import FINAL, JobStatus
from pushcart.outbox.service import Target, announce
from utils.ids import new_id
from utils.log import log_exception
from utils.messages import EventMessage
from utils.transaction import Transaction

QUEUED: Final = "job.queued"
CONTINUED: Final = "job.continued"
SLICE_SECONDS: Final = 12
"""How long one delivery goes on with steps; half of the worker's time, since a step takes its own."""


class UnknownJob(LookupError):
    """A message names a job, or a kind, that is not there; it ends among the dead letters."""


class Step(NamedTuple):
    """What a step has left: how far the job is, and where the next step begins; ``None`` when that was the last."""

    done: int
    total: int
    checkpoint: dict[str, Any] | None = None
    result: dict[str, Any] | None = None


class Work(NamedTuple):
    """What a step is told of its job: its id, and the id of what it is about."""

    id: str
    subject: str


Runner = Callable[[Work, dict[str, Any] | None], Step]
"""Does one step of a job, from its checkpoint (``None`` at the beginning)."""


def queue_job(tx: Transaction, *, kind: str, title: str, subject: str, owner_id: str) -> Job:
    """Append a job and the command that sets it going; returns what is told of it.

    Example
    -------
    >>> queue_job(tx, kind="data_export", title="…", subject=user_id, owner_id=user_id)  # doctest: +SKIP
    """
    made = repository.add(tx, new_id("job"), kind=kind, title=title, subject=subject, owner_id=owner_id)
    _command(tx, made, QUEUED)
    return _shown(made)


def find(tx: Transaction, job_id: str) -> Job | None:
    """Return what is told of a job as it stands."""
    found = repository.job(tx, job_id)
    return _shown(found) if found else None


def _shown(job: JobItem) -> Job:
    return Job(
        id=job.id,
        kind=job.kind,
        title=job.title,
        blocked_by=[],
        status=job.status,
        progress=Progress(done=int(job.done), total=int(job.total)),
        result=job.result,
        errors=list(job.errors or []),
        created_at=job.created_at,
        updated_at=job.updated_at,
        version=int(job.version),
    )


def perform(message: EventMessage, runners: Mapping[str, Runner], *, last_try: bool) -> None:
    """Go on with the job that a message names, for a while; what is left is sent as another message.

    Parameters
    ----------
    runners
        What does a step of each kind.
    last_try
        That SQS will not deliver this message again: the job is then marked as failed before it goes to the dead
        letters, from where a redrive takes it up again.

    Raises
    ------
    UnknownJob
        When there is no such job or nobody who could do it.
    """
    found = repository.job(Transaction(), message.aggregate)
    if found is None or found.kind not in runners:
        raise UnknownJob(message.aggregate)
    if found.status in FINAL or message.sequence < found.sequence:
        return
    try:
        _go_on(found, runners[found.kind])
    except Exception as trouble:
        if last_try:
            log_exception("job", trouble, job_id=found.id, kind=found.kind)
            _write(found, JobStatus.FAILED, errors=[{"code": "FAILED", "message": type(trouble).__name__}])
        raise


def _go_on(found: JobItem, runner: Runner) -> None:
    until = time.monotonic() + SLICE_SECONDS
    while True:
        step = runner(Work(found.id, found.subject), found.checkpoint)
        progress = {"done": step.done, "total": step.total, "checkpoint": step.checkpoint, "result": step.result}
        if step.checkpoint is None:
            _write(found, JobStatus.SUCCEEDED, **progress)
            return
        if time.monotonic() >= until:
            _hand_over(found, **progress)
            return
        _write(found, JobStatus.RUNNING, **progress)


def _write(found: JobItem, status: JobStatus, **values: Any) -> None:
    tx = Transaction()
    repository.move(tx, found, status, **values)
    tx.commit()


def _hand_over(found: JobItem, **values: Any) -> None:
    tx = Transaction()
    repository.move(tx, found, JobStatus.RUNNING, sequence=int(found.sequence) + 1, **values)
    _command(tx, found, CONTINUED)
    tx.commit()


def _command(tx: Transaction, job: JobItem, kind: str) -> None:
    targets = [Target(queues.jobs)]
    sequence = int(job.sequence)
    announce(
        tx, aggregate=job.id, sequence=sequence, type=kind, data={"kind": job.kind}, targets=targets, on_topic=False
    )

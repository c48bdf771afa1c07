"""Every read and write of jobs."""

from __future__ import annotations

from typing import Any

from pushcart.jobs.models import JobItem
from pushcart.jobs.states import JobStatus
from utils.errors import Unavailable
from utils.models import Key
from utils.transaction import Transaction
from utils.versions import amend


def job_key(job_id: str) -> Key:
    """Return where a job stands."""
    return JobItem.key_of(job_id)


def job(tx: Transaction, job_id: str) -> JobItem | None:
    """Return a job as it is stored."""
    found: JobItem | None = tx.read_one(job_key(job_id))
    return found


def add(tx: Transaction, job_id: str, *, kind: str, title: str, subject: str, owner_id: str) -> JobItem:
    """Append a new job that waits for its worker."""
    key = job_key(job_id)
    made = JobItem(
        key.pk,
        key.sk,
        id=job_id,
        kind=kind,
        title=title,
        subject=subject,
        owner_id=owner_id,
        status=JobStatus.QUEUED,
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    tx.create(made, taken=Unavailable())
    return made


def move(tx: Transaction, found: JobItem, status: JobStatus, **values: Any) -> None:
    """Append where a job stands now. Two workers with one message: one gets through, the other tries again."""
    amend(tx, found, refused=Unavailable(), status=status, **values)

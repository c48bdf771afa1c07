"""The export of what the shop holds about somebody (GDPR, 15 and 20): asked for, and fetched when it is made."""

from __future__ import annotations

from typing import Any, Final

from pushcart.accounts.models.privacy import ExportItem
from pushcart.accounts.repository import privacy
from pushcart.accounts.schemas.privacy import ExportedRecord
from pushcart.jobs.schemas import Job
from pushcart.jobs.service import queue_job
from utils.clock import now, rfc3339
from utils.errors import NotFound
from utils.queries import Page
from utils.transaction import Transaction

KIND: Final = "data_export"


def request(tx: Transaction, user_id: str) -> Job:
    """Append the wish for an export; a mail tells when it can be fetched."""
    return queue_job(tx, kind=KIND, title="Export of personal data", subject=user_id, owner_id=user_id)


def fetch(tx: Transaction, user_id: str, *, limit: int, start: dict[str, Any] | None) -> Page[ExportedRecord]:
    """Return a page of the caller's latest export.

    Raises
    ------
    NotFound
        While none is ready, and when it has lapsed, a week after it was made.
    """
    ready: ExportItem | None = tx.read_one(privacy.export_key(user_id))
    if ready is None or ready.expires_at <= rfc3339(now()):
        raise NotFound("export")
    page = privacy.records(user_id, ready.job_id, limit=limit, start=start)
    return Page([ExportedRecord(kind=record.kind, data=record.data) for record in page.items], page.last_key)

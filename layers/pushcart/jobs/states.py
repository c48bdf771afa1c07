"""Where a job stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class JobStatus(StrEnum):
    """Where a job stands; a blocked one waits for others."""

    BLOCKED = "blocked"
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


FINAL: Final = frozenset({JobStatus.SUCCEEDED, JobStatus.CANCELLED})
"""Nothing happens to it any more. A failed one is taken up again when its message is sent again."""

"""The erasure of a person (GDPR, article 17): what is personal goes, the books stay, and a restore brings nobody back.

The wish closes the account at once and is written down in another table than what is erased. The work is a job in
steps, each of which can be done twice; after a restore every wish is carried out again
(``make replay-erasures``). What stays in no table is left to its own end: the answers kept under idempotency keys last
24 hours, 30 days where money moved; backups 35 days.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pushcart.access import STAFF_ROLES
from pushcart.accounts import events
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import people, privacy
from pushcart.carts import service as carts
from pushcart.jobs import service as jobs
from pushcart.jobs.schemas import Job
from pushcart.jobs.service import Step, Work
from pushcart.orders import service as orders
from pushcart.outbox.service import announce
from utils.errors import InvalidState, NotFound, Overtaken, Unavailable
from utils.transaction import Transaction

KIND: Final = "erasure"
TITLE: Final = "Erasure of personal data"
PROFILE: Final = "PROFILE"
STEPS: Final = ("account", "parts", "carts", "orders", "parts", "profile")
"""Sessions are parts: they go early, so that nothing new comes while the rest is erased. What came until they were gone
(many parts go in many transactions, and an access token lasts ten minutes) goes when parts are looked at once more."""
PAGE: Final = 45
"""Each part may have another elsewhere, and a transaction holds a hundred."""


def request(tx: Transaction, user_id: str, *, by: str) -> Job:
    """Append the wish to erase somebody, and close their account. A second wish is told of the first's job.

    Raises
    ------
    NotFound
        When there is no such account.
    InvalidState
        While the account has a role of staff: the last admin stays, and power is laid down before its holder goes.
    """
    found, erasure = tx.read(people.profile_key(user_id), privacy.erasure_key(user_id))
    if found is None:
        raise NotFound("user")
    if erasure is not None:
        job = jobs.find(tx, erasure.job_id)
        if job is not None:
            return job
    if found.roles & STAFF_ROLES:
        raise InvalidState("Staff cannot be erased. Have the roles taken away first.", detail="roles")
    job = jobs.queue_job(tx, kind=KIND, title=TITLE, subject=user_id, owner_id=by)
    if erasure is None:
        privacy.add_erasure(tx, user_id, job.id)
    privacy.close(tx, found, refused=Overtaken())
    event = events.disabled(user_id, by)
    announce(tx, aggregate=user_id, sequence=int(found.sequence) + 1, type=event.type, data=event.data)
    return job


def replay(since: str) -> Iterator[str]:
    """Carry out again every erasure that was asked for since ``since`` (RFC 3339), and yield whose.

    For whoever has restored a table from before then: what was erased is in it again.
    """
    start: dict[str, Any] | None = None
    while True:
        page = privacy.erasures_since(since, start=start)
        for erasure in page.items:
            tx = Transaction()
            jobs.queue_job(tx, kind=KIND, title=TITLE, subject=erasure.user_id, owner_id="operator")
            tx.commit()
            yield erasure.user_id
        if not page.last_key:
            return
        start = page.last_key


def step(job: Work, checkpoint: dict[str, Any] | None) -> Step:
    """Do one bounded piece of an erasure."""
    at = checkpoint or {"step": 0, "start": None}
    number = int(at["step"])
    last_key = _DO[STEPS[number]](job, at["start"])
    if last_key:
        return Step(done=number, total=len(STEPS), checkpoint={"step": number, "start": last_key})
    done = number + 1
    return Step(done=done, total=len(STEPS), checkpoint={"step": done, "start": None} if done < len(STEPS) else None)


def _close(job: Work, _: Any) -> None:
    """Close an account that a restore has brought back.

    Nothing is announced of the account or its sessions from here on: restored ones count their events from before
    those that are there.
    """
    tx = Transaction()
    found = people.profile(tx, job.subject)
    if found is not None and not found.disabled:
        privacy.close(tx, found, refused=Unavailable())
        tx.commit()


def _erase_carts(job: Work, start: dict[str, Any] | None) -> dict[str, Any] | None:
    return carts.erase_all(job.subject, start).last_key


def _erase_parts(job: Work, start: dict[str, Any] | None) -> dict[str, Any] | None:
    """Erase everything under the account but its profile, which says until the end whose all this was."""
    page = privacy.parts_of(job.subject, limit=PAGE, start=start)
    tx = Transaction()
    privacy.remove_parts(tx, [part for part in page.items if part.sk != PROFILE])
    tx.commit()
    return page.last_key


def _erase_contacts(job: Work, start: dict[str, Any] | None) -> dict[str, Any] | None:
    return orders.erase_contacts(job.subject, start).last_key


def _empty_profile(job: Work, _: Any) -> None:
    tx = Transaction()
    found: ProfileItem | None = people.profile(tx, job.subject)
    if found is None or found.erased_at:
        return
    address = tx.read_one(privacy.owner_key(found))
    privacy.empty(tx, found, address)
    event = events.erased(job.subject)
    announce(tx, aggregate=f"era_{job.id.partition('_')[2]}", sequence=1, type=event.type, data=event.data)
    tx.commit()


_DO: Final[dict[str, Any]] = {
    "account": _close,
    "parts": _erase_parts,
    "carts": _erase_carts,
    "orders": _erase_contacts,
    "profile": _empty_profile,
}

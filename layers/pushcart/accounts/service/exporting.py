"""Making an export of what the shop holds about somebody, step by step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from pushcart.accounts import events
from pushcart.accounts.models.addresses import AddressItem
from pushcart.accounts.models.identities import HeldIdentityItem
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.models.privacy import ExportItem
from pushcart.accounts.models.sessions import SessionItem
from pushcart.accounts.repository import people, privacy
from pushcart.carts import service as carts
from pushcart.jobs.service import Step, Work
from pushcart.orders import service as orders
from pushcart.outbox.service import announce
from utils.clock import now
from utils.errors import Unavailable
from utils.queries import Page
from utils.transaction import Transaction

KEPT: Final = timedelta(days=7)
PROFILE: Final = ("id", "email", "name", "phone", "locale", "email_verified", "mfa", "created_at", "updated_at")
ADDRESS: Final = (
    "id", "name", "line1", "line2", "city", "region", "postal_code", "country", "phone", "is_default", "created_at",
)  # fmt: skip
IDENTITY: Final = ("provider", "issuer", "subject", "created_at")
SESSION: Final = ("id", "agent", "client_id", "created_at", "rotated_at", "expires_at", "revoked_at")

Records = Page[dict[str, Any]]


def step(job: Work, checkpoint: dict[str, Any] | None) -> Step:
    """Write one page of one kind of record; after the last, the export can be fetched and its owner is told.

    Of an account that was closed meanwhile nothing more is written: nobody could fetch it, and it may be being erased.
    """
    at = checkpoint or {"section": 0, "start": None, "number": 0}
    section, number = int(at["section"]), int(at["number"])
    owner: ProfileItem | None = people.profile(Transaction(), job.subject)
    if owner is None or not owner.is_open:
        return Step(done=section, total=len(SECTIONS) + 1, result={"records": number})
    if section == len(SECTIONS):
        _publish(job)
        return Step(done=len(SECTIONS) + 1, total=len(SECTIONS) + 1, result={"records": number})
    kind, read = SECTIONS[section]
    page = read(job.subject, at["start"])
    _write(job, kind, page, number)
    following = (
        {"section": section, "start": page.last_key} if page.last_key else {"section": section + 1, "start": None}
    )
    following["number"] = number + len(page.items)
    return Step(done=section, total=len(SECTIONS) + 1, checkpoint=following)


def _profile(user_id: str, _: dict[str, Any] | None) -> Records:
    found = people.profile(Transaction(), user_id)
    return Page([_picked(found, PROFILE)] if found else [])


def _addresses(user_id: str, start: dict[str, Any] | None) -> Records:
    page: Page[AddressItem] = privacy.addresses_of(user_id, start)
    return Page([_picked(address, ADDRESS) for address in page.items], page.last_key)


def _sessions(user_id: str, start: dict[str, Any] | None) -> Records:
    page: Page[SessionItem] = privacy.sessions_of(user_id, start)
    return Page([_picked(session, SESSION) for session in page.items], page.last_key)


def _identities(user_id: str, start: dict[str, Any] | None) -> Records:
    page: Page[HeldIdentityItem] = privacy.identities_of(user_id, start)
    return Page([_picked(identity, IDENTITY) for identity in page.items], page.last_key)


def _carts(user_id: str, start: dict[str, Any] | None) -> Records:
    return carts.exported(user_id, start)


def _orders(user_id: str, start: dict[str, Any] | None) -> Records:
    return orders.exported(user_id, start)


SECTIONS: Final = (
    ("profile", _profile),
    ("address", _addresses),
    ("session", _sessions),
    ("identity", _identities),
    ("cart", _carts),
    ("order", _orders),
)
"""Each kind of record and how a page of it is read. What is secret (hashes, sealed secrets) is nobody's to take."""


def _picked(item: Any, fields: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in fields if (value := getattr(item, name)) is not None}


def _write(job: Work, kind: str, page: Records, number: int) -> None:
    tx, ttl = Transaction(), int((now() + KEPT).timestamp())
    for offset, data in enumerate(page.items):
        privacy.put_record(tx, job.subject, job.id, number + offset, kind=kind, data=data, ttl=ttl)
        if offset % 50 == 49:
            tx.commit()
    tx.commit()


def _publish(job: Work) -> None:
    tx = Transaction()
    found: ProfileItem | None = people.profile(tx, job.subject)
    ready: ExportItem | None = tx.read_one(privacy.export_key(job.subject))
    if found is None or found.disabled or (ready is not None and ready.job_id == job.id):
        return
    privacy.publish(tx, job.subject, job.id, expires=now() + KEPT)
    people.count_event(tx, found, refused=Unavailable())
    event = events.data_exported(job.subject, job.id)
    announce(tx, aggregate=found.id, sequence=int(found.sequence) + 1, type=event.type, data=event.data)
    tx.commit()

"""Reading and writing the generations of the signing key, and the leave to make one."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from pushcart.accounts.models.signing_keys import GENERATION, KEYS, RotationItem, SigningKeyItem
from utils.clock import rfc3339
from utils.errors import Problem, StaleVersion, Unavailable
from utils.queries import query
from utils.reads import fetch
from utils.transaction import Transaction


def generations() -> list[SigningKeyItem]:
    """Return all generations that are remembered: a handful, and none before the first rotation looked."""
    return query(SigningKeyItem, KEYS, prefix=GENERATION, consistent=True).items


def add_generation(tx: Transaction, kid: str, key_id: str, *, signs_from: datetime) -> SigningKeyItem:
    """Append a new generation."""
    key = SigningKeyItem.key_of(kid)
    made = SigningKeyItem(
        key.pk,
        key.sk,
        kid=kid,
        key_id=key_id,
        signs_from=rfc3339(signs_from),
        created_at=tx.moment,
        updated_at=tx.moment,
    )
    tx.create(made, taken=StaleVersion())
    return made


def retire_generation(tx: Transaction, found: SigningKeyItem, *, at: datetime) -> None:
    """Append until when tokens of a generation are taken."""
    tx.change(found, SigningKeyItem.retires_at.set(rfc3339(at)))


def end_generation(tx: Transaction, found: SigningKeyItem, *, forget: datetime) -> None:
    """Append that the deletion of a generation's key was scheduled, and when the item may go."""
    ended = (SigningKeyItem.deleted_at.set(tx.moment), SigningKeyItem.ttl.set(int(forget.timestamp())))
    tx.change(found, *ended)


def rotation_under_way() -> RotationItem | None:
    """Return who is making a generation, or crashed while doing so."""
    key = RotationItem.key_of()
    found: RotationItem | None = fetch([key]).get(key)
    return found


def begin_rotation(*, until: datetime, refused: Problem) -> str:
    """Take the leave to make a generation, unless somebody has it; return what shows it."""
    tx, fence = Transaction(), str(uuid4())
    free = RotationItem.pk.does_not_exist() | (RotationItem.until <= tx.moment)
    begun = (RotationItem.fence.set(fence), RotationItem.until.set(rfc3339(until)))
    tx.adjust(RotationItem.key_of(), *begun, when=free, refused=refused)
    tx.commit()
    return fence


def require_rotation(tx: Transaction, fence: str, *, lost: Problem) -> None:
    """Append that the leave is still ours: whoever was so slow that another took it writes nothing."""
    tx.require(RotationItem.key_of(), RotationItem.fence == fence, refused=lost)


def finish_rotation(fence: str) -> None:
    """Give the leave back; nothing was left over."""
    tx = Transaction()
    tx.remove(RotationItem.key_of(), when=RotationItem.fence == fence, refused=Unavailable())
    tx.commit()

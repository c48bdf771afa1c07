"""Readiness: one cheap read of the table that every write passes."""

from pushcart.system.schemas import Readiness
from utils.idempotency import IdempotencyRecord
from utils.models import Key
from utils.transaction import Transaction


def readiness(tx: Transaction) -> Readiness:
    """Read one item that does not exist; raises ``Unavailable`` (503) when the database does not answer."""
    tx.read_one(Key(IdempotencyRecord, "HEALTH", "META"), consistent=False)
    return Readiness(status="ok", database="ok")

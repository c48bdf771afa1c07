"""Which PaymentIntent an attempt to pay is: kept in the attempt itself, as ``provider_ref``.

It is written once, before anybody can be charged by it, and never changes. So Stripe is never searched (its search is
eventually consistent), and no answer of Stripe's has to be waited for to know what to ask about.
"""

from __future__ import annotations

from pushcart import tables
from pushcart.payments.models import PaymentItem, charge_key, charge_of, order_id_of
from utils.errors import Conflict
from utils.models import Key
from utils.queries import query
from utils.reads import fetch
from utils.transaction import Transaction

NEVER = "never:"
"""Stands before a charge's key where its PaymentIntent would stand, if one is never to be confirmed: it was voided
before it was made."""


def reference_of(key: str) -> str | None:
    """Return the reference that is written for a charge, ``None`` when there is none yet.

    Raises
    ------
    LookupError
        When ``key`` is of no attempt of ours.
    """
    at = _key_of(key)
    found = fetch([at]).get(at)
    if found is None:
        raise LookupError(key)
    reference: str | None = found.provider_ref
    return reference


def remember(key: str, reference: str) -> str:
    """Write the reference of a charge, unless there is one, and return the one that stands.

    Whoever comes second learns of the first, and confirms or cancels that one: there is one PaymentIntent that can
    charge an attempt, whatever was made besides.
    """
    tx = Transaction()
    # No version: the queue's worker holds one, and its own writes are not overtaken by this one.
    tx.adjust(
        _key_of(key),
        PaymentItem.provider_ref.set(reference),
        when=PaymentItem.id.exists() & PaymentItem.provider_ref.does_not_exist(),
        refused=Conflict("It has a reference."),
    )
    try:
        tx.commit()
    except Conflict:
        return reference_of(key) or reference
    return reference


def key_of(reference: str) -> str | None:
    """Return the key of the charge that a reference is of, ``None`` when it is none of ours."""
    page = query(PaymentItem, reference, index=tables.orders["by_provider_ref"], limit=1)
    for payment in page.items:
        attempt = payment.id_of_key.rpartition("_")[2]
        return charge_key(order_id_of(payment.id_of_key) or "", int(attempt))
    return None


def _key_of(key: str) -> Key:
    ids = charge_of(key)
    if ids is None:
        raise LookupError(key)
    return PaymentItem.key_of(*ids)

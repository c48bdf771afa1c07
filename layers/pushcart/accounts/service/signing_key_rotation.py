"""Giving the key that signs access tokens a successor, on time and without a token that does not verify.

A successor is published at once, signs ten minutes later, and its predecessor's tokens are taken for fifteen more: a
token lives ten, and processes and caches keep the list for five (:mod:`pushcart.accounts.key_ring`). One rotation runs
at a time. Whoever crashes leaves the leave behind, and the next one looks for a key that stands in no item: it is made
the successor if one is due, and deleted if not; so no key is made twice, and none is forgotten.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final, NamedTuple

from pushcart import queues
from pushcart.accounts import events, kms_keys, signing_keys
from pushcart.accounts.kms_keys import name_of
from pushcart.accounts.models.signing_keys import SigningKeyItem
from pushcart.accounts.repository import signing_keys as repository
from pushcart.accounts.signing_keys import PublicKey
from pushcart.outbox.service import announce
from utils.clock import now, parse, rfc3339
from utils.errors import Conflict, StaleVersion
from utils.log import logger
from utils.settings import setting
from utils.transaction import Transaction

PUBLISHED_BEFORE: Final = timedelta(minutes=10)
KEPT_AFTER: Final = timedelta(minutes=15)
LEAVE: Final = timedelta(minutes=5)
"""Longer than a run can take."""
REMEMBERED: Final = timedelta(days=30)
"""How long the item of a deleted key stays: longer than KMS takes to delete it, or it would look like a lost one."""


class Successor(NamedTuple):
    """A generation that signs from then on (RFC 3339)."""

    kid: str
    signs_from: str


class UnderWay(Conflict):
    """Somebody else is rotating at this moment."""

    def __init__(self) -> None:
        super().__init__("The signing key is being rotated by somebody else at this moment.")


class LeaveLost(UnderWay):
    """This run was so slow that another took it for crashed."""


def rotate(*, at_once: bool = False) -> Successor | None:
    """Do what is due: make a successor, take away what has retired, and what a crash left over.

    Parameters
    ----------
    at_once
        Make a successor though the key is not old enough: the operator's word.

    Returns
    -------
    Successor or None
        The generation that is to sign: made just now, or a while ago and still waiting. ``None`` when none is.

    Raises
    ------
    UnderWay
        When another run has the leave, and has not crashed.
    """
    known, left_over = repository.generations() or _noted(), repository.rotation_under_way()
    if at_once or left_over or _is_due(known) or _retired(known):
        fence = repository.begin_rotation(until=now() + LEAVE, refused=UnderWay())
        _work(fence, at_once=at_once, crashed=left_over is not None)
        known = repository.generations()
    waiting = [one for one in known if one.signs_from > rfc3339(now())]
    return Successor(waiting[0].kid, waiting[0].signs_from) if waiting else None


def rotate_on_time() -> None:
    """Do what is due, unless another run is at it."""
    try:
        rotate()
    except UnderWay:
        logger.info("the signing key is being rotated by another run")


def _work(fence: str, *, at_once: bool, crashed: bool) -> None:
    """Do it under the leave. What cannot be finished leaves it behind, for the next run to go on."""
    known = repository.generations()
    lost = list(kms_keys.lost({name_of(one.key_id) for one in known} | {_first_name()})) if crashed else []
    newest = max(known, key=lambda one: one.signs_from)
    if newest.signs_from <= rfc3339(now()) and (at_once or _is_due(known)):
        taken = _found_or_made(lost)
        if taken is None:
            return
        key_id, half = taken
        try:
            _succeed(known, key_id, half, fence)
        except LeaveLost:
            _give_up(key_id)
            raise
        lost = [one for one in lost if one != key_id]
    for key_id in lost:
        logger.warning("a signing key that a crash left over is deleted", extra={"key_id": key_id})
        kms_keys.delete(key_id)
    for one in _retired(known):
        kms_keys.delete(one.key_id)
        tx = Transaction()
        repository.end_generation(tx, one, forget=now() + REMEMBERED)
        tx.commit()
    repository.finish_rotation(fence)


def _found_or_made(lost: Sequence[str]) -> tuple[str, PublicKey] | None:
    """Return a key and its public half: one that was left over, or a new one; ``None`` if KMS does not tell it yet."""
    for key_id in lost:
        if half := kms_keys.public_half(key_id):
            return key_id, half
    made = kms_keys.create()
    half = kms_keys.public_half(made)
    return (made, half) if half else None


def _give_up(key_id: str) -> None:
    """Delete a key that was made too late, unless whoever has the leave now has found it and made it the successor."""
    if key_id not in {name_of(one.key_id) for one in repository.generations()}:
        kms_keys.delete(key_id)


def _succeed(known: Sequence[SigningKeyItem], key_id: str, half: PublicKey, fence: str) -> None:
    """Write the successor and the end of its predecessors, in one transaction that is ours alone to make."""
    tx, signs_from = Transaction(), now() + PUBLISHED_BEFORE
    repository.require_rotation(tx, fence, lost=LeaveLost())
    repository.add_generation(tx, half.kid, key_id, signs_from=signs_from)
    for one in known:
        if not one.retires_at:
            repository.retire_generation(tx, one, at=signs_from + KEPT_AFTER)
    event = events.signing_key_rotated(half.kid)
    announce(tx, aggregate=half.kid, sequence=1, type=event.type, data=event.data)
    tx.commit()


def _noted() -> list[SigningKeyItem]:
    """Note the key that came with the deployment: its age counts from the first time that anybody looks."""
    key_id, tx = queues.token_signing.key_id, Transaction()
    repository.add_generation(tx, signing_keys.read(key_id).kid, key_id, signs_from=now())
    with suppress(StaleVersion):
        tx.commit()
    return repository.generations()


def _first_name() -> str:
    return name_of(queues.token_signing.key_id)


def _is_due(known: Sequence[SigningKeyItem]) -> bool:
    newest = max(known, key=lambda one: one.signs_from)
    return parse(newest.created_at) + timedelta(days=int(setting("SIGNING_KEY_DAYS"))) <= now()


def _retired(known: Sequence[SigningKeyItem]) -> list[SigningKeyItem]:
    """Return the generations whose keys are to go. The one that came with the deployment stays: a template has it."""
    moment = rfc3339(now())
    over = [one for one in known if one.retires_at and one.retires_at <= moment and not one.deleted_at]
    return [one for one in over if name_of(one.key_id) != _first_name()]

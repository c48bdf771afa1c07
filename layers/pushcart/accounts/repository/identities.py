"""Reading and writing what ties accounts to identity providers."""

from __future__ import annotations

from typing import Any

from pynamodb.expressions.update import Action

from pushcart.accounts.models.identities import HeldIdentityItem, IdentityItem
from pushcart.accounts.models.people import PasswordItem, ProfileItem
from pushcart.accounts.repository.factors import factor_key
from utils.errors import Overtaken
from utils.models import Key
from utils.transaction import Transaction


def identity_key(issuer: str, subject: str) -> Key:
    """Return where it stands which account an identity at a provider opens."""
    return IdentityItem.key_of(issuer, subject)


def add_identity(tx: Transaction, user_id: str, *, provider: str, issuer: str, subject: str) -> None:
    """Append a new tie; of many who make one for the same person at once, one does, and the others find it."""
    key, held = IdentityItem.key_of(issuer, subject), HeldIdentityItem.key_of(user_id, issuer, subject)
    about: dict[str, Any] = {"user_id": user_id, "provider": provider, "created_at": tx.moment}
    tx.create(IdentityItem(key.pk, key.sk, **about), taken=Overtaken())
    tx.create(HeldIdentityItem(held.pk, held.sk, issuer=issuer, subject=subject, **about), taken=Overtaken())


def count_events(tx: Transaction, found: ProfileItem, *, events: int, hand_over: bool) -> None:
    """Append that so many events of the account are announced.

    ``hand_over``: its address was never shown to be anybody's, and now is somebody's. What a stranger may have set up
    to get in by (password, second factor, sessions) goes, and so does the stranger's telephone number.
    """
    actions: list[Action] = [ProfileItem.sequence.set(found.sequence + events)]
    if hand_over:
        actions += [
            ProfileItem.email_verified.set(True),
            ProfileItem.mfa.set(False),
            ProfileItem.phone.remove(),
            ProfileItem.sessions_from.set(tx.moment),
        ]
        tx.remove(PasswordItem.key_of(found.id))
        tx.remove(factor_key(found.id))
    tx.change(found, *actions, refused=Overtaken())

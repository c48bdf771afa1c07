"""Reading and writing second factors.

What a factor proves is written without its version: two log-ins by two proofs are not in each other's way, while one
proof shown twice is, by the condition on what it uses up.
"""

from __future__ import annotations

from pushcart.accounts.models.factors import FactorItem
from pushcart.accounts.models.people import ProfileItem
from utils.commits import Refusal
from utils.errors import Overtaken, Problem
from utils.models import Key
from utils.transaction import Transaction


def factor_key(user_id: str) -> Key:
    """Return where somebody's second factor stands."""
    return FactorItem.key_of(user_id)


def put_pending(tx: Transaction, user_id: str, secret: str, *, refused: Refusal) -> None:
    """Append a factor that waits for its first code, in the place of another that waits; never of one that is on."""
    key = factor_key(user_id)
    made = FactorItem(
        key.pk, key.sk, user_id=user_id, secret=secret, last_step=0, created_at=tx.moment, updated_at=tx.moment
    )
    tx.put(made, when=FactorItem.pk.does_not_exist() | FactorItem.confirmed_at.does_not_exist(), refused=refused)


def confirm(
    tx: Transaction, found: FactorItem, *, step: int, recovery_codes: set[str], before_verified: bool, refused: Problem
) -> None:
    """Append that a factor is on: the very secret that was read, if it still waits."""
    tx.change(
        found,
        FactorItem.confirmed_at.set(tx.moment),
        FactorItem.before_verified.set(before_verified),
        FactorItem.last_step.set(step),
        FactorItem.recovery_codes.set(recovery_codes),
        when=FactorItem.confirmed_at.does_not_exist() & (FactorItem.secret == found.secret),
        refused=refused,
    )


def use_step(tx: Transaction, found: FactorItem, step: int, *, used: Problem) -> None:
    """Append that a time step is used up, and those before it: of many who show one code, one gets through."""
    tx.adjust(
        found.key,
        FactorItem.last_step.set(step),
        when=(FactorItem.secret == found.secret) & (FactorItem.last_step < step),
        refused=used,
    )


def use_recovery_code(tx: Transaction, found: FactorItem, recovery_code: str, *, used: Problem) -> None:
    """Append that a recovery code, given as it is stored, is used up."""
    tx.adjust(
        found.key,
        FactorItem.recovery_codes.delete({recovery_code}),
        when=(FactorItem.secret == found.secret) & FactorItem.recovery_codes.contains(recovery_code),
        refused=used,
    )


def remove_factor(tx: Transaction, found: FactorItem) -> None:
    """Append that a factor and its recovery codes are no more, if it was neither replaced nor confirmed meanwhile.

    One that is confirmed meanwhile stands in the profile, which whoever read it as waiting leaves alone.
    """
    unchanged = (FactorItem.secret == found.secret) & (FactorItem.version == found.version)
    tx.remove(found.key, when=unchanged, refused=Overtaken())


def mark_profile(tx: Transaction, profile: ProfileItem, *, mfa: bool) -> None:
    """Append whether a second factor is asked for at the log-in."""
    tx.change(
        profile,
        ProfileItem.mfa.set(mfa),
        ProfileItem.sequence.set(profile.sequence + 1),
        refused=Overtaken(),
    )

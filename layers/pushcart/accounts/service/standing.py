"""What staff says of somebody's standing: closed, gone, and in which roles.

Each is one transaction, and then the sessions end, which hold the old standing. Refresh tokens end with the transaction
(``sessions_from``); asked again, what is left of the sessions ends.
"""

from __future__ import annotations

from pushcart.access import STAFF_ROLES
from pushcart.accounts import events
from pushcart.accounts.models.people import DELETED_SHARD
from pushcart.accounts.repository import people, users
from pushcart.accounts.schemas.people import User
from pushcart.accounts.schemas.users import SetRoles
from pushcart.accounts.service import administrators
from pushcart.accounts.service.profiles import shown
from pushcart.accounts.service.session_endings import end_all
from pushcart.accounts.service.users import present, refuse_beyond, tell
from utils.access import Principal
from utils.errors import InvalidState, NotFound, Overtaken
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


def disable(tx: Transaction, principal: Principal, user_id: str) -> User:
    """Close an account until it is opened again: nobody signs in to it, and its sessions end.

    Raises
    ------
    NotFound
        When there is none, or it was taken away.
    Forbidden
        When the account is beyond the caller's reach.
    InvalidState
        The last admin stays.
    """
    item, admins = tx.read(people.profile_key(user_id), administrators.KEY)
    found = present(item)
    administrators.refuse_last(admins, user_id)
    refuse_beyond(principal, "close", found)
    if not found.disabled:
        was = administrators.reigns(found)
        users.change(tx, found, refused=Overtaken(), disabled=True, sessions_from=tx.moment)
        administrators.move(tx, user_id, was=was, becomes=False, by=principal.id)
        tell(tx, found, events.disabled(user_id, principal.id))
        tx.commit()
    end_all(user_id, "disabled")
    return shown(found)


def delete(tx: Transaction, principal: Principal, user_id: str, *, if_match: int | None) -> None:
    """Take an account away: it is closed for good and shown no more. Its data stay until it is erased.

    Raises
    ------
    NotFound, Forbidden, InvalidState
        As for :func:`disable`; what was taken away stays so.
    StaleVersion
        When ``if_match`` is not its version.
    """
    found, admins = tx.read(people.profile_key(user_id), administrators.KEY)
    if found is None or found.erased_at:
        raise NotFound("user")
    administrators.refuse_last(admins, user_id)
    refuse_beyond(principal, "close", found)
    if not found.deleted_at:
        expect(found, if_match)
        was, gone = administrators.reigns(found), {"disabled": True, "users_shard": DELETED_SHARD}
        refused = overtaken_by(if_match)
        users.change(tx, found, refused=refused, deleted_at=tx.moment, sessions_from=tx.moment, **gone)
        administrators.move(tx, user_id, was=was, becomes=False, by=principal.id)
        tell(tx, found, events.deleted(user_id, principal.id))
        tx.commit()
    end_all(user_id, "disabled")


def set_roles(tx: Transaction, principal: Principal, user_id: str, wanted: SetRoles, *, if_match: int | None) -> User:
    """Let an account hold exactly these roles. Where one is taken away, sessions end, whose tokens hold it.

    Raises
    ------
    NotFound
        When there is none, or it was taken away.
    Forbidden
        When it is the caller's own, or the caller is an admin no more.
    StaleVersion
        When ``if_match`` is not its version.
    InvalidState
        When staff's address is not verified; the last admin stays.
    """
    item, admins = tx.read(people.profile_key(user_id), administrators.KEY)
    found, roles = present(item), set(wanted.roles)
    if "admin" not in roles:
        administrators.refuse_last(admins, user_id)
    refuse_beyond(principal, "assign", found)
    expect(found, if_match)
    if roles == found.roles:
        if found.sessions_from:
            end_all(user_id, "revoked", proved_before=found.sessions_from)
        return shown(found)
    if roles & STAFF_ROLES and not found.email_verified:
        raise InvalidState("The address has to be verified before the account holds roles of staff.", detail="roles")
    lost, was = found.roles - roles, administrators.reigns(found)
    ended = {"sessions_from": tx.moment} if lost else {}
    users.change(tx, found, refused=overtaken_by(if_match), roles=roles, **ended)
    administrators.settle(tx, user_id, was=was, becomes=administrators.reigns(found), by=principal.id)
    tell(tx, found, events.changed(user_id, ["roles"]))
    if lost:
        tx.commit()
        end_all(user_id, "revoked")
    return shown(found)

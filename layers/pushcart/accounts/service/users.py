"""People's accounts, as staff finds, makes and changes them."""

from __future__ import annotations

from typing import Any, TypeGuard

from pushcart.access import STAFF_ROLES, Act, may_act_on, may_assign_roles
from pushcart.accounts import events, tickets
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.repository import people, users
from pushcart.accounts.schemas.people import User
from pushcart.accounts.schemas.users import ChangeUser, CreateUser, UserQuery
from pushcart.accounts.service import administrators
from pushcart.accounts.service.profiles import shown
from pushcart.accounts.service.registration import FIRST_ROLES
from pushcart.accounts.sessions import fresh_session
from pushcart.outbox.service import announce
from utils.access import Principal
from utils.errors import Conflict, Forbidden, NotFound, Overtaken
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by


class EmailTaken(Conflict):
    """The address has an account. Only staff is told; ``detail`` names the account."""

    code = "EMAIL_TAKEN"


def list_users(tx: Transaction, query: UserQuery, start: dict[str, Any] | None) -> Page[User]:
    """List accounts, the newest first, in one call a page; or find the one of an address, in two."""
    if query.email is None:
        tx.verify_preconditions()
        page = users.newest(limit=query.limit, start=start)
        return Page([shown(found) for found in page.items], page.last_key)
    owner, _ = people.owner_of(tx, query.email)
    found = people.profile(tx, owner) if owner else None
    return Page([shown(found)] if _is_there(found) else [])


def show_user(tx: Transaction, user_id: str) -> User:
    """Return an account.

    Raises
    ------
    NotFound
        When there is none, or it was taken away.
    """
    return shown(present(people.profile(tx, user_id)))


def create_user(tx: Transaction, principal: Principal, wanted: CreateUser) -> User:
    """Make an account without a password, and have a link mailed by which its owner sets the first one.

    Nobody gets in but by that link, which verifies the address too; so it may hold roles of staff from the start.

    Raises
    ------
    Forbidden
        When other roles than a customer's are named by who may not give them.
    StepUpRequired
        For roles of staff, when the caller has not proved lately who they are.
    EmailTaken
        When the address has an account.
    """
    roles = set(wanted.roles or FIRST_ROLES)
    if roles != FIRST_ROLES and not may_assign_roles(principal):
        raise Forbidden("You may not say what roles an account holds.")
    proof = fresh_session(principal) if roles & STAFF_ROLES else None
    owner, read = people.owner_of(tx, wanted.email, *([proof.key] if proof else []))
    if proof:
        proof.verify(read[0])
    if owner:
        raise EmailTaken("This address has an account.", field="email", detail=owner)
    made = people.add_account(
        tx,
        new_id("usr"),
        email=wanted.email,
        name=wanted.name,
        phone=wanted.phone,
        locale=wanted.locale,
        roles=roles,
        password_hash=None,
        taken=Overtaken(),
    )
    if proof:
        administrators.settle(tx, made.id, was=False, becomes=administrators.reigns(made), by=principal.id)
    tell(tx, made, events.invited(made.id, tickets.issue(tx, "invite", made.id)))
    return shown(made)


def change_user(
    tx: Transaction, principal: Principal, user_id: str, wanted: ChangeUser, *, if_match: int | None
) -> User:
    """Change what is named of an account, or open it again; what changes nothing writes nothing.

    Raises
    ------
    NotFound
        When there is none, or it was taken away.
    Forbidden
        When the account is beyond the caller's reach.
    StaleVersion
        When ``if_match`` is not its version.
    """
    found = present(people.profile(tx, user_id))
    given = wanted.model_dump(exclude_unset=True)
    refuse_beyond(principal, "change", found)
    expect(found, if_match)
    values = {name: value for name, value in given.items() if value != getattr(found, name)}
    if not values:
        return shown(found)
    was = administrators.reigns(found)
    if "disabled" in values:
        refuse_beyond(principal, "close", found)
    users.change(tx, found, refused=overtaken_by(if_match), **values)
    administrators.move(tx, found.id, was=was, becomes=administrators.reigns(found), by=principal.id)
    tell(tx, found, events.changed(found.id, sorted(values)))
    return shown(found)


def present(found: ProfileItem | None) -> ProfileItem:
    """Return an account that was read, if staff has not taken it away.

    Raises
    ------
    NotFound
        When there is none, or it was.
    """
    if not _is_there(found):
        raise NotFound("user")
    return found


def refuse_beyond(principal: Principal, act: Act, found: ProfileItem) -> None:
    """Raise unless the caller's reach goes as far as this account.

    Raises
    ------
    Forbidden
        It holds roles of staff, or is the caller's own.
    """
    if not may_act_on(principal, act, user_id=found.id, roles=found.roles):
        raise Forbidden("Staff's accounts are an admin's concern, and nobody's own.", detail=act)


def tell(tx: Transaction, found: ProfileItem, event: events.Announcement) -> None:
    """Append the announcement that the account's ``sequence`` counts."""
    announce(tx, aggregate=found.id, sequence=int(found.sequence), type=event.type, data=event.data)


def _is_there(found: ProfileItem | None) -> TypeGuard[ProfileItem]:
    return found is not None and not (found.deleted_at or found.erased_at)

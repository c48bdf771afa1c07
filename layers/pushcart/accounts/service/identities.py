"""Whose account it is that an identity provider vouches for: the one that is tied to it, the one with the address, or
a new one."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

from pydantic import TypeAdapter, ValidationError

from pushcart.accounts import events
from pushcart.accounts.events import Announcement
from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.oidc.exchange import Vouched
from pushcart.accounts.repository import identities, people
from pushcart.accounts.service.registration import FIRST_ROLES
from pushcart.accounts.service.session_endings import end_all
from pushcart.outbox.service import announce
from utils.errors import Forbidden, Overtaken
from utils.ids import new_id
from utils.rerun import until_settled
from utils.schemas import Email
from utils.transaction import Transaction

MAX_NAME: Final = 200
FALLBACK_LOCALE: Final = "en"
_LOCALE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_EMAIL: Final[TypeAdapter[str]] = TypeAdapter(Email)


class _Owner(NamedTuple):
    """Whose account it is. ``handed_over``: it was a stranger's until now, whose sessions are still to be ended."""

    user_id: str
    handed_over: bool = False


def recognise(vouched: Vouched) -> str:
    """Return the id of the account that ``vouched`` is for; it is made, or tied to the provider, where it has to be.

    Who is tied to an account already is known by that alone, whatever their address is by now. Otherwise their address
    decides, and only one that the provider has verified: or whoever calls themselves by an address at some provider
    would get into the account of its owner here.

    Commits by itself, all or nothing. Who is overtaken (two browsers of one new person, say) looks again at what is
    there by then; the provider is not asked a second time, since its code is good once.

    Raises
    ------
    Forbidden
        When the account cannot be used any more; or there is none yet, and the provider did not verify the address.
    """
    return until_settled(lambda: _attempt(vouched))


def _attempt(vouched: Vouched) -> str:
    tx = Transaction(batch=True)
    owner = _owner_of(tx, vouched)
    if owner.handed_over:
        # Before the commit: after a crash between the two they are gone, and the next try hands the account over.
        end_all(owner.user_id, "password_reset")
    tx.commit()
    if owner.handed_over:
        # And after it, for the stranger who signed in at this very moment: nobody can any more.
        end_all(owner.user_id, "password_reset")
    return owner.user_id


def _owner_of(tx: Transaction, vouched: Vouched) -> _Owner:
    provider, email = vouched.provider, verified_address(vouched.claims)
    identity = identities.identity_key(provider.issuer, vouched.subject)
    if email is None:
        tied, owner = tx.read_one(identity), None
    else:
        owner, (tied,) = people.owner_of(tx, email, identity)
    if tied is not None:
        return _Owner(tied.user_id)
    if email is None:
        raise Forbidden(f"Your email address is not verified at {provider.name}. Verify it there, then sign in again.")
    if owner is None:
        return _Owner(_make(tx, vouched, email))
    profile = usable(people.profile(tx, owner))
    _tie(tx, vouched, profile)
    return _Owner(profile.id, handed_over=not profile.email_verified)


def usable(profile: ProfileItem | None) -> ProfileItem:
    """Return an account that was read, if its owner may sign in.

    Raises
    ------
    Forbidden
        When it was disabled, taken away or erased.
    """
    if profile is None or not profile.is_open:
        raise Forbidden("This account cannot be used any more.")
    return profile


def verified_address(claims: dict[str, Any]) -> str | None:
    """Return the address that a provider has verified, in the form in which addresses are kept.

    ``email_verified`` may come as text (Apple sends it so).
    Source: https://developer.apple.com/documentation/signinwithapple/authenticating-users-with-sign-in-with-apple

    Example
    -------
    >>> verified_address({"email": "Ada@Example.org", "email_verified": True})
    'ada@example.org'
    """
    said = claims.get("email_verified")
    if said is not True and said != "true":
        return None
    try:
        return _EMAIL.validate_python(claims.get("email"))
    except ValidationError:
        return None


def _tie(tx: Transaction, vouched: Vouched, profile: ProfileItem) -> None:
    """Append the tie of an account that is there already."""
    hand_over = not profile.email_verified
    news = [events.email_verified(profile.id)] if hand_over else []
    news.append(events.identity_linked(profile.id, vouched.provider.name))
    _add_identity(tx, vouched, profile.id)
    identities.count_events(tx, profile, events=len(news), hand_over=hand_over)
    _announce(tx, profile.id, int(profile.sequence), news)


def _make(tx: Transaction, vouched: Vouched, email: str) -> str:
    """Append a new account, and return its id: without a password, and its address verified."""
    user_id = new_id("usr")
    news = [events.email_verified(user_id), events.identity_linked(user_id, vouched.provider.name, made=True)]
    _add_identity(tx, vouched, user_id)
    people.add_account(
        tx,
        user_id,
        email=email,
        name=_name(vouched.claims.get("name"), email),
        locale=_locale(vouched.claims.get("locale")),
        roles=set(FIRST_ROLES),
        password_hash=None,
        email_verified=True,
        events=len(news),
        taken=Overtaken(),
    )
    _announce(tx, user_id, 0, news)
    return user_id


def _add_identity(tx: Transaction, vouched: Vouched, user_id: str) -> None:
    provider = vouched.provider
    identities.add_identity(tx, user_id, provider=provider.name, issuer=provider.issuer, subject=vouched.subject)


def _announce(tx: Transaction, user_id: str, before: int, news: list[Announcement]) -> None:
    for sequence, event in enumerate(news, start=before + 1):
        announce(tx, aggregate=user_id, sequence=sequence, type=event.type, data=event.data)


def _name(claimed: object, email: str) -> str:
    """Return what somebody is called: as the provider says, if that is a name as we take them (a mail's head)."""
    shown = "".join(one for one in claimed if one.isprintable()) if isinstance(claimed, str) else ""
    return shown.strip()[:MAX_NAME].strip() or email.partition("@")[0]


def _locale(claimed: object) -> str:
    fits = isinstance(claimed, str) and len(claimed) <= 11 and _LOCALE.fullmatch(claimed)
    return str(claimed) if fits else FALLBACK_LOCALE

"""What accounts announce. Ids only: a mail or an audit looks up the rest.

A ``ticket`` names a single-use token (:mod:`pushcart.accounts.tickets`); the token itself is in no event.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

Ending = Literal[
    "logout", "refresh_reused", "revoked", "password_changed", "password_reset", "disabled", "erased", "client_removed"
]
Unanswered = Literal["no_account", "asked_too_often"]
Signal = Literal["new_device", "impossible_speed"]


class Announcement(NamedTuple):
    """The type and the data of an event."""

    type: str
    data: dict[str, Any]


def registered(user_id: str, ticket: str) -> Announcement:
    """An account was made by its owner; ``ticket`` verifies its address."""
    return Announcement("user.registered", {"user_id": user_id, "ticket": ticket})


def registration_attempted(user_id: str, ticket: str | None = None) -> Announcement:
    """Somebody tried to register with the address of ``user_id``, whom a mail can tell; ``ticket`` verifies the address
    where that is still to be done."""
    return Announcement("user.registration_attempted", {"user_id": user_id, "ticket": ticket})


def invited(user_id: str, ticket: str) -> Announcement:
    """Staff made an account; ``ticket`` sets its first password."""
    return Announcement("user.invited", {"user_id": user_id, "ticket": ticket})


def welcomed(user_id: str) -> Announcement:
    """Staff asked for a welcome mail to somebody who has a password already."""
    return Announcement("user.welcomed", {"user_id": user_id})


def email_verified(user_id: str) -> Announcement:
    """An address was shown to be its owner's."""
    return Announcement("user.email_verified", {"user_id": user_id})


def verification_requested(user_id: str, ticket: str) -> Announcement:
    """Somebody forgot the password of an account whose address ``ticket`` has to verify first."""
    return Announcement("user.verification_requested", {"user_id": user_id, "ticket": ticket})


def password_reset_requested(user_id: str, ticket: str) -> Announcement:
    """Somebody forgot a password; ``ticket`` sets a new one."""
    return Announcement("user.password_reset_requested", {"user_id": user_id, "ticket": ticket})


def password_reset_unanswered(reason: Unanswered) -> Announcement:
    """Somebody asked for a reset that nobody gets a mail of; whose, if anybody's, is not said."""
    return Announcement("password_reset.unanswered", {"reason": reason})


def password_changed(user_id: str) -> Announcement:
    """A password was set in place of another, by who knew it or by a mailed link."""
    return Announcement("user.password_changed", {"user_id": user_id})


def mfa_enabled(user_id: str) -> Announcement:
    """A second factor is asked for from now on."""
    return Announcement("user.mfa_enabled", {"user_id": user_id})


def mfa_disabled(user_id: str) -> Announcement:
    """A second factor was removed."""
    return Announcement("user.mfa_disabled", {"user_id": user_id})


def changed(user_id: str, fields: list[str]) -> Announcement:
    """``fields`` of an account are others now; their values are not told."""
    return Announcement("user.changed", {"user_id": user_id, "fields": fields})


def disabled(user_id: str, by: str) -> Announcement:
    """Staff closed an account."""
    return Announcement("user.disabled", {"user_id": user_id, "by": by})


def deleted(user_id: str, by: str) -> Announcement:
    """Staff took an account away; its data stay until it is erased."""
    return Announcement("user.deleted", {"user_id": user_id, "by": by})


def data_exported(user_id: str, job_id: str) -> Announcement:
    """What the shop holds of somebody can be fetched, as ``job_id`` put it together."""
    return Announcement("user.data_exported", {"user_id": user_id, "job_id": job_id})


def erased(user_id: str) -> Announcement:
    """All that was personal about somebody is gone; the books stay."""
    return Announcement("user.erased", {"user_id": user_id})


def session_revoked(session_id: str, user_id: str, reason: Ending) -> Announcement:
    """A session ended before its time."""
    return Announcement("session.revoked", {"session_id": session_id, "user_id": user_id, "reason": reason})


def unusual_sign_in(user_id: str, session_id: str, signals: list[Signal]) -> Announcement:
    """A sign-in succeeded that is not like those before it."""
    return Announcement("sign_in.unusual", {"user_id": user_id, "session_id": session_id, "signals": signals})


def sign_in_blocked(user_id: str) -> Announcement:
    """So many sign-ins to an account failed that unknown devices have to wait."""
    return Announcement("sign_in.blocked", {"user_id": user_id})


def key_made(key_id: str, by: str) -> Announcement:
    """An API key was made."""
    return Announcement("api_key.created", {"key_id": key_id, "by": by})


def key_revoked(key_id: str, by: str) -> Announcement:
    """An API key was revoked."""
    return Announcement("api_key.revoked", {"key_id": key_id, "by": by})


def client_made(client_id: str, by: str) -> Announcement:
    """An OAuth client was registered."""
    return Announcement("oauth_client.created", {"client_id": client_id, "by": by})


def client_removed(client_id: str, by: str) -> Announcement:
    """An OAuth client was taken away, and with it its sessions and tokens."""
    return Announcement("oauth_client.removed", {"client_id": client_id, "by": by})


def identity_linked(user_id: str, provider: str, *, made: bool = False) -> Announcement:
    """An account can be signed in to through an identity provider from now on; ``made``: it was made by that."""
    return Announcement("user.identity_linked", {"user_id": user_id, "provider": provider, "made": made})


def signing_key_rotated(kid: str) -> Announcement:
    """The key ``kid`` was published, and is to sign access tokens."""
    return Announcement("signing_key.rotated", {"kid": kid})

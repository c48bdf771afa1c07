"""Mails of welcome, at staff's wish."""

from __future__ import annotations

from typing import Final

from pushcart.accounts import asked_mails, events, tickets
from pushcart.accounts.repository import people
from pushcart.accounts.schemas.users import WelcomeMail
from pushcart.accounts.service.users import present, refuse_beyond, tell
from utils.access import Principal
from utils.clock import now
from utils.errors import InvalidState, Overtaken
from utils.rate_limits import RateLimit, RateLimited
from utils.transaction import Transaction

TO_ONE: Final = RateLimit("welcome-mails-to-one", asked_mails.MOST, asked_mails.WINDOW_SECONDS)
"""Counted by whose mailbox it is, whoever asks: beside what limits the one who asks."""


def send(tx: Transaction, principal: Principal, user_id: str) -> WelcomeMail:
    """Have a mail sent: an invitation to set the first password, or a welcome to somebody who has one.

    Raises
    ------
    NotFound
        When there is no such account, or it was taken away.
    Forbidden
        When the account is beyond the caller's reach.
    InvalidState
        When the account is disabled.
    RateLimited
        After three in an hour to one account.
    """
    key = asked_mails.key_of("welcome", user_id)
    account, (asked,) = people.account_beside(tx, user_id, key)
    found = present(account.profile)
    refuse_beyond(principal, "welcome", found)
    if found.disabled:
        raise InvalidState("The account is disabled: nobody could sign in.", detail="disabled")
    if not asked_mails.note(tx, key, asked):
        oldest = int(asked.moments[-asked_mails.MOST])
        raise RateLimited(TO_ONE, oldest + asked_mails.WINDOW_SECONDS - int(now().timestamp()))
    invites = account.password is None
    event = events.invited(user_id, tickets.issue(tx, "invite", user_id)) if invites else events.welcomed(user_id)
    people.count_event(tx, found, refused=Overtaken())
    found.sequence += 1
    tell(tx, found, event)
    return WelcomeMail(user_id=user_id, kind="invitation" if invites else "welcome")

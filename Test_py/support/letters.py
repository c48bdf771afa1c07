"""Mails as somebody receives them: what they say, and the tokens of their links; and an account made by staff."""

from __future__ import annotations

import re

from infra.local.mailbox import Mail
from infra.local.mailbox import mails as sent
from pushcart.accounts.repository import people
from utils.ids import new_id
from utils.settings import setting
from utils.transaction import Transaction


def letters(email: str) -> list[Mail]:
    """Return what was sent to an address, the latest first."""
    return [mail for mail in sent() if mail.to == (email,)]


def link_in(path: str, email: str) -> str:
    """Return the link into the storefront, to the page at ``path``, of the latest mail that has one."""
    pattern = re.compile(re.escape(f"{setting('STOREFRONT_URL')}{path}") + r"\S*")
    found = [match[0] for mail in letters(email) for match in pattern.finditer(str(mail.text))]
    assert found, f"no mail to {email} leads to {path}"
    return found[0]


def token_in(path: str, email: str) -> str:
    """Return the token of that link."""
    return link_in(path, email).partition("#token=")[2]


def invited(email: str, *, name: str = "Eve Invited") -> str:
    """Return the id of an account that has no password yet and whose address nobody has verified."""
    tx, user_id = Transaction(), new_id("usr")
    people.add_account(tx, user_id, email=email, name=name, locale="en", roles={"customer"}, password_hash=None)
    tx.commit()
    return user_id

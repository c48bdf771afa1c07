"""People who use the shop.

:func:`register` and :func:`log_in` go through the gateway, as anybody would. :func:`customer` and :func:`staff` are for
tests that need somebody and are about something else: the service makes them, with all that registering and logging
in leave behind, at a quarter of the calls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from pushcart.accounts import passwords, service, tickets
from pushcart.accounts.repository import people as repository
from pushcart.accounts.schemas.sign_in import Register
from pushcart.accounts.service import registration, sign_in
from pushcart.accounts.sessions import Client
from Test_py.support.client import Api, Reply
from utils.transaction import Transaction

PASSWORD = "a quiet Evening 7"
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account, and the tokens of their latest log-in."""

    id: str
    email: str
    token: str
    refresh_token: str


def register(api: Api, email: str | None = None, *, key: str | None = None, **fields: Any) -> Reply:
    """Register; a fresh address and a fresh key unless they are given."""
    number = next(_numbers)
    body = {"email": email or f"person-{number}@example.org", "password": PASSWORD, "name": "Ada Lovelace"} | fields
    return api.post("/api/v1/auth/register", json=body, key=key or f"register-{number}")


def log_in(api: Api, email: str, password: str = PASSWORD, **options: Any) -> Reply:
    return api.post("/api/v1/auth/login", json={"email": email, "password": password}, **options)


def customer(api: Api, email: str | None = None) -> Person:
    """Return a new customer, logged in.

    Example
    -------
    >>> ada = customer(api)  # doctest: +SKIP
    >>> api.get("/api/v1/users/me", token=ada.token).status  # doctest: +SKIP
    200
    """
    return _come_in(_account(email))


def verify_address(api: Api, person: Person) -> Person:
    """Follow the link that was mailed to somebody."""
    tx = Transaction()
    ticket = tickets.issue(tx, "verify", person.id)
    tx.commit()
    reply = api.post("/api/v1/auth/verify-email", json={"token": tickets.token_of("verify", ticket)})
    assert reply.status == 200, reply.body
    return person


def staff(api: Api, *roles: str) -> Person:
    """Return somebody new with these roles (``admin`` when none is named), logged in."""
    hired = _account()
    service.grant_roles(hired, roles or ("admin",))
    return _come_in(hired)


def logged_in(api: Api, person: Person) -> Person:
    """Log in again: a session of its own, with the roles of now."""
    reply = log_in(api, person.email)
    assert reply.status == 200, reply.body
    return replace(person, token=reply.data["access_token"], refresh_token=reply.data["refresh_token"])


def _account(email: str | None = None) -> str:
    """Make an account as registering does, and return its id."""
    wanted = Register(email=email or f"person-{next(_numbers)}@example.org", password=PASSWORD, name="Ada Lovelace")
    tx = Transaction()
    made = registration.make_account(tx, wanted, passwords.hash_password(PASSWORD))
    tx.commit()
    return str(made.id)


def _come_in(user_id: str) -> Person:
    """Open a session as logging in does."""
    tx = Transaction()
    profile = repository.profile(tx, user_id)
    assert profile is not None
    tokens = sign_in.complete(tx, profile, Client("127.0.0.1", "tests"))
    tx.commit()
    return Person(user_id, profile.email, tokens.access_token, tokens.refresh_token)

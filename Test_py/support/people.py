"""People who use the shop: registered and logged in through the gateway, as anybody would be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from pushcart.accounts import service, tickets
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
    registered = register(api, email)
    assert registered.status == 202, registered.body
    address = registered.data["email"]
    user_id = service.user_id_of(address)
    assert user_id
    return logged_in(api, Person(user_id, address, "", ""))


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
    hired = customer(api)
    service.grant_roles(hired.id, roles or ("admin",))
    return logged_in(api, hired)


def logged_in(api: Api, person: Person) -> Person:
    """Log in again: a session of its own, with the roles of now."""
    reply = log_in(api, person.email)
    assert reply.status == 200, reply.body
    return replace(person, token=reply.data["access_token"], refresh_token=reply.data["refresh_token"])

"""Somebody who waits for what is sold out, and what they are mailed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from Test_py.support.client import Api, Reply
from Test_py.support.letters import token_in

__all__ = ["EMAIL", "PATH", "ask", "asked", "confirm", "token_in", "waiting"]

PATH = "/api/v1/stock-subscriptions"
EMAIL = "ada@example.org"


def ask(api: Api, email: Any = EMAIL, sku: Any = "MUG-1", **options: Any) -> Reply:
    """Ask to be told."""
    return api.post(PATH, json={"sku": sku, "email": email}, **options)


def asked(api: Api, drain: Callable[[], object], email: str = EMAIL, sku: str = "MUG-1", **options: Any) -> str:
    """Ask to be told, and return the token that was mailed."""
    assert ask(api, email, sku, **options).status == 202
    drain()
    return token_in("/back-in-stock", email)


def confirm(api: Api, token: str, **options: Any) -> Reply:
    """Follow the mailed link."""
    return api.post(f"{PATH}/{token}/confirm", **options)


def waiting(api: Api, drain: Callable[[], object], email: str = EMAIL, sku: str = "MUG-1", **options: Any) -> str:
    """Ask to be told and confirm it; returns the token."""
    token = asked(api, drain, email, sku, **options)
    assert confirm(api, token).status == 200
    drain()
    return token

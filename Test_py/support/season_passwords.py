"""The part of the season in which people show their addresses, and forget and set passwords."""

from __future__ import annotations

from typing import Any

from infra.local.facts import ticket_token
from Test_py.conftest import Shop
from Test_py.support import people, second_factor
from Test_py.support.client import Api, Reply
from Test_py.support.letters import invited, token_in

API = "/api/v1"
NEXT = "another quiet Evening 8"


def live(shop: Shop, api: Api) -> None:
    """Let somebody register, verify, forget, reset and change; and somebody who was invited begin."""
    ada = people.customer(api)
    shop.pumps.drain()
    verified = {"token": token_in("/verify-email", ada.email)}
    for _ in range(2):
        _done(api.post(f"{API}/auth/verify-email", json=verified), 200)
    for email in (ada.email, "nobody@example.org"):
        _done(api.post(f"{API}/auth/password/forgot", json={"email": email}), 202)
    shop.pumps.drain()
    reset = {"token": token_in("/reset-password", ada.email), "password": NEXT}
    _done(api.post(f"{API}/auth/password/reset", json=reset, key="reset"), 204)
    first, second = (people.log_in(api, ada.email, NEXT).data for _ in range(2))
    change = {"current_password": NEXT, "new_password": people.PASSWORD}
    _done(api.put(f"{API}/users/me/password", json=change, token=first["access_token"]), 204)
    assert api.post(f"{API}/auth/refresh", json={"refresh_token": second["refresh_token"]}).status == 401
    _begin_by_invitation(shop, api)
    _drop_a_strangers_factor(api)


def _begin_by_invitation(shop: Shop, api: Api) -> None:
    """Somebody sets a first password: then there is one more item to put."""
    eve = invited("eve.invited@example.org")
    first = {"token": ticket_token("invite", eve), "password": NEXT}
    _done(api.post(f"{API}/auth/password/reset", json=first), 204)
    shop.pumps.drain()


def _drop_a_strangers_factor(api: Api) -> None:
    """Somebody has a second factor before their address is verified: a new password by mail ends it."""
    bob = people.customer(api)
    second_factor.switch_on(api, bob)
    _done(api.post(f"{API}/auth/password/reset", json={"token": ticket_token("reset", bob.id), "password": NEXT}), 204)


def _done(reply: Reply, status: int) -> Any:
    assert reply.status == status, reply.body
    return reply

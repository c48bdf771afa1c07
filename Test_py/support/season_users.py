"""The season's part of addresses and of staff's accounts: all that their functions ever do."""

from __future__ import annotations

from typing import Any

from Test_py.support.addresses import PATH, keep
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person, customer


def live(api: Api) -> None:
    """Let people keep addresses, and staff look after accounts."""
    _keep_addresses(api, customer(api))


def _done(reply: Reply, status: int = 200) -> Any:
    assert reply.status == status, reply.body
    return reply.data if status != 204 else None


def _keep_addresses(api: Api, ada: Person) -> None:
    first, second = keep(api, ada), keep(api, ada, is_default=True)
    path = f"{PATH}/{first['id']}"
    _done(api.get(path, token=ada.token))
    assert api.get(PATH, token=ada.token, query={"limit": 1}).meta["next_cursor"]
    _done(api.patch(path, json={"city": "Bath", "is_default": True}, token=ada.token))
    for gone in (first, second):
        _done(api.delete(f"{PATH}/{gone['id']}", token=ada.token), 204)

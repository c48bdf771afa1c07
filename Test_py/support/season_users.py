"""The season's part of addresses and of staff's accounts: all that their functions ever do."""

from __future__ import annotations

from typing import Any

from Test_py.support.addresses import PATH, keep
from Test_py.support.client import Api, Reply
from Test_py.support.people import Person, customer, logged_in, staff
from Test_py.support.users import ANY, path_of
from Test_py.support.users import PATH as USERS


def live(api: Api) -> None:
    """Let people keep addresses, and staff look after accounts."""
    _keep_addresses(api, customer(api))
    _look_after_accounts(api, staff(api, "admin"), staff(api, "customer"))


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


def _look_after_accounts(api: Api, boss: Person, ada: Person) -> None:
    with_token = {"token": boss.token}
    assert api.get(USERS, query={"limit": 1}, **with_token).meta["next_cursor"]
    _done(api.get(USERS, query={"email": ada.email}, **with_token))
    _done(api.get(path_of(ada.id), **with_token))
    for role in ("support", "admin"):
        body = {"email": f"{role}-{ada.email}", "name": "Nora New", "roles": [role]}
        made = _done(api.post(USERS, json=body, **with_token), 201)
        _done(api.post(path_of(made["id"], "/welcome-email"), **with_token), 202)
    for roles in (["customer", "support"], ["customer"]):
        _done(api.put(path_of(ada.id, "/roles"), json={"roles": roles}, headers=ANY, **with_token))
    # With a session to end each time.
    logged_in(api, ada)
    _done(api.post(path_of(ada.id, "/disable"), **with_token))
    _done(api.patch(path_of(ada.id), json={"disabled": False, "name": "Ada King"}, headers=ANY, **with_token))
    logged_in(api, ada)
    _done(api.delete(path_of(ada.id), headers=ANY, **with_token), 204)

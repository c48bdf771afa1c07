"""A stolen refresh token: it makes no second lineage, and using it ends the one there is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from pushcart import tables
from Test_py.support.accounts import events, items
from Test_py.support.client import Api, Reply
from Test_py.support.people import customer

AT_ONCE = 100
THIEF = {"source_ip": "203.0.113.9"}


def refresh(api: Api, token: str, **options: str) -> Reply:
    return api.post("/api/v1/auth/refresh", json={"refresh_token": token}, **options)


def test_a_hundred_refreshes_of_one_token_give_one_lineage_and_reuse_kills_the_family(api: Api) -> None:
    ada = customer(api, "ada@example.org")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        replies = list(threads.map(lambda _: refresh(api, ada.refresh_token), range(AT_ONCE)))
    successors = {reply.data["refresh_token"] for reply in replies if reply.status == 200}
    (session,) = items(tables.accounts, "USER#", "SESSION#")
    assert len(successors) == 1
    assert session["rotation"]["N"] == "2"
    assert events("session.revoked") == []

    (youngest,) = successors
    began = time.perf_counter()
    stolen = refresh(api, ada.refresh_token, **THIEF)
    dead = [refresh(api, youngest).status, refresh(api, ada.refresh_token, **THIEF).status]
    seconds = time.perf_counter() - began
    print(
        f"refresh theft: {AT_ONCE} parallel refreshes of one token: {len(successors)} lineage;"
        f" reuse: {stolen.status}, after which the youngest gets {dead[0]}, {seconds:.2f} s later"
    )
    assert (stolen.status, dead) == (401, [401, 401])
    assert seconds < 60
    assert [told["data"]["reason"] for told in events("session.revoked")] == ["refresh_reused"]


def test_a_hundred_thieves_at_once_leave_nothing_alive(api: Api) -> None:
    ada = customer(api, "ada@example.org")
    with ThreadPoolExecutor(AT_ONCE) as threads:
        replies = list(
            threads.map(lambda n: refresh(api, ada.refresh_token, source_ip=f"203.0.113.{n}"), range(AT_ONCE))
        )
    won = {reply.data["refresh_token"] for reply in replies if reply.status == 200}
    alive = [token for token in won if refresh(api, token).status == 200]
    print(f"refresh theft: {AT_ONCE} addresses at once: {len(won)} got a successor, {len(alive)} of them is alive")
    assert len(won) <= 1
    assert alive == []
    assert len(events("session.revoked")) == 1

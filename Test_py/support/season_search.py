"""Of the season: the search is asked before and after it knows anything, and all that it knows is gone through."""

from __future__ import annotations

from typing import Any

from infra.local.clients import client
from pushcart import queues
from pushcart.search.embedded import store
from pushcart.search.embedded.copies import copy
from Test_py.support.catalogue import ANY, category, place_of
from Test_py.support.client import Api
from Test_py.support.people import Person
from Test_py.support.searching import SEARCH
from Test_py.support.shopkeeping import on_sale


def live(shop: Any, api: Api, manager: Person) -> None:
    """Look for things, move what they are in, and lose the index once."""
    known, other = (category(api, manager.token) for _ in range(2))
    for sku in ("FOUND-1", "FOUND-2"):
        on_sale(api, manager.token, sku, stock=20, category_id=known["id"], title="Findable")
    shop.pumps.drain()
    reply = api.get(SEARCH, query={"q": "find", "limit": 1})
    assert reply.meta["next_cursor"], reply.body
    moved = api.patch(place_of(known), json={"parent_id": other["id"]}, token=manager.token, headers=ANY)
    assert moved.status == 200, moved.body
    shop.pumps.drain()
    copy.forget()
    assert len(api.get(SEARCH, query={"category_id": other["id"]}).data) == 2
    client("s3").delete_object(Bucket=queues.search_index.bucket_name, Key=store.POINTER)
    copy.forget()
    assert api.get(SEARCH).data == []
    shop.pumps.run_schedules(due_only=False)
    shop.pumps.drain()
    assert len(api.get(SEARCH, query={"q": "findable"}).data) == 2
    for number in range(store.FORMER + 1):
        on_sale(api, manager.token, f"LATER-{number}")
        shop.pumps.drain()

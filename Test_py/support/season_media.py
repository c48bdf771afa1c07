"""The season's part of pictures: shown, rejected, lost, and removed."""

from __future__ import annotations

from typing import Any

from infra.local.clients import client
from pushcart import queues
from Test_py.support.client import Api
from Test_py.support.media import notification, path_of, uploaded, wait_for
from Test_py.support.people import Person
from Test_py.support.pictures import SCRIPT
from Test_py.support.shopkeeping import on_sale


def live(shop: Any, api: Api, manager: Person) -> None:
    """Let staff add pictures, good ones and bad ones, and take one away again."""
    product = on_sale(api, manager.token, "PICTURED-1")
    path = path_of(product)
    assert api.get(path, token=manager.token).data == []
    first, second = (uploaded(api, manager.token, product) for _ in range(2))
    uploaded(api, manager.token, product, SCRIPT)
    lost = wait_for(api, manager.token, product).data
    told = notification(lost["upload"]["fields"]["key"])
    client("sqs").send_message(QueueUrl=queues.uploaded_media.url, MessageBody=told)
    shop.pumps.drain()
    statuses = [one["status"] for one in api.get(path, token=manager.token).data]
    assert statuses == ["ready", "ready", "rejected", "pending"]
    assert api.get(path, token=manager.token, query={"limit": 1}).meta["next_cursor"]
    for medium in (first, second):
        gone = api.delete(f"{path}/{medium['id']}", token=manager.token, headers={"if-match": "*"})
        assert gone.status == 204, gone.body
    shop.pumps.drain()

"""DELETE /api/v1/products/{product_id}/media/{media_id}"""

from __future__ import annotations

from typing import Any

from functions.catalog.remove_medium import handler
from pushcart import queues
from pushcart.catalog.models.media import MediaItem
from pushcart.catalog.models.products import ProductItem
from Test_py.conftest import Shop
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api, Reply
from Test_py.support.media import objects_in, path_of, uploaded
from Test_py.support.shopkeeping import (
    announced,
    drafted,
    end_sessions,
    everything,
    on_sale,
    operations,
    recorded,
    refused,
    session,
    stored,
    tag,
)
from utils.ids import new_id


def remove(api: Api, token: str, product: Any, medium: Any, version: int | None = 2) -> Reply:
    headers = {} if version is None else tag(version)
    return api.delete(f"{path_of(product)}/{medium['id']}", token=token, headers=headers)


def image_of(product: Any) -> Any:
    return stored(ProductItem.key_of(product["id"])).image


def shown(shop: Shop, api: Api, manager: str, product: Any) -> Any:
    """Return a picture that has been drawn."""
    medium = uploaded(api, manager, product)
    shop.pumps.drain()
    return medium


def test_it_is_gone_with_its_files(cloud: Shop, api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    medium = shown(cloud, api, manager, product)
    assert len(objects_in(queues.media)) == 3
    reply = remove(api, manager, product, medium)
    assert (reply.status, reply.body) == (204, b"")
    assert api.get(f"/api/v1/products/{product['id']}").data["media"] == []
    assert api.get("/api/v1/products").data[0]["image"] is None
    cloud.pumps.drain()
    assert objects_in(queues.media) == []
    assert announced(medium["id"])[-1] == (3, "medium.removed")
    assert stored(MediaItem.key_of(product["id"], medium["id"])) is None


def test_the_next_picture_takes_its_place_in_lists(cloud: Shop, api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    first, second = (shown(cloud, api, manager, product) for _ in range(2))
    remove(api, manager, product, first)
    assert image_of(product) == f"{product['id']}/{second['id']}/320.webp"
    assert stored(ProductItem.key_of(product["id"])).version == product["version"]


def test_another_ones_place_is_left_alone(cloud: Shop, api: Api, manager: str) -> None:
    product = on_sale(api, manager)
    first, second = (shown(cloud, api, manager, product) for _ in range(2))
    remove(api, manager, product, second)
    assert image_of(product) == f"{product['id']}/{first['id']}/320.webp"


def test_one_that_is_waited_for_can_be_removed_with_what_was_uploaded(cloud: Shop, api: Api, manager: str) -> None:
    product = drafted(api, manager)
    medium = uploaded(api, manager, product)
    assert remove(api, manager, product, medium, 1).status == 204
    cloud.pumps.drain()
    assert objects_in(queues.uploads) == objects_in(queues.media) == []


def test_a_version_is_required_and_compared(cloud: Shop, api: Api, manager: str) -> None:
    product = drafted(api, manager)
    medium = shown(cloud, api, manager, product)
    before = everything()
    refused(remove(api, manager, product, medium, None), 428, "VERSION_REQUIRED")
    refused(remove(api, manager, product, medium, 1), 412, "STALE_VERSION")
    assert everything() == before


def test_what_is_not_there_is_a_404(api: Api, manager: str) -> None:
    product, other = drafted(api, manager), drafted(api, manager, "OTHER-1")
    medium = uploaded(api, manager, other)
    nothing = refused(remove(api, manager, product, {"id": new_id("med")}), 404, "NOT_FOUND")
    anothers = refused(remove(api, manager, product, medium, 1), 404, "NOT_FOUND")
    assert nothing.json["errors"] == anothers.json["errors"]
    refused(remove(api, manager, {"id": new_id("prd")}, medium, 1), 404, "NOT_FOUND")


def test_only_staff_whose_session_lives(api: Api, manager: str) -> None:
    product = drafted(api, manager)
    medium = uploaded(api, manager, product)
    refused(remove(api, session(), product, medium, 1), 403, "FORBIDDEN")
    end_sessions()
    refused(remove(api, manager, product, medium, 1), 401, "UNAUTHENTICATED")


def test_its_calls_and_its_policy(cloud: Shop, api: Api, manager: str) -> None:
    product = drafted(api, manager)
    medium = shown(cloud, api, manager, product)
    calls = recorded(lambda: remove(api, manager, product, medium))
    assert operations(calls) == ["BatchGetItem", "Query", "TransactWriteItems"]
    assert_exact_policy(handler.declaration, calls.touches)

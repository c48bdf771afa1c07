"""Promotions, deliveries and taxes: as they are stored, for the engine; and made by the API, for whoever shops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from infra.local.recorder import Calls, record
from pushcart import tables
from pushcart.pricing import service
from pushcart.pricing.models import CodeItem, ShippingItem, TaxBookItem, UsesItem, region_key
from pushcart.pricing.service import Basket, BasketLine, Quote, claim_uses, needs, release_uses
from Test_py.support.accounts import forget_what_is_kept, items
from Test_py.support.client import Api
from utils.models import Key
from utils.reads import fetch
from utils.transaction import Transaction

MOMENT = "2026-11-20T12:00:00.000Z"


def promotion(code: str, kind: str = "percentage", **terms: Any) -> CodeItem:
    """Return a promotion as it stands under its code; 10 % unless told otherwise."""
    key = CodeItem.key_of(code)
    known: dict[str, Any] = {"basis_points": 1000} if kind == "percentage" and "basis_points" not in terms else {}
    return CodeItem(key.pk, key.sk, promotion_id=f"prm_{code}", code=code, kind=kind, **known, **terms)


def delivery(
    method_id: str = "shp_1",
    *,
    steps: Sequence[tuple[int | None, int]] = ((None, 499),),
    free_from: int | None = None,
    currency: str = "EUR",
    **fields: Any,
) -> ShippingItem:
    """Return a way to deliver; 4.99 EUR to everywhere unless told otherwise."""
    key = ShippingItem.key_of(method_id)
    rates = {currency: {"steps": [list(step) for step in steps], "free_from": free_from}}
    return ShippingItem(key.pk, key.sk, id=method_id, name=f"Delivery {method_id}", rates=rates, **fields)


def taxes(country: str = "DE", *, included: bool = False, on_shipping: bool = True, **rates: int) -> TaxBookItem:
    """Return a country's book: basis points by region, ``country_wide`` for all of it."""
    key = TaxBookItem.key_of(country)
    regions = {"" if region == "country_wide" else region_key(region): rate for region, rate in rates.items()}
    return TaxBookItem(
        key.pk,
        key.sk,
        included=included,
        rates={
            region: {"id": f"tax_{region}", "basis_points": rate, "on_shipping": on_shipping}
            for region, rate in regions.items()
        },
    )


def read(*found: Any) -> Mapping[Key, Any]:
    """Return items as a caller has read them."""
    return {item.key: item for item in found}


def basket(*prices: int, quantity: int = 1, weight_grams: int | None = None, **fields: Any) -> Basket:
    """Return a basket with a SKU for each price."""
    lines = [BasketLine(f"SKU-{number}", quantity, price, weight_grams) for number, price in enumerate(prices)]
    return Basket(fields.pop("currency", "EUR"), tuple(lines), **fields)


def promotion_body(code: str = "SAVE10", **fields: Any) -> dict[str, Any]:
    """Return a body for POST /promotions: 10 % off."""
    return {"name": f"Promotion {code}", "code": code, "kind": "percentage", "basis_points": 1000, **fields}


def method_body(**fields: Any) -> dict[str, Any]:
    """Return a body for POST /shipping-methods: 4.99 EUR to everywhere."""
    return {"name": "Parcel", "rates": [{"currency": "EUR", "amount": 499}], **fields}


def tax_body(country: str = "GB", **fields: Any) -> dict[str, Any]:
    """Return a body for POST /tax-rates: 20 % on top."""
    return {"name": "VAT", "country": country, "basis_points": 2000, **fields}


def post(api: Api, path: str, body: dict[str, Any], token: str) -> Any:
    """Return what was made."""
    reply = api.post(f"/api/v1{path}", json=body, token=token)
    assert reply.status == 201, reply.body
    return reply.data


def made(api: Api, token: str) -> dict[str, str]:
    """Make one of each, and return their ids by the names of their parameters."""
    amount = {"kind": "amount", "basis_points": None, "amounts": [{"amount": 100, "currency": "EUR"}]}
    free = {"kind": "free_shipping", "basis_points": None}
    return {
        "promotion_id": post(api, "/promotions", promotion_body("WORLD", **amount), token)["id"],
        "shipping_method_id": post(api, "/shipping-methods", method_body(), token)["id"],
        "tax_rate_id": post(api, "/tax-rates", tax_body(), token)["id"],
        "promotion_code": "WORLD",
        "another_code": post(api, "/promotions", promotion_body("FREE", **free), token)["code"],
    }


def everything() -> list[dict[str, Any]]:
    """Return all items of pricing and all events: what a refused request must leave as it was."""
    found = [*items(tables.pricing), *items(tables.events)]
    return sorted(found, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def check_out(quote: Quote) -> list[dict[str, Any]]:
    """Take the uses of a quote; return what its order keeps of the promotions."""
    tx = Transaction()
    claim_uses(tx, quote)
    tx.commit()
    return [one.as_data() for one in quote.promotions]


def end_unpaid(promotions: Sequence[Mapping[str, Any]]) -> None:
    """Give back the uses that an order keeps."""
    tx = Transaction()
    release_uses(tx, promotions)
    tx.commit()


def quoted(wanted: Basket) -> Quote:
    """Return what a basket comes to by what is stored now."""
    tx, keys = Transaction(), needs(wanted)
    return service.quote(wanted, dict(zip(keys, tx.read(*keys), strict=True)), tx.moment)


def used(promotion_id: str) -> int:
    """Return how many uses of a promotion are counted."""
    return int(fetch([UsesItem.key_of(promotion_id)])[UsesItem.key_of(promotion_id)].used)


def cold(api: Api, token: str, call: Callable[[], object]) -> Calls:
    """Return the calls of a request in a process that knows who asks and nothing else."""
    forget_what_is_kept()
    api.get("/api/v1/inventory", token=token)
    with record() as calls:
        call()
    return calls


BODIES = {
    "/promotions": [promotion_body("ONE"), promotion_body("TWO"), promotion_body("THREE")],
    "/shipping-methods": [method_body(), method_body(name="Post"), method_body(countries=["DE"])],
    "/tax-rates": [tax_body(), tax_body(region="Kent"), tax_body("IE")],
}
"""Three of each that stand side by side."""

"""Every table of the shop, on one page. CDK, the laptop cloud and the tests all read it."""

from utils.ephemeral import ephemeral
from utils.tables import Index, Table

accounts = Table(
    "accounts",
    indexes=(
        Index("by_created", "users_shard", "created_at"),
        Index("keys_by_created", "keys_shard", "created_at"),
    ),
    ttl=True,
)

_SUMMARY = (
    "slug", "title", "status", "category_id", "tags", "image",
    "price_min", "price_max", "currency", "availability", "updated_at", "version",
)  # fmt: skip
"""What a list of products shows of each."""

catalog = Table(
    "catalog",
    indexes=(
        Index("by_status", "status_shard", "created_at", projection=_SUMMARY),
        Index("by_category", "category_shard", "created_at", projection=_SUMMARY),
        Index("categories", "categories_shard", "rank"),
    ),
    ttl=True,
)

inventory = Table(
    "inventory",
    indexes=(
        Index("all", "shard", "sku", projection="ALL"),
        Index("by_location", "place_shard", "sku"),
        Index("low_stock", "low_shard", "sku"),
        Index("locations", "locations_shard", "id"),
        Index("held_until", "held_shard", "held_until", projection="KEYS_ONLY"),
    ),
    ttl=True,
)

carts = Table("carts", indexes=(Index("by_owner", "owner_id", "created_at", projection="KEYS_ONLY"),), ttl=True)

pricing = Table("pricing", indexes=(Index("by_kind", "kind_shard", "created_at"),))

orders = Table(
    "orders",
    indexes=(
        Index("by_customer", "customer_id", "created_at"),
        Index("all", "shard", "created_at"),
        Index("by_status", "status_shard", "created_at"),
        Index("returns", "returns_shard", "created_at"),
        Index("returns_by_status", "returns_status", "created_at"),
        Index("payments", "payments_shard", "created_at"),
        Index("by_provider_ref", "provider_ref", projection="KEYS_ONLY"),
        Index("open_payments", "open_shard", "open_since", projection="KEYS_ONLY"),
    ),
)

events = Table(
    "events",
    indexes=(
        Index("pending", "pending_shard", "occurred_at"),
        Index("by_day", "day_shard", "id"),
    ),
    stream=True,
)

work = Table("work", indexes=(Index("by_owner", "owner_id", "created_at"),))

reports = Table("reports", ttl=True)

__all__ = [
    "TABLES",
    "accounts",
    "carts",
    "catalog",
    "ephemeral",
    "events",
    "inventory",
    "orders",
    "pricing",
    "reports",
    "work",
]

TABLES = (accounts, catalog, inventory, carts, pricing, orders, events, work, reports, ephemeral)

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

catalog = Table(
    "catalog",
    indexes=(
        Index(
            "by_status",
            "status_shard",
            "created_at",
            projection=(
                "slug", "title", "status", "category_id", "tags", "image",
                "price_min", "price_max", "currency", "availability", "updated_at", "version",
            ),
        ),
    ),
)  # fmt: skip

inventory = Table(
    "inventory",
    indexes=(
        Index("all", "shard", "sku", projection="ALL"),
        Index("held_until", "held_shard", "held_until", projection="KEYS_ONLY"),
    ),
)

carts = Table("carts", indexes=(Index("by_owner", "owner_id", "created_at", projection="KEYS_ONLY"),), ttl=True)

orders = Table(
    "orders",
    indexes=(
        Index("by_customer", "customer_id", "created_at"),
        Index("all", "shard", "created_at"),
        Index("by_status", "status_shard", "created_at"),
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

__all__ = ["TABLES", "accounts", "carts", "catalog", "ephemeral", "events", "inventory", "orders", "work"]

TABLES = (accounts, catalog, inventory, carts, orders, events, work, ephemeral)

"""Fills a shop to two sizes and runs every route's sample at each: no request may cost more in the larger one."""

from __future__ import annotations

import contextlib
import io
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import time_machine
from botocore.client import BaseClient

from infra.access_patterns.capacity import WRITES, targets
from infra.access_patterns.measure import Pattern, known_to, look_into_moto, pattern_of
from infra.growth.clones import Template, ulid_of
from infra.local import moto_backend
from infra.local.clients import client
from infra.local.cloud import Cloud
from infra.local.facts import order_for
from infra.local.seed import ADMIN, CUSTOMER, Good, create_product, seed
from infra.local.shop_api import ShopApi
from infra.sample_events.__main__ import samples
from pushcart.search.embedded import copies
from utils.clock import now
from utils.declarations import Loaded, Route

CONTEXTS: Final = frozenset({"catalog", "inventory", "carts", "orders", "payments", "reports", "search"})
MUG: Final = Good("Growing Mug", "One of very many.", ("kitchen",), "size", {"One": (1200, 40)})
WHOLE: Final = {"download_stock_report": "a file with a row for each SKU and place, of at most 20,000"}
"""Routes that answer with all there is, which is why they grow."""
SKU: Final = 2
"""Where its SKU stands among the names of a product."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How many products and orders a shop has, beside those of the demo shop."""

    products: int
    orders: int

    def __str__(self) -> str:
        return f"{self.products:,} products, {self.orders:,} orders"


@dataclass(frozen=True, slots=True)
class Growth:
    """A route that asks for more, or costs more, in the large shop."""

    small: Pattern
    large: Pattern

    def __str__(self) -> str:
        told = (f"{_calls(one)}, {one.cost.read:g} read and {one.cost.write:g} write units"
                for one in (self.small, self.large))  # fmt: skip
        return f"{self.small.function} ({self.small.source}): " + ", and in the large shop ".join(told)


@dataclass(slots=True)
class Shop:
    """A demo shop that can be made larger, and what samples may name of it."""

    cloud: Cloud
    known: dict[str, dict[str, str]]
    goods: list[Template]
    sold: list[Template]
    opened_at: Any = field(default_factory=now)
    size: Size = field(default_factory=lambda: Size(0, 0))

    @classmethod
    def open(cls, functions: Sequence[Loaded] | None = None) -> Shop:
        """Make the demo shop, and in it one product and a few orders that all others will be like."""
        moto_backend.start()
        moto_backend.reset()
        with contextlib.redirect_stdout(io.StringIO()):
            cloud = Cloud.start(functions)
            seed(cloud)
            api = ShopApi(cloud)
            goods = _product(api, api.sign_in(ADMIN)["access_token"])
            plain = order_for(cloud, goods[SKU], token=api.sign_in(CUSTOMER)["access_token"])
            cloud.pumps.drain(max_rounds=1000)
            # Last, and nothing is worked off after: some samples are about an order that waits for its payment.
            known = known_to(cloud)
        any_of = next(iter(known.values()))
        named = [plain["id"], any_of["return_id"], any_of["refund_id"]]
        return cls(cloud, known, [Template(goods)], [Template(_order(ulid_of(one))) for one in named])

    def grow_to(self, size: Size) -> int:
        """Add products and orders until there are so many, and return how many items that took."""
        items = 0
        for templates, already, wanted in (
            (self.goods, self.size.products, size.products),
            (self.sold, self.size.orders, size.orders),
        ):
            for number in range(already, wanted):
                items += templates[number % len(templates)].clone(number + 1)
        self.size = size
        return items

    def patterns(self, contexts: frozenset[str]) -> list[Pattern]:
        """Run the sample of every route of ``contexts``, each on the same shop, and return what each asked of AWS."""
        routes = [
            one
            for one in self.cloud.functions
            if isinstance(one.declaration, Route) and one.declaration.context in contexts
        ]
        found = []
        with tempfile.TemporaryDirectory(prefix="pushcart-") as name, contextlib.redirect_stdout(io.StringIO()):
            folder = Path(name)
            _write_samples(self.cloud.functions, folder)
            # At each size the process is one that has not searched yet.
            copies.copy.forget()
            for loaded in routes:
                # Tokens and reservations are as old as they were at the first size.
                with time_machine.travel(self.opened_at, tick=True), _taken_back():
                    found.append(pattern_of(self.cloud, loaded, self.known[loaded.declaration.name], folder))
        return found


def compare(small: Sequence[Pattern], large: Sequence[Pattern]) -> list[Growth]:
    """Return the routes that differ, in their calls, their indexes or their units, and have no reason to."""
    pairs = zip(small, large, strict=True)
    return [Growth(one, other) for one, other in pairs if one != other and one.function not in WHOLE]


def grown(
    small: Size,
    large: Size,
    *,
    say: Say = print,
    functions: Sequence[Loaded] | None = None,
    contexts: frozenset[str] = CONTEXTS,
) -> list[Growth]:
    """Measure every route of ``contexts`` in a shop of each size, and return those that are dearer in the large one."""
    shop = Shop.open(functions)
    measured = []
    for size in (small, large):
        items = shop.grow_to(size)
        say(f"{size}: {items:,} items were added; running the samples …")
        measured.append(shop.patterns(contexts))
    say(f"{len(measured[0])} routes measured at both sizes.")
    for name, reason in WHOLE.items():
        say(f"  {name} may grow: it answers with {reason}.")
    return compare(*measured)


def _product(api: ShopApi, token: str) -> list[str]:
    """Make a product that is sold and stocked, and return the names that are its own."""
    suffix = f"-{uuid.uuid4().hex[:12].upper()}"
    category = api.call("GET", "/categories")[0]["id"]
    product = create_product(api, MUG, token, sku_suffix=suffix, category_id=category)
    api.call("POST", f"/products/{product['id']}/publish", {}, token=token, if_match="*")
    sku = product["variants"][0]["sku"]
    received = {"delta": 40, "reason": "received"}
    adjusted = api.call("POST", f"/inventory/{sku}/adjustments", received, token=token)
    return [ulid_of(product["id"]), product["slug"], sku, ulid_of(adjusted["id"])]


def _order(ulid: str) -> list[str]:
    item = look_into_moto()
    from pushcart.orders.models import OrderItem

    key = OrderItem.key_of(f"ord_{ulid}")
    stored = item(OrderItem.table.physical_name, {"pk": {"S": key.pk}, "sk": {"S": key.sk}})
    assert stored is not None  # noqa: S101 - the order was placed just now
    return [ulid, str(stored["number"]["S"])]


def _write_samples(functions: Sequence[Loaded], folder: Path) -> None:
    for name, text in samples(functions).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@contextlib.contextmanager
def _taken_back() -> Iterator[None]:
    """Put every item that a block writes back to what it was, so that each route finds the same shop."""
    from pushcart.tables import TABLES

    seam: Any = BaseClient
    original, look = seam._make_api_call, look_into_moto()
    before: dict[tuple[str, str], tuple[Any, Any]] = {}

    def noted(self: Any, operation: str, request: dict[str, Any]) -> Any:
        if self.meta.service_model.service_name == "dynamodb" and operation in {*WRITES, "TransactWriteItems"}:
            for target in targets(operation, request, TABLES, look):
                before.setdefault((target.table.physical_name, str(target.key)), (target.key, target.before))
        return original(self, operation, request)

    seam._make_api_call = noted
    try:
        yield
    finally:
        seam._make_api_call = original
        for (table, _), (key, item) in before.items():
            if item is None:
                client("dynamodb").delete_item(TableName=table, Key={name: key[name] for name in ("pk", "sk")})
            else:
                client("dynamodb").put_item(TableName=table, Item=item)


def _calls(pattern: Pattern) -> str:
    return ", ".join(f"{operation} {count}" for operation, count in pattern.calls) or "no calls"

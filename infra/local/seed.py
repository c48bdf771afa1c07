"""The demo shop, made the way that a shop's people would make it: by the API.

Its accounts and their password are public, so it is for this machine only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from infra.local.cloud import Cloud
from infra.local.shop_api import PASSWORD, ShopApi

ADMIN, CUSTOMER = "admin@demo.test", "customer@demo.test"
NAMES = {ADMIN: "Ada Admin", CUSTOMER: "Cleo Customer"}


@dataclass(frozen=True, slots=True)
class Good:
    """A product of the demo shop: ``variants`` maps what tells them apart to price in cents and stock."""

    title: str
    description: str
    tags: tuple[str, ...]
    option: str
    variants: Mapping[str, tuple[int, int]]

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.title.lower().replace(" ", "-")

    def sku(self, variant: str) -> str:
        """The number that a variant is stocked under."""
        return f"{self.slug}-{variant}".upper().replace(" ", "-").replace(".", "-")


GOODS: Final = (
    Good("Market Tote", "A bag that carries a week.", ("bags",), "colour", {"Sand": (2400, 40), "Navy": (2400, 25)}),
    Good("Enamel Mug", "For coffee outside.", ("kitchen",), "colour", {"White": (1200, 120), "Green": (1200, 80)}),
    Good("Linen Apron", "Pre-washed linen, two pockets.", ("kitchen",), "size", {"M": (3900, 20), "L": (3900, 15)}),
    Good("Olive Oil", "Cold pressed, one harvest.", ("pantry",), "volume", {"0.5 l": (1450, 200), "1 l": (2600, 90)}),
    Good("Chestnut Honey", "Dark and not too sweet.", ("pantry",), "weight", {"250 g": (890, 150), "500 g": (1590, 4)}),
    Good("Oak Board", "End grain, oiled.", ("kitchen",), "size", {"Small": (3200, 18), "Large": (5400, 9)}),
    Good("Wool Blanket", "Woven from undyed wool.", ("home",), "colour", {"Grey": (8900, 12), "Cream": (8900, 3)}),
    Good("Beeswax Candle", "Burns for forty hours.", ("home",), "height", {"10 cm": (990, 300), "20 cm": (1690, 160)}),
    Good("Garden Twine", "A hundred metres of jute.", ("garden",), "length", {"100 m": (690, 500)}),
    Good("Seed Box", "Eight herbs for a window.", ("garden",), "edition", {"Spring": (1990, 60), "Autumn": (1990, 0)}),
    Good("Straw Hat", "Wide brim, packs flat.", ("clothing",), "size", {"S": (2900, 14), "M": (2900, 22)}),
    Good("Canvas Jacket", "Waxed, lined, mended free.", ("clothing",), "size", {"M": (14900, 6), "L": (14900, 5)}),
)


def seed(cloud: Cloud) -> bool:
    """Make the demo shop, unless it is there; return whether it was made.

    Two accounts, a dozen products in their categories, with variants, prices and stock. What the work sets off in
    queues and streams is done when this returns.

    Raises
    ------
    SeedFailed
        When the API refuses something.
    """
    from pushcart.accounts.service import grant_roles, user_id_of

    if user_id_of(ADMIN):
        return False
    api = ShopApi(cloud)
    for email, name in NAMES.items():
        api.call("POST", "/auth/register", {"email": email, "password": PASSWORD, "name": name})
    for email, role in ((ADMIN, "admin"), (CUSTOMER, "customer")):
        grant_roles(user_id_of(email) or "", [role])
    token = api.sign_in(ADMIN)["access_token"]
    categories = _create_categories(api, token)
    for good in GOODS:
        product = create_product(api, good, token, category_id=categories[good.tags[0]])
        api.call("POST", f"/products/{product['id']}/publish", {}, token=token, if_match="*")
        for variant, (_, stock) in good.variants.items():
            if stock:
                received = {"delta": stock, "reason": "received", "note": "opening stock"}
                api.call("POST", f"/inventory/{good.sku(variant)}/adjustments", received, token=token)
    cloud.pumps.drain(max_rounds=1000)
    return True


def _create_categories(api: ShopApi, token: str) -> dict[str, str]:
    """Make a category of each first tag, in their order, and return their ids by it."""
    made: dict[str, str] = {}
    for good in GOODS:
        tag = good.tags[0]
        if tag not in made:
            category = {"title": tag.capitalize(), "slug": tag, "rank": 10 * (len(made) + 1)}
            made[tag] = api.call("POST", "/categories", category, token=token)["id"]
    return made


def create_product(
    api: ShopApi, good: Good, token: str, *, sku_suffix: str = "", category_id: str | None = None
) -> Any:
    """Make a product, as a draft; a suffix tells it from others of its kind."""
    variants = [
        {
            "sku": good.sku(name) + sku_suffix,
            "options": {good.option: name},
            "prices": [{"amount": cents, "currency": "EUR"}],
        }
        for name, (cents, _) in good.variants.items()
    ]
    product = {
        "title": good.title,
        "slug": (good.slug + sku_suffix).lower(),
        "description": good.description,
        "category_id": category_id,
        "tags": list(good.tags),
        "variants": variants,
    }
    return api.call("POST", "/products", product, token=token)

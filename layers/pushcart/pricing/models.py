"""The items of the ``pricing`` table."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils.models import Item, Key

PROMOTIONS: Final = "PROMOTION#0"
SHIPPING_METHODS: Final = "SHIPPING#0"
TAX_RATES: Final = "TAX#0"
"""Partitions of the ``by_kind`` index; what is archived is in none."""


class PromotionKind(StrEnum):
    """What a promotion takes off: a share of the goods, an amount of money, or the delivery."""

    PERCENTAGE = "percentage"
    AMOUNT = "amount"
    FREE_SHIPPING = "free_shipping"


class Terms(Item):
    """What a promotion says, as it stands in two places: under its id, and, for checkouts, under its code.

    ``amounts`` and ``minimums`` are currency → minor units. ``max_uses`` of ``None``: uses are not counted.
    """

    table = tables.pricing
    code = UnicodeAttribute()
    kind = UnicodeAttribute()
    basis_points = NumberAttribute(null=True)
    amounts = JSONAttribute(default=dict)
    minimums = JSONAttribute(default=dict)
    starts_at = UnicodeAttribute(null=True)
    ends_at = UnicodeAttribute(null=True)
    max_uses = NumberAttribute(null=True)
    active = BooleanAttribute(default=True)


class PromotionItem(Terms):
    """A promotion. One that was archived leaves the list, frees its code and stays for the orders that name it."""

    id = UnicodeAttribute()
    name = UnicodeAttribute()
    kind_shard = UnicodeAttribute(null=True)
    archived_at = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, promotion_id: str) -> Key:
        return Key(cls, f"PROMOTION#{promotion_id}", "META")


class CodeItem(Terms):
    """Claims a code for one promotion, and bears its terms, so that a checkout reads one item for a code."""

    promotion_id = UnicodeAttribute()

    @classmethod
    def key_of(cls, code: str) -> Key:
        """Return where a code stands, however it was typed."""
        return Key(cls, f"CODE#{code.upper()}", "META")


class UsesItem(Item):
    """How often a promotion was used, beside how often it may be: one item, so that one condition compares them.

    It is there from the promotion's first moment and never goes: an order that ends years later gives its use back.
    """

    table = tables.pricing
    used = NumberAttribute(default=0)
    most = NumberAttribute(null=True)

    @classmethod
    def key_of(cls, promotion_id: str) -> Key:
        return Key(cls, f"USES#{promotion_id}#0", "META")


class ShippingItem(Item):
    """A way to deliver.

    ``countries``: where to, empty for everywhere. ``rates`` is currency → ``{"steps": [[max_grams, amount], …],
    "free_from": amount}``, the steps by weight, the last one's ``max_grams`` ``None`` where there is no limit.
    """

    table = tables.pricing
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    countries = JSONAttribute(default=list)
    rates = JSONAttribute()
    active = BooleanAttribute(default=True)
    kind_shard = UnicodeAttribute(null=True)
    archived_at = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, shipping_method_id: str) -> Key:
        return Key(cls, f"SHIPPING#{shipping_method_id}", "META")


class TaxRateItem(Item):
    """A rate of tax for a country, or for one region of it instead of the country's."""

    table = tables.pricing
    id = UnicodeAttribute()
    name = UnicodeAttribute()
    country = UnicodeAttribute()
    region = UnicodeAttribute(null=True)
    basis_points = NumberAttribute()
    included = BooleanAttribute()
    applies_to_shipping = BooleanAttribute()
    kind_shard = UnicodeAttribute(null=True)
    archived_at = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()

    @classmethod
    def key_of(cls, tax_rate_id: str) -> Key:
        return Key(cls, f"TAX#{tax_rate_id}", "META")


class TaxBookItem(Item):
    """All rates of one country in one item: what a checkout reads, and what holds a region to one rate.

    ``rates`` is region (:func:`region_key`) → ``{"id", "basis_points", "on_shipping"}``. ``included`` says for the
    whole country whether its prices contain the tax.
    """

    table = tables.pricing
    rates = JSONAttribute(default=dict)
    included = BooleanAttribute()
    version = NumberAttribute(default=1)

    @classmethod
    def key_of(cls, country: str) -> Key:
        return Key(cls, f"TAXBOOK#{country}", "META")


def region_key(region: str | None) -> str:
    """Return the one spelling under which a region is known; the empty one is the country itself.

    Example
    -------
    >>> region_key(" California "), region_key(None)
    ('california', '')
    """
    return " ".join((region or "").split()).casefold()

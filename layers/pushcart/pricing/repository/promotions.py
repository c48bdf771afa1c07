"""Promotions, their codes, and how often they were used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pushcart import tables
from pushcart.pricing.models import PROMOTIONS, CodeItem, PromotionItem, Terms, UsesItem
from utils.errors import Conflict, Overtaken, Problem
from utils.models import Item
from utils.queries import Page, query
from utils.transaction import Transaction
from utils.versions import amend

TERMS: Final = frozenset(Terms.get_attributes()) - frozenset(Item.get_attributes())
"""What a code bears of its promotion."""


def promotions(*, limit: int, start: dict[str, Any] | None) -> Page[PromotionItem]:
    """Return a page of the promotions, the latest first, in one call."""
    index = tables.pricing["by_kind"]
    return query(PromotionItem, PROMOTIONS, index=index, descending=True, limit=limit, start=start)


def read_promotion(tx: Transaction, promotion_id: str) -> tuple[PromotionItem | None, UsesItem | None]:
    """Return a promotion, and how often it was used, in one call."""
    promotion, uses = tx.read(PromotionItem.key_of(promotion_id), UsesItem.key_of(promotion_id))
    return promotion, uses


def add_promotion(tx: Transaction, promotion: PromotionItem) -> None:
    """Append a new promotion, the claim of its code, and the count of its uses."""
    tx.create(promotion, taken=Overtaken())
    key = CodeItem.key_of(promotion.code)
    terms = {name: getattr(promotion, name) for name in TERMS}
    taken = Conflict("This code is taken.", field="code", detail=promotion.code)
    tx.create(CodeItem(key.pk, key.sk, promotion_id=promotion.id, **terms), taken=taken)
    counted = UsesItem.key_of(promotion.id)
    tx.create(UsesItem(counted.pk, counted.sk, most=promotion.max_uses), taken=Overtaken())


def set_promotion(tx: Transaction, promotion: PromotionItem, values: Mapping[str, Any], *, refused: Problem) -> None:
    """Append new values of a promotion, of what its code bears of them, and of its cap. The version guards them all."""
    amend(tx, promotion, refused=refused, **values)
    if borne := {name: value for name, value in values.items() if name in TERMS}:
        attributes = CodeItem.get_attributes()
        actions = [
            attributes[name].remove() if value is None else attributes[name].set(value) for name, value in borne.items()
        ]
        its_own = CodeItem.promotion_id == promotion.id
        tx.adjust(CodeItem.key_of(promotion.code), *actions, when=its_own, refused=Overtaken())
    if "max_uses" in values:
        most = values["max_uses"]
        action = UsesItem.most.remove() if most is None else UsesItem.most.set(most)
        tx.adjust(UsesItem.key_of(promotion.id), action, when=UsesItem.pk.exists(), refused=Overtaken())


def archive_promotion(tx: Transaction, promotion: PromotionItem, *, refused: Problem) -> None:
    """Append that a promotion leaves the list and frees its code. Its count stays, for orders that are on their way."""
    amend(tx, promotion, refused=refused, archived_at=tx.moment, kind_shard=None)
    tx.remove(CodeItem.key_of(promotion.code))


def take_use(tx: Transaction, promotion_id: str, *, refused: Problem) -> None:
    """Append one use more, if one is left. Blind, since many check out at once."""
    _count(tx, promotion_id, 1, when=UsesItem.used < UsesItem.most, refused=refused)


def give_use_back(tx: Transaction, promotion_id: str) -> None:
    """Append one use less."""
    _count(tx, promotion_id, -1, when=UsesItem.used >= 1, refused=Conflict("No use of this promotion is counted."))


def take_use_again(tx: Transaction, promotion_id: str) -> None:
    """Append one use more, whether or not one is left."""
    _count(tx, promotion_id, 1, when=UsesItem.pk.exists(), refused=Conflict("There is no such promotion."))


def _count(tx: Transaction, promotion_id: str, step: int, *, when: Any, refused: Problem) -> None:
    tx.adjust(UsesItem.key_of(promotion_id), UsesItem.used.set(UsesItem.used + step), when=when, refused=refused)

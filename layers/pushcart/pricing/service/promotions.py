"""Promotions as staff write them: made, shown, listed, changed, archived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pushcart.money import Money
from pushcart.pricing import events
from pushcart.pricing.models import PROMOTIONS, PromotionItem, PromotionKind, UsesItem
from pushcart.pricing.repository import promotions as repository
from pushcart.pricing.schemas.promotions import NewPromotion, Promotion, PromotionChanges
from pushcart.pricing.service.telling import tell
from pushcart.pricing.views import promotion_of
from utils.errors import ErrorEntry, InvalidState, NotFound, ValidationFailed
from utils.ids import new_id
from utils.queries import Page
from utils.transaction import Transaction
from utils.versions import expect, overtaken_by

STORED_AS: Final = {"minimum_subtotals": "minimums"}
"""Fields that have another name where they are stored."""


def create_promotion(tx: Transaction, data: NewPromotion) -> Promotion:
    """Make a promotion; its code is claimed in the same transaction.

    Raises
    ------
    ValidationFailed
        With an entry for each thing that does not go together.
    Conflict
        When the code is taken, in any case; told when the transaction is committed.
    """
    promotion_id = new_id("prm")
    key = PromotionItem.key_of(promotion_id)
    promotion = PromotionItem(
        key.pk,
        key.sk,
        id=promotion_id,
        code=data.code,
        kind=data.kind,
        kind_shard=PROMOTIONS,
        created_at=tx.moment,
        updated_at=tx.moment,
        **_values(data.model_dump(exclude={"code", "kind", "amounts", "minimum_subtotals"})),
        amounts=_by_currency(data.amounts),
        minimums=_by_currency(data.minimum_subtotals),
    )
    _refuse_what_does_not_fit(promotion)
    repository.add_promotion(tx, promotion)
    tell(tx, promotion, events.created("promotion"))
    return promotion_of(promotion, UsesItem(used=0))


def show_promotion(tx: Transaction, promotion_id: str) -> Promotion:
    """Show a promotion and how often it was used, also an archived one: orders name it."""
    return promotion_of(*_found(tx, promotion_id))


def list_promotions(*, limit: int, start: dict[str, Any] | None) -> Page[Promotion]:
    """List the promotions, the latest first, in one call a page."""
    page = repository.promotions(limit=limit, start=start)
    return Page([promotion_of(item) for item in page.items], page.last_key)


def change_promotion(tx: Transaction, promotion_id: str, data: PromotionChanges, *, if_match: int | None) -> Promotion:
    """Change what is named of a promotion, for whoever checks out from now on; what changes nothing writes nothing.

    Raises
    ------
    InvalidState
        When it is archived.
    """
    promotion, uses = _found(tx, promotion_id)
    expect(promotion, if_match)
    if promotion.archived_at:
        raise InvalidState("The promotion is archived. Make another one.")
    values = {name: value for name, value in _values(data.given).items() if value != getattr(promotion, name)}
    if values:
        _refuse_what_does_not_fit(promotion, **values)
        repository.set_promotion(tx, promotion, values, refused=overtaken_by(if_match))
        shown_as = {stored: field for field, stored in STORED_AS.items()}
        tell(tx, promotion, events.updated("promotion", [shown_as.get(name, name) for name in values]))
    return promotion_of(promotion, uses)


def archive_promotion(tx: Transaction, promotion_id: str, *, if_match: int | None) -> None:
    """Grant a promotion no more, and free its code. Orders that have it keep it; a second time changes nothing."""
    promotion, _ = _found(tx, promotion_id)
    expect(promotion, if_match)
    if not promotion.archived_at:
        repository.archive_promotion(tx, promotion, refused=overtaken_by(if_match))
        tell(tx, promotion, events.archived("promotion"))


def _found(tx: Transaction, promotion_id: str) -> tuple[PromotionItem, UsesItem | None]:
    promotion, uses = repository.read_promotion(tx, promotion_id)
    if promotion is None:
        raise NotFound("promotion")
    return promotion, uses


def _values(given: dict[str, Any]) -> dict[str, Any]:
    """Return fields as they are stored."""
    return {
        STORED_AS.get(name, name): _by_currency(value) if isinstance(value, list) else value
        for name, value in given.items()
    }


def _by_currency(amounts: Iterable[Money]) -> dict[str, int]:
    return {one.currency: one.amount for one in amounts}


def _refuse_what_does_not_fit(promotion: PromotionItem, **values: Any) -> None:
    """Raise for a promotion as it would be with these values."""
    told = {name: values.get(name, getattr(promotion, name)) for name in ("basis_points", "amounts")}
    dates = values.get("starts_at", promotion.starts_at), values.get("ends_at", promotion.ends_at)
    if faults := [*_faults(promotion.kind, told["basis_points"], told["amounts"]), *_faults_of_dates(*dates)]:
        raise ValidationFailed.of(faults)


def _faults(kind: str, basis_points: int | None, amounts: dict[str, int]) -> Iterator[ErrorEntry]:
    if (kind == PromotionKind.PERCENTAGE) != (basis_points is not None):
        yield _fault("basis_points", "A percentage has basis points, and nothing else has any.")
    if (kind == PromotionKind.AMOUNT) != bool(amounts):
        yield _fault("amounts", "An amount is named in one currency at least, and nothing else has any.")


def _faults_of_dates(starts_at: str | None, ends_at: str | None) -> Iterator[ErrorEntry]:
    if starts_at and ends_at and ends_at <= starts_at:
        yield _fault("ends_at", "It ends after it starts.")


def _fault(field: str, message: str) -> ErrorEntry:
    return ErrorEntry("VALIDATION_ERROR", message, field, "value_error")

"""Goods that come back: asked for, shown, and their money back. What staff decides is in ``deciding``."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any, Final

from pushcart.amounts import allocate
from pushcart.children import order_id_of
from pushcart.orders import repository
from pushcart.orders.goods_schemas import AskReturn, Return, ReturnQuery
from pushcart.orders.goods_views import return_of, return_summary
from pushcart.orders.models import OrderItem, ReturnItem
from pushcart.orders.progress import MOST_PARCELS, counted
from pushcart.orders.service.moves import OrderMoves
from pushcart.orders.service.reading import theirs
from pushcart.orders.service.wanted import named_once, no_more_than
from pushcart.states import ReturnStatus
from utils.access import Principal
from utils.clock import now, parse
from utils.errors import InvalidState, NotFound, ValidationFailed
from utils.queries import Page
from utils.settings import setting
from utils.transaction import Transaction

READ: Final = "returns:read"
WRITE: Final = "returns:write"
COMES_BACK: Final = "that can come back"


def ask(tx: Transaction, principal: Principal, order_id: str, data: AskReturn) -> Return:
    """Ask to send goods back: what was shipped, is not asked for yet, and arrived no longer ago than is allowed.

    Staff may ask in a customer's name however long ago it was. The order is checked by its version, so that nothing
    is asked for twice by two requests at once.

    Raises
    ------
    NotFound
        When there is no such order, or it is somebody else's.
    InvalidState
        When less of a SKU can come back: one entry for each.
    ValidationFailed
        When a line names no SKU of the order, or one twice.
    """
    order = theirs(tx.read_one(repository.order_key(order_id)), principal, permission=WRITE)
    named_once(data.lines, {line["sku"]: line for line in order.lines})
    units = no_more_than(data.lines, _returnable(order, for_ever=principal.may(WRITE)), COMES_BACK)
    if len(order.returns) >= MOST_PARCELS:
        raise InvalidState(f"An order has at most {MOST_PARCELS} returns.", detail="returns")
    moves = OrderMoves(order)
    item = _item(tx, principal, moves.next_id("ret"), order, data)
    item.amount = sum(_paid_for(order, sku, quantity) for sku, quantity in units.items())
    repository.add_child(tx, item)
    moves.ask_for_return(return_summary(item))
    moves.write(tx)
    return return_of(item)


def _item(tx: Transaction, principal: Principal, return_id: str, order: OrderItem, data: AskReturn) -> ReturnItem:
    key = repository.return_key(order.id, return_id)
    return ReturnItem(
        key.pk,
        key.sk,
        id=return_id,
        order_id=order.id,
        status=str(ReturnStatus.REQUESTED),
        returns_status=repository.return_shard(ReturnStatus.REQUESTED),
        reason=data.reason,
        lines=[line.model_dump() for line in data.lines],
        currency=order.currency,
        asked_by=principal.id,
        created_at=tx.moment,
        updated_at=tx.moment,
    )


def _returnable(order: OrderItem, *, for_ever: bool) -> dict[str, int]:
    """Return how many units of each SKU may be asked to come back now."""
    within: Counter[str] = Counter()
    since = now() - timedelta(days=int(setting("RETURN_DAYS")))
    for parcel in order.fulfillments:
        if for_ever or parse(parcel["delivered_at"] or parcel["shipped_at"]) >= since:
            within.update({sku: int(units) for sku, units in parcel["lines"].items()})
    progress = order.progress
    shipped = {sku: counted(progress, "fulfilled", sku) - counted(progress, "returned", sku) for sku in within}
    return {sku: min(units, shipped[sku]) for sku, units in within.items()}


def _paid_for(order: OrderItem, sku: str, quantity: int) -> int:
    """Return what was paid for units of a line, its discount and tax included, in minor units.

    Each unit has a share of its own, so that a line that comes back in parts never comes to more than the whole.
    """
    line = next(line for line in order.lines if line["sku"] == sku)
    tax = 0 if order.tax_included else int(line.get("tax", 0))
    shares = allocate(int(line["total"]) - int(line.get("discount", 0)) + tax, [1] * int(line["quantity"]))
    before = counted(order.progress, "returned", sku)
    return sum(shares[before : before + quantity])


def show(tx: Transaction, principal: Principal, return_id: str) -> Return:
    """Show a return, in one call.

    Raises
    ------
    NotFound
        When there is none, or its order is somebody else's.
    """
    order_id = order_id_of("ret", return_id)
    if order_id is None:
        raise NotFound("return")
    order, item = tx.read(repository.order_key(order_id), repository.return_key(order_id, return_id))
    theirs(order, principal, permission=READ, what="return")
    if item is None:
        raise NotFound("return")
    return return_of(item)


def list_returns(
    tx: Transaction, principal: Principal, query: ReturnQuery, start: dict[str, Any] | None
) -> Page[Return]:
    """List an order's returns to its customer, in two calls; to staff also all, or those in one state, in one.

    Raises
    ------
    ValidationFailed
        For filters that no index serves for this caller.
    NotFound
        To a customer, when the order is not theirs.
    """
    page = _page(tx, principal, query, descending=query.sort.startswith("-"), start=start)
    return Page([return_of(item) for item in page.items], page.last_key)


def _page(
    tx: Transaction, principal: Principal, query: ReturnQuery, *, descending: bool, start: dict[str, Any] | None
) -> Page[ReturnItem]:
    if not principal.may(READ):
        if query.order_id is None:
            raise ValidationFailed("Name the order whose returns you want to see.", field="order_id", detail="missing")
        if query.status is not None:
            raise ValidationFailed("An order's returns are listed without this filter.", field="status")
        theirs(tx.read_one(repository.order_key(query.order_id)), principal, permission=READ)
    elif query.order_id and query.status:
        raise ValidationFailed("Filter by order or by status, not by both.", field="status")
    if query.order_id:
        return repository.returns_of_order(query.order_id, limit=query.limit, descending=descending, start=start)
    if query.status:
        return repository.returns_of_status(query.status, limit=query.limit, descending=descending, start=start)
    return repository.all_returns(limit=query.limit, descending=descending, start=start)


def refunded(tx: Transaction, order_id: str, return_id: str) -> None:
    """Append: the money of a return is back, for the payments worker's own transaction.

    :meth:`~pushcart.orders.service.goods.GoodsSteps.refund_moved` of the same transaction tells the order, and
    announces ``return.refunded``.
    """
    repository.mark_refunded(tx, order_id, return_id)

"""What staff decides about goods that come back: whether they may, what became of them, how much is paid back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pushcart.children import order_id_of
from pushcart.inventory import service as inventory
from pushcart.inventory.service import ReservedLine
from pushcart.orders import repository
from pushcart.orders.goods_schemas import ChangeReturn, ReceivedLine, Return
from pushcart.orders.goods_views import return_of
from pushcart.orders.models import OrderItem, ReturnItem
from pushcart.orders.service.moves import OrderMoves
from pushcart.orders.service.reading import theirs
from pushcart.orders.service.returning import WRITE
from pushcart.orders.service.wanted import named_once
from pushcart.payments.service import overseeing, refunding
from pushcart.states import RETURN_MOVES, ReturnStatus
from utils.access import Principal
from utils.errors import ErrorEntry, Forbidden, InvalidState, NotFound, Problem, ValidationFailed
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by

REFUND: Final = "payments:refund"
OWN_FIELDS: Final = {
    ReturnStatus.REJECTED: "reason",
    ReturnStatus.RECEIVED: "lines",
    ReturnStatus.REFUNDED: "amount",
}
"""What a state has of its own; it may be named with no other."""


def change(
    tx: Transaction, principal: Principal, return_id: str, data: ChangeReturn, *, if_match: int | None
) -> Return:
    """Move a return on. ``refunded`` asks for the money to go back; the return is so once it is.

    Raises
    ------
    NotFound
        When there is none.
    StaleVersion
        When the caller saw another version of it.
    InvalidState
        When it is in no state for that, or its refund is on the way.
    ValidationFailed
        When something is named that has no place in that state, or a reason is missing.
    Forbidden
        When the caller's role does not reach as far as the amount.
    """
    wanted = ReturnStatus(data.status)
    _refuse_stray(data, wanted)
    order, item = _read(tx, principal, return_id)
    expect(item, if_match)
    if wanted not in RETURN_MOVES[ReturnStatus(item.status)]:
        raise InvalidState(f"A return that is {item.status} cannot become {wanted}.", detail=item.status)
    moves = OrderMoves(order)
    refused = overtaken_by(if_match)
    if wanted is ReturnStatus.RECEIVED:
        _receive(tx, moves, item, data.lines or [], refused=refused)
    elif wanted is ReturnStatus.REFUNDED:
        _refund(tx, principal, order, moves, item, data.amount, refused=refused)
    else:
        repository.move_return(tx, item, wanted, refused=refused, rejection_reason=data.reason)
        moves.return_moved(item.id, wanted)
    moves.write(tx)
    return return_of(item)


def _refuse_stray(data: ChangeReturn, wanted: ReturnStatus) -> None:
    stray = [
        ErrorEntry("VALIDATION_ERROR", f"This is for returns that are {owner}.", name, "stray")
        for owner, name in OWN_FIELDS.items()
        if owner is not wanted and getattr(data, name) is not None
    ]
    if wanted is ReturnStatus.REJECTED and data.reason is None:
        stray.append(ErrorEntry("VALIDATION_ERROR", "Say why, to whoever asked.", "reason", "missing"))
    if stray:
        raise ValidationFailed.of(stray)


def _read(tx: Transaction, principal: Principal, return_id: str) -> tuple[OrderItem, ReturnItem]:
    order_id = order_id_of("ret", return_id)
    if order_id is None:
        raise NotFound("return")
    order, item = tx.read(repository.order_key(order_id), repository.return_key(order_id, return_id))
    if item is None:
        raise NotFound("return")
    return theirs(order, principal, permission=WRITE, what="return"), item


def _receive(
    tx: Transaction, moves: OrderMoves, item: ReturnItem, told: Sequence[ReceivedLine], *, refused: Problem
) -> None:
    """Append: the goods are there. What can be sold again is stock again, at once and once."""
    units = {line["sku"]: int(line["quantity"]) for line in item.lines}
    named_once(told, units)
    places = {line["sku"]: line for line in moves.lines}
    received = [_received(sku, quantity, _named(told, sku), places[sku]) for sku, quantity in units.items()]
    back = [
        {"sku": one["sku"], "location_id": one["location_id"], "bucket": 0, "quantity": one["quantity"]}
        for one in received
        if one["restocked"]
    ]
    inventory.restock(tx, [ReservedLine(**line) for line in back])
    repository.move_return(tx, item, ReturnStatus.RECEIVED, refused=refused, received=received)
    moves.return_moved(item.id, ReturnStatus.RECEIVED, stock="came_back" if back else "kept", lines=back)


def _named(told: Sequence[ReceivedLine], sku: str) -> ReceivedLine:
    return next((line for line in told if line.sku == sku), ReceivedLine(sku=sku))


def _received(sku: str, quantity: int, told: ReceivedLine, place: Mapping[str, Any]) -> dict[str, Any]:
    whither = (told.location_id or place["location_id"]) if told.restock else None
    return {"sku": sku, "quantity": quantity, "restocked": told.restock, "location_id": whither}


def _refund(
    tx: Transaction,
    principal: Principal,
    order: OrderItem,
    moves: OrderMoves,
    item: ReturnItem,
    amount: int | None,
    *,
    refused: Problem,
) -> None:
    """Append what brings the money back. Of goods that cost nothing, there is nothing to wait for."""
    pending = next(one["refund_id"] for one in order.returns if one["id"] == item.id)
    if pending:
        raise InvalidState("Its refund is on the way.", detail=pending)
    _refuse_untrusted(principal)
    amount = int(item.amount) if amount is None else amount
    if amount == 0:
        repository.move_return(tx, item, ReturnStatus.REFUNDED, refused=refused, amount=0)
        moves.return_moved(item.id, ReturnStatus.REFUNDED)
        return
    payment = tx.read_one(refunding.payment_key(order.id, order.payment["id"]))
    overseeing.refuse_beyond_bounds(principal, payment, amount)
    refund = refunding.request(
        tx, moves, payment, amount=amount, reason="return", return_id=item.id, requested_by=principal.id
    )
    amend(tx, item, refused=refused, amount=amount, refund_id=refund["id"])


def _refuse_untrusted(principal: Principal) -> None:
    """Refuse a program that may decide on returns, and was not trusted with money."""
    if principal.kind == "client" and REFUND not in principal.scopes:
        raise Forbidden("This program may not give money back. Ask for the scope.", detail=REFUND)

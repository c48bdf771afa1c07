"""Parcels: what staff sends of an order, how it travels, that it arrived."""

from __future__ import annotations

from typing import Any, Final

from pushcart.inventory import service as inventory
from pushcart.inventory.service import ReservedLine
from pushcart.orders import repository
from pushcart.orders.goods_schemas import ChangeFulfillment, Fulfillment, ShipOrder
from pushcart.orders.goods_views import fulfillment_of, parcel_summary
from pushcart.orders.models import FulfillmentItem, OrderItem
from pushcart.orders.progress import MOST_PARCELS, left
from pushcart.orders.service.moves import OrderMoves
from pushcart.orders.service.reading import theirs
from pushcart.orders.service.wanted import named_once, no_more_than
from pushcart.payments.service import attempts
from pushcart.payments.service.attempts import Capture
from pushcart.states import PAID, PARCEL_MOVES, OrderStatus, ParcelStatus, PaymentStatus
from utils.access import Principal
from utils.errors import InvalidState, NotFound
from utils.models import Key
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by

WRITE: Final = "orders:write"
SHIPS: Final = frozenset({OrderStatus.CONFIRMED, OrderStatus.PROCESSING})
PAID_ENOUGH: Final[dict[Capture, frozenset[PaymentStatus]]] = {
    "automatic": PAID,
    "manual": PAID | {PaymentStatus.AUTHORIZED, PaymentStatus.PARTIALLY_CAPTURED},
}
"""What has to be certain of an order's money before its goods leave: taken, or where staff captures, authorised."""


def ship(tx: Transaction, principal: Principal, order_id: str, data: ShipOrder) -> Fulfillment:
    """Send a parcel: what is named of the order, or all that is left of it.

    The order, checked by its version, its stock, the parcel and the events are one transaction, so that of two who
    ship the same units at once one is told that they have gone.

    Raises
    ------
    NotFound
        When there is no such order.
    InvalidState
        When the order is not paid, is being cancelled, or has less left than is named: one entry for each SKU.
    ValidationFailed
        When a line names no SKU of the order, or one twice.
    """
    read, reservation = tx.read(repository.order_key(order_id), inventory.reservation_key(order_id))
    order = theirs(read, principal, permission=WRITE)
    moves = OrderMoves(order)
    _refuse_shipping(moves, order)
    units = _units(order, data)
    lines = [line | {"quantity": units[line["sku"]]} for line in moves.lines if line["sku"] in units]
    parcel = _parcel(tx, principal, repository.fulfillment_key(order.id, moves.next_id("ful")), lines, data)
    inventory.ship(tx, reservation, [ReservedLine(**line) for line in lines])
    repository.add_child(tx, parcel)
    moves.ship(parcel_summary(parcel))
    moves.write(tx)
    return fulfillment_of(parcel)


def _refuse_shipping(moves: OrderMoves, order: OrderItem) -> None:
    if moves.status not in SHIPS:
        raise InvalidState("Only a confirmed order is shipped.", detail=str(moves.status))
    if moves.cancel_requested:
        raise InvalidState("The order is being cancelled.", detail="cancel_requested")
    if moves.payment["status"] not in PAID_ENOUGH[attempts.capture_mode()]:
        raise InvalidState("The order is not paid.", detail=moves.payment["status"])
    if _is_all_going_back(moves.payment):
        raise InvalidState("All of the order's money is on its way back.", detail="refunding")
    if len(order.fulfillments) >= MOST_PARCELS:
        raise InvalidState(f"An order goes in at most {MOST_PARCELS} parcels.", detail="parcels")


def _is_all_going_back(payment: dict[str, Any]) -> bool:
    going = int(payment.get("refunding", 0))
    return going > 0 and int(payment["captured"]) - int(payment["refunded"]) <= going


def _units(order: OrderItem, data: ShipOrder) -> dict[str, int]:
    rest = left(order.lines, order.progress)
    if data.lines is not None:
        named_once(data.lines, {line["sku"]: line for line in order.lines})
        return no_more_than(data.lines, rest, "left to ship")
    if not rest:
        raise InvalidState("Everything has been shipped.", detail=str(order.fulfillment_status))
    return rest


def _parcel(
    tx: Transaction, principal: Principal, key: Key, lines: list[dict[str, Any]], data: ShipOrder
) -> FulfillmentItem:
    return FulfillmentItem(
        key.pk,
        key.sk,
        id=key.sk.removeprefix("FULFIL#"),
        order_id=key.pk.removeprefix("ORDER#"),
        status=str(ParcelStatus.SHIPPED),
        lines=lines,
        tracking=data.tracking.model_dump() if data.tracking else None,
        made_by=principal.id,
        created_at=tx.moment,
        updated_at=tx.moment,
    )


def change(
    tx: Transaction,
    principal: Principal,
    order_id: str,
    fulfillment_id: str,
    data: ChangeFulfillment,
    *,
    if_match: int | None,
) -> Fulfillment:
    """Say how a parcel travels, or that it arrived. When all have arrived, the order is ``completed``.

    Raises
    ------
    NotFound
        When there is no such parcel of this order.
    StaleVersion
        When the caller saw another version of it.
    InvalidState
        When it arrived before.
    """
    read, parcel = tx.read(repository.order_key(order_id), repository.fulfillment_key(order_id, fulfillment_id))
    order = theirs(read, principal, permission=WRITE)
    if parcel is None:
        raise NotFound("fulfillment")
    expect(parcel, if_match)
    changes: dict[str, Any] = {}
    if data.status:
        if ParcelStatus.DELIVERED not in PARCEL_MOVES[ParcelStatus(parcel.status)]:
            raise InvalidState("The parcel has arrived already.", detail=parcel.status)
        changes |= {"status": str(ParcelStatus.DELIVERED), "delivered_at": tx.moment}
    if "tracking" in data.model_fields_set:
        changes["tracking"] = data.tracking.model_dump() if data.tracking else None
    if changes:
        amend(tx, parcel, refused=overtaken_by(if_match), **changes)
        _tell(tx, OrderMoves(order), parcel, changes)
    return fulfillment_of(parcel)


def _tell(tx: Transaction, moves: OrderMoves, parcel: FulfillmentItem, changes: dict[str, Any]) -> None:
    if "tracking" in changes:
        moves.parcel_updated({"id": parcel.id, "tracking": parcel.tracking}, ["tracking"])
    if "status" in changes:
        moves.deliver(parcel_summary(parcel))
    moves.write(tx)

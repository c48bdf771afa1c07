"""The one checker of what must never break; every fault test ends in it.

1. ``on_hand = available + reserved`` for each SKU, location and bucket, none negative; reservations add up to
   ``reserved``.
2. The provider's captured minus refunded equals ours, for each order; at most one live charge per order. No more goes
   back than was taken, and each refund is what the provider says of it.
3. No order is paid without stock or a refund; no reservation outlives a final order.
4. Each order's state is what its events replay to; sequences have no hole. So are its parcels and returns.
5. Each confirmed order's mail, and each parcel's, is delivered at least once.
6. What was ordered has left the house or is reserved, each unit once; no more comes back than left.
7. Of a promotion with a cap, as many uses are counted as there are orders that live by it.
8. The reports, which know events alone, come to the sums of the orders, payments and places themselves.
9. Each order that was confirmed has one invoice with its document; numbers have no gap, and none comes twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pushcart.inventory.models import Place, ReservationStatus
from pushcart.orders.states import BrokenHistory, replay
from pushcart.outbox.relay import message_of
from pushcart.payments.ledger import SandboxCharge
from pushcart.payments.ports import Charge
from pushcart.states import FulfillmentStatus, OrderStatus, PaymentStatus
from Test_py.reliability import invoices, money, promotions, reports
from Test_py.reliability.books import Books, read_books

UNPAID_ENDS = {OrderStatus.EXPIRED, OrderStatus.CANCELLED}
STOCK_OF = {
    OrderStatus.PENDING_PAYMENT: ReservationStatus.HELD,
    OrderStatus.CONFIRMED: ReservationStatus.COMMITTED,
    OrderStatus.PROCESSING: ReservationStatus.COMMITTED,
    OrderStatus.COMPLETED: ReservationStatus.COMMITTED,
    OrderStatus.EXPIRED: ReservationStatus.RELEASED,
    OrderStatus.CANCELLED: ReservationStatus.RELEASED,
}
ALL_SENT = {FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED}
"""Nothing of the order is in the house any more, whatever its state."""


class InvariantBroken(AssertionError):
    """Something that must never break, did."""


def check(*, settled: bool = True) -> Books:
    """Read the books and check them.

    Parameters
    ----------
    settled
        Whether all work has come to rest. While it has not, the provider may be ahead of us (2) and mails may still
        be on their way (5), as may the events that reports are made of (8); the rest holds at every moment.

    Raises
    ------
    InvariantBroken
        With every breach, not only the first.
    """
    books = read_books()
    breaches = [*_stock(books), *_one_charge(books), *_paid_with_stock(books), *_goods(books), *_history(books)]
    breaches += [*money.at_all_times(books), *promotions.at_all_times(books), *invoices.at_all_times(books)]
    if settled:
        breaches += [*_same_money(books), *_ends(books), *money.at_rest(books), *_mails(books)]
        breaches += [*reports.at_rest(books), *invoices.at_rest(books)]
    if breaches:
        raise InvariantBroken("\n".join(breaches))
    return books


def _stock(books: Books) -> Iterator[str]:
    reserved: Counter[tuple[str, Place]] = Counter()
    for reservation in books.reservations.values():
        if reservation.status != ReservationStatus.RELEASED:
            for line in reservation.reserved_lines:
                reserved[line.sku, Place(line.location_id, line.bucket)] += line.quantity
    for stock in books.stock:
        counts = (int(stock.on_hand), int(stock.available), int(stock.reserved))
        if min(counts) < 0 or counts[0] != counts[1] + counts[2]:
            yield f"1: {stock.sku} at {stock.place} has on_hand, available, reserved = {counts}"
        said = reserved.pop((stock.sku, stock.place), 0)
        if said != counts[2]:
            yield f"1: {stock.sku} at {stock.place} has {counts[2]} reserved, reservations say {said}"
    for (sku, place), units in reserved.items():
        yield f"1: {units} of {sku} are reserved at {place}, where there is no stock"


def _one_charge(books: Books) -> Iterator[str]:
    for order_id, charges in books.charges.items():
        kept = [charge.to_charge() for charge in charges]
        live = [one.key for one in kept if one.captured > one.refunded or one.status == PaymentStatus.AUTHORIZED]
        if len(live) > 1:
            yield f"2: {order_id} has {len(live)} live charges: {live}"


def _same_money(books: Books) -> Iterator[str]:
    for order_id in books.orders:
        theirs = sum(one.captured - one.refunded for one in map(_charge, books.charges.get(order_id, [])))
        ours = sum(int(payment.captured) - int(payment.refunded) for payment in books.payments.get(order_id, []))
        if theirs != ours:
            yield f"2: {order_id}: the provider holds {theirs}, our books say {ours}"


def _charge(charge: SandboxCharge) -> Charge:
    return charge.to_charge()


def _paid_with_stock(books: Books) -> Iterator[str]:
    for order_id, order in books.orders.items():
        reservation = books.reservations.get(order_id)
        held = reservation.status if reservation else "missing"
        sent = order.fulfillment_status in ALL_SENT
        if held != (ReservationStatus.SHIPPED if sent else STOCK_OF[OrderStatus(order.status)]):
            yield f"3: {order_id} is {order.status}, its stock is {held}"


def _goods(books: Books) -> Iterator[str]:
    for order_id, order in books.orders.items():
        reservation, sent = books.reservations.get(order_id), order.progress["fulfilled"]
        kept = Counter({line.sku: line.quantity for line in reservation.reserved_lines}) if reservation else Counter()
        for line in order.lines:
            sku, quantity = line["sku"], int(line["quantity"])
            if kept[sku] + sent.get(sku, 0) != quantity:
                yield f"6: {order_id}: of {quantity} {sku}, {kept[sku]} are reserved and {sent.get(sku, 0)} were sent"
            if order.progress["returned"].get(sku, 0) > sent.get(sku, 0):
                yield f"6: {order_id}: more of {sku} comes back than was sent"


def _ends(books: Books) -> Iterator[str]:
    for order_id, order in books.orders.items():
        held = sum(int(payment.captured) - int(payment.refunded) for payment in books.payments.get(order_id, []))
        if order.status in UNPAID_ENDS and held:
            yield f"3: {order_id} is {order.status}, and {held} of the buyer's money is kept"


def _history(books: Books) -> Iterator[str]:
    for order_id, order in books.orders.items():
        try:
            state = replay(map(message_of, books.events.get(order_id, [])))
        except BrokenHistory as broken:
            yield f"4: {order_id}: {broken}"
            continue
        told = (state.status, state.payment_status, state.fulfillment_status, state.sequence)
        kept = (order.status, order.payment_status, order.fulfillment_status, int(order.sequence))
        if tuple(map(str, told)) != tuple(map(str, kept)):
            yield f"4: {order_id}: its events say {told}, its item says {kept}"
        goods = (dict(state.progress), {**state.parcels, **state.returns})
        summed_up = {one["id"]: one["status"] for one in (*order.fulfillments, *order.returns)}
        if goods != (order.progress, summed_up):
            yield f"4: {order_id}: its events say {goods}, its item says {order.progress}, {summed_up}"
        if summed_up != books.goods.get(order_id, {}):
            yield f"4: {order_id}: it says {summed_up}, its parcels and returns say {books.goods.get(order_id)}"


def _mails(books: Books) -> Iterator[str]:
    for order_id, order in books.orders.items():
        if not any(event.type == "order.confirmed" for event in books.events.get(order_id, [])):
            continue
        subjects = [mail.subject for mail in books.mails if order.number in mail.subject]
        if not any("confirmed" in subject for subject in subjects):
            yield f"5: {order_id} is confirmed, and no mail says so"
        sent = sum("on its way" in subject for subject in subjects)
        if sent < len(order.fulfillments):
            yield f"5: {order_id} left in {len(order.fulfillments)} parcels, of which {sent} mails tell"

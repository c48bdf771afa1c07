"""What must hold of promotions with a cap: as many uses are counted as there are orders that live by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pushcart.states import OrderStatus
from Test_py.reliability.books import Books

OVER = {OrderStatus.EXPIRED, OrderStatus.CANCELLED}


def at_all_times(books: Books) -> Iterator[str]:
    """Yield what is wrong: a use that was not given back, was given back twice, or was never counted."""
    lived: Counter[str] = Counter(
        promotion["promotion_id"]
        for order in books.orders.values()
        if order.status not in OVER
        for promotion in order.promotions
        if promotion["capped"]
    )
    for promotion_id, used in books.uses.items():
        if used != lived[promotion_id]:
            yield f"7: {used} uses of {promotion_id} are counted, {lived[promotion_id]} orders live by it"

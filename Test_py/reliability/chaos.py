"""A flow whose deliveries come doubled, out of order, late and in vain, and which must end as in calm all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pushcart.orders.models import OrderItem
from Test_py.reliability.deliveries import UnreliableDelivery
from Test_py.reliability.flows import SKU, Stage
from Test_py.reliability.invariants import check
from Test_py.reliability.money_flows import ALL_FLOWS
from Test_py.reliability.seam import call
from Test_py.support import shopping
from Test_py.support.clock import Clock
from Test_py.support.mailbox import mails
from utils.declarations import Loaded, QueueWorker

MOST_IN_VAIN = 2
"""How often a message is handed out in vain. After that it comes, though maybe more than once: reliability.md wants
all to be final within three redeliveries, and an order that is charged later than it is held has rightly expired."""


@dataclass(slots=True)
class Chaos:
    """:class:`UnreliableDelivery` that hands every message over in the end."""

    deliver: UnreliableDelivery

    @classmethod
    def of(cls, seed: int) -> Chaos:
        return cls(UnreliableDelivery(seed))

    def __call__(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        if isinstance(loaded.declaration, QueueWorker):
            receives = max(int(record["attributes"]["ApproximateReceiveCount"]) for record in event["Records"])
            if receives > MOST_IN_VAIN:
                return call(loaded, event)
        return self.deliver(loaded, event)


def endure(functions: list[Loaded], clock: Clock, seed: int) -> int:
    """Act a flow out under the chaos of ``seed``; hold its end to what it is in calm, and return the deliveries made.

    Raises
    ------
    AssertionError
        With the flow and the seed, which reproduces it.
    """
    flow, chaos = ALL_FLOWS[seed % len(ALL_FLOWS)], Chaos.of(seed)
    stage = Stage.fresh(functions, clock, deliver=chaos)
    basket = shopping.fill_cart(stage.api, SKU)
    chaos.deliver.calm = True
    flow.prepare(stage, basket)
    chaos.deliver.calm = False
    try:
        order = flow.act(stage, basket)
        chaos.deliver.calm = True
        stage.redeliver()
        check()
        status = shopping.stored(OrderItem.key_of(order.id)).status
        assert status == flow.status, f"{status}, not {flow.status}"
        assert shopping.stock(SKU) == flow.stock, shopping.stock(SKU)
        subjects = [mail.subject for mail in mails()]
        assert len(subjects) == len(set(subjects)), f"shown twice: {subjects}"
    except AssertionError as broken:
        raise AssertionError(f"seed {seed}, {flow.name}: {broken}") from broken
    return chaos.deliver.handed

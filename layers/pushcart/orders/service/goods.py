"""Steps of an order's goods: they leave the house, arrive, and may come back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pushcart.children import Kind, child_id
from pushcart.orders import events
from pushcart.orders.progress import Summary, axis, with_counted, with_summary
from pushcart.orders.service.steps import ForbiddenMove, Steps
from pushcart.states import (
    FULFILLMENT_MOVES,
    PARCEL_MOVES,
    RETURN_MOVES,
    FulfillmentStatus,
    OrderStatus,
    ParcelStatus,
    RefundStatus,
    ReturnStatus,
)

_SUMMARIES: Final[dict[Kind, str]] = {"ful": "fulfillments", "ret": "returns"}


class GoodsSteps(Steps):
    """The steps that parcels, returns and the refunds of either mean for their order."""

    def next_id(self, kind: Kind) -> str:
        """Return the id of the order's next parcel (``ful``), return (``ret``) or refund (``ref``)."""
        known = int(self._now("refunds")) if kind == "ref" else len(self._now(_SUMMARIES[kind]))
        return child_id(kind, self.id, known + 1)

    def ship(self, parcel: Summary) -> None:
        """A parcel leaves the house; the first one makes the order ``processing``.

        Parameters
        ----------
        parcel
            Its summary: ``id``, ``status`` and ``lines`` (units by SKU), and what else is shown of it.
        """
        units: Mapping[str, int] = parcel["lines"]
        places = [line | {"quantity": units[line["sku"]]} for line in self.lines if line["sku"] in units]
        self._changes["progress"] = with_counted(self._now("progress"), "fulfilled", units)
        self._sum_up("ful", parcel)
        happening = events.parcel("shipped", parcel["id"], **self._along_the_axis(), lines=places, stock="shipped")
        self._happenings.append(happening)
        if self.status is OrderStatus.CONFIRMED:
            self._move(OrderStatus.PROCESSING)

    def parcel_updated(self, parcel: Summary, fields: list[str]) -> None:
        """Something else is known of a parcel, such as its tracking number."""
        self._sum_up("ful", parcel)
        self._happenings.append(events.parcel("updated", parcel["id"], fields=fields))

    def deliver(self, parcel: Summary) -> None:
        """A parcel arrived; when all have, and nothing is left to ship, the order is ``completed``."""
        before = self._summary("ful", parcel["id"])
        if ParcelStatus.DELIVERED not in PARCEL_MOVES[ParcelStatus(before["status"])]:
            raise ForbiddenMove(f"{parcel['id']}: {before['status']} to delivered")
        self._sum_up("ful", parcel)
        self._happenings.append(events.parcel("delivered", parcel["id"], **self._along_the_axis()))
        if self._now("fulfillment_status") == FulfillmentStatus.DELIVERED and self.status is OrderStatus.PROCESSING:
            self._move(OrderStatus.COMPLETED)

    def ask_for_return(self, asked: Summary) -> None:
        """Goods are asked to come back: ``id``, ``status`` and ``lines`` (units by SKU) of the return."""
        self._changes["progress"] = with_counted(self._now("progress"), "returned", asked["lines"])
        self._sum_up("ret", asked)
        self._happenings.append(events.returned(ReturnStatus.REQUESTED, asked["id"], lines=_as_lines(asked["lines"])))

    def return_moved(self, return_id: str, status: ReturnStatus, **data: Any) -> None:
        """A return moves. Goods that are refused may be asked to come back again; ``data`` goes into the event."""
        summary = self._summary("ret", return_id)
        if status not in RETURN_MOVES[ReturnStatus(summary["status"])]:
            raise ForbiddenMove(f"{return_id}: {summary['status']} to {status}")
        if status is ReturnStatus.REJECTED:
            fewer = {sku: -units for sku, units in summary["lines"].items()}
            self._changes["progress"] = with_counted(self._now("progress"), "returned", fewer)
        self._sum_up("ret", {"id": return_id, "status": str(status)})
        self._happenings.append(events.returned(status, return_id, **data))

    def ask_for_refund(
        self, refund_id: str, *, payment_id: str, amount: int, currency: str, return_id: str | None = None
    ) -> None:
        """The payments queue is asked to give money back. ``refund_id`` is :meth:`next_id`'s; it is counted here."""
        self._changes["refunds"] = int(self._now("refunds")) + 1
        if return_id:
            self._sum_up("ret", {"id": return_id, "refund_id": refund_id})
        data = _refund(refund_id, payment_id, amount, currency, return_id)
        self._happenings.append(events.command("refund.requested", order_id=self.id, **data))

    def refund_moved(
        self,
        refund_id: str,
        status: RefundStatus,
        *,
        payment_id: str,
        amount: int,
        currency: str,
        return_id: str | None = None,
    ) -> None:
        """Money went back, or could not. Of a return's: it is ``refunded``, or may be asked to be once more."""
        data = _refund(refund_id, payment_id, amount, currency, return_id)
        self._happenings.append(events.refunded(status, data))
        if return_id and status is RefundStatus.SUCCEEDED:
            self.return_moved(return_id, ReturnStatus.REFUNDED, refund_id=refund_id)
        elif return_id:
            self._sum_up("ret", {"id": return_id, "refund_id": None})

    def _along_the_axis(self) -> dict[str, str]:
        """Move the order's fulfilment to where its parcels are, and return what events say of that."""
        before = FulfillmentStatus(self._now("fulfillment_status"))
        after = axis(self._order.lines, self._now("progress"), self._now("fulfillments"))
        if after is not before and after not in FULFILLMENT_MOVES[before]:
            raise ForbiddenMove(f"{self.id}: {before} to {after}")
        self._changes["fulfillment_status"] = str(after)
        return {"fulfillment_status": str(after)}

    def _summary(self, kind: Kind, wanted: str) -> Summary:
        return next(one for one in self._now(_SUMMARIES[kind]) if one["id"] == wanted)

    def _sum_up(self, kind: Kind, summary: Summary) -> None:
        self._changes[_SUMMARIES[kind]] = with_summary(self._now(_SUMMARIES[kind]), summary)


def _refund(refund_id: str, payment_id: str, amount: int, currency: str, return_id: str | None) -> dict[str, Any]:
    data = {"refund_id": refund_id, "payment_id": payment_id, "amount": amount, "currency": currency}
    return data | ({"return_id": return_id} if return_id else {})


def _as_lines(units: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"sku": sku, "quantity": quantity} for sku, quantity in units.items()]

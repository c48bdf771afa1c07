"""What goes wrong with stock."""

from __future__ import annotations

from utils.errors import Conflict


class InsufficientStock(Conflict):
    """There is less than was asked for. One entry for each short SKU, with what was asked for and what there is."""

    code = "INSUFFICIENT_STOCK"

    def __init__(self, sku: str, *, requested: int, available: int) -> None:
        super().__init__(
            f"There is not enough of {sku}.", detail=f"{sku}: requested {requested}, available {available}"
        )
        self.sku, self.requested, self.available = sku, requested, available

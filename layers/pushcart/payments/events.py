"""The commands that the payments queue takes, as messages of its own kind. Ids only."""

from __future__ import annotations

from typing import Final

DUE: Final = "payment.due"
"""An attempt to pay was made: charge it."""
SYNC: Final = "payment.sync"
"""Something may have happened at the provider: ask, and apply what it says."""
EXPIRE: Final = "payment.expire"
"""The reservation has ended: void at the provider, then give the stock back."""
CANCEL: Final = "payment.cancel"
"""The order is not wanted any more: void at the provider, or give all of its money back, and then end it."""
CAPTURE: Final = "payment.capture"
"""Take what was authorised, or part of it."""
VOID: Final = "payment.void"
"""Stop an attempt that may still succeed, so that the order can be paid otherwise."""
REFUND: Final = "refund.requested"
"""Give money back. It is an event of its order's, too."""
REFUND_SYNC: Final = "refund.sync"
"""The outcome of a refund is still to come: ask."""

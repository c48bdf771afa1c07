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
"""The buyer does not want it any more: as for an expiry, before its time."""
CAPTURE: Final = "payment.capture"
"""Take what was authorised."""

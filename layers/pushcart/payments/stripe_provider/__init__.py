"""Stripe behind the port to payment providers, by its official SDK (docs/adr/0021).

An attempt to pay is one PaymentIntent. It is made first, which moves no money, and its id is written into the attempt;
only then is it confirmed. A PaymentIntent succeeds once at most, so whatever is lost on the way, and whether or not
Stripe still knows our idempotency keys, an attempt is paid once. The SDK is a layer of its own, :data:`STRIPE`: this
package's modules import it when they need it, and nothing else does.
"""

from __future__ import annotations

from typing import Final

from utils.declarations import Package

STRIPE: Final = Package("stripe", ("stripe",))
"""What a function names that asks Stripe, or takes its webhooks."""

"""The pages of the storefront that mails lead to. docs/DEPLOYMENT.md says what each has to do."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates.letter import Link

VERIFY_EMAIL: Final = Link("Confirm this address", "/verify-email#token=$token")
RESET_PASSWORD: Final = Link("Set a new password", "/reset-password#token=$token")
FIRST_PASSWORD: Final = Link("Choose your password", "/reset-password#token=$token")
FORGOT_PASSWORD: Final = Link("Ask for a new password", "/forgot-password")
CONFIRM_WAITING: Final = Link("Yes, tell me once", "/back-in-stock#token=$token")
STOP_WAITING: Final = Link("Forget this address", "/back-in-stock/stop#token=$token")
SHOW_ORDER: Final = Link("See your order", "/order#id=$order_id&token=$token")
OWN_ORDER: Final = Link("See your order", "/order#id=$order_id")

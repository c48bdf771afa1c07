"""What Stripe's words mean in ours, as tables: statuses, reasons of failure, actions of the payer."""

from __future__ import annotations

from typing import Any, Final

from pushcart.states import PaymentStatus, RefundStatus

_P, _R = PaymentStatus, RefundStatus

UNCONFIRMED: Final = "requires_confirmation"
"""The PaymentIntent was made and never confirmed: nobody has been charged, or asked to be."""

PAYMENT_STATUSES: Final[dict[str, PaymentStatus]] = {
    "requires_payment_method": _P.FAILED,
    UNCONFIRMED: _P.PROCESSING,
    "requires_action": _P.REQUIRES_ACTION,
    "processing": _P.PROCESSING,
    "requires_capture": _P.AUTHORIZED,
    "succeeded": _P.CAPTURED,
    "canceled": _P.VOIDED,
}
"""Of a PaymentIntent (https://docs.stripe.com/payments/paymentintents/lifecycle). Ours are made with their payment
method, so that one is missing only after it was refused. ``succeeded`` for less than was authorised is
``partially_captured``; refunds come on top."""

CANCELLABLE: Final = frozenset(
    {"requires_payment_method", UNCONFIRMED, "requires_action", "processing", "requires_capture"}
)
"""https://docs.stripe.com/api/payment_intents/cancel"""

REFUND_STATUSES: Final[dict[str, RefundStatus]] = {
    "pending": _R.PENDING,
    "requires_action": _R.PENDING,
    "succeeded": _R.SUCCEEDED,
    "failed": _R.FAILED,
    "canceled": _R.FAILED,
}
"""https://docs.stripe.com/api/refunds/object#refund_object-status"""

DECLINED: Final = "card_declined"
REFUSED: Final = "refused"
AMOUNT: Final = "amount_not_supported"
REFUND_FAILED: Final = "refund_declined"

FAILURE_CODES: Final[dict[str, str]] = {
    "insufficient_funds": "insufficient_funds",
    "expired_card": "expired_card",
    "incorrect_cvc": "incorrect_cvc",
    "invalid_cvc": "incorrect_cvc",
    "incorrect_number": "incorrect_number",
    "invalid_number": "incorrect_number",
    "invalid_expiry_month": "expired_card",
    "invalid_expiry_year": "expired_card",
    "authentication_required": "authentication_required",
    "payment_intent_authentication_failure": "authentication_failed",
    "currency_not_supported": "currency_not_supported",
    "card_not_supported": "card_not_supported",
    "withdrawal_count_limit_exceeded": "limit_exceeded",
    "card_velocity_exceeded": "limit_exceeded",
    "processing_error": "processing_error",
    "try_again_later": "processing_error",
    "card_declined": DECLINED,
    "resource_missing": "invalid_token",
    "payment_method_unactivated": "invalid_token",
    "payment_method_unexpected_state": "invalid_token",
    "payment_method_invalid_parameter": "invalid_token",
    "amount_too_small": AMOUNT,
    "amount_too_large": AMOUNT,
    "invalid_charge_amount": AMOUNT,
}
"""Reasons that a payer is told, by Stripe's decline code or error code
(https://docs.stripe.com/declines/codes, https://docs.stripe.com/error-codes). Any other decline, such as that of a
stolen card, is ``card_declined``: the true reason is not for whoever holds it."""

ACTION_ADDRESSES: Final[dict[str, str]] = {
    "redirect_to_url": "url",
    "alipay_handle_redirect": "url",
    "boleto_display_details": "hosted_voucher_url",
    "konbini_display_details": "hosted_voucher_url",
    "multibanco_display_details": "hosted_voucher_url",
    "oxxo_display_details": "hosted_voucher_url",
    "cashapp_handle_redirect_or_display_qr_code": "hosted_instructions_url",
    "display_bank_transfer_instructions": "hosted_instructions_url",
    "paynow_display_qr_code": "hosted_instructions_url",
    "promptpay_display_qr_code": "hosted_instructions_url",
    "swish_handle_redirect_or_display_qr_code": "hosted_instructions_url",
    "wechat_pay_display_qr_code": "hosted_instructions_url",
    "verify_with_microdeposits": "hosted_verification_url",
}
"""Where each kind of action keeps the address that the payer is sent to."""


def failure_code(*reasons: object) -> str:
    """Return our code of the first of Stripe's reasons that a payer is told.

    Example
    -------
    >>> failure_code("insufficient_funds", "card_declined"), failure_code("stolen_card", "card_declined")
    ('insufficient_funds', 'card_declined')
    """
    return next((FAILURE_CODES[one] for one in reasons if isinstance(one, str) and one in FAILURE_CODES), DECLINED)


def next_action(told: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return what the payer has to do: go to an address, or what only Stripe's own script could do.

    Nothing of Stripe's but the address is kept: no client secret is stored, told or logged.

    Example
    -------
    >>> next_action({"type": "redirect_to_url", "redirect_to_url": {"url": "https://hooks.stripe.com/3ds"}})
    {'type': 'redirect', 'url': 'https://hooks.stripe.com/3ds'}
    """
    if not told:
        return None
    kind = str(told.get("type"))
    details = told.get(kind)
    address = details.get(ACTION_ADDRESSES.get(kind, "")) if isinstance(details, dict) else None
    if isinstance(address, str) and address.startswith("https://"):
        return {"type": "redirect", "url": address}
    return {"type": "provider_script"}

"""The words of each mail, as data, a file for each subject; and which event is told in which words."""

from __future__ import annotations

from typing import Final

from pushcart.notifications.templates import address, password, security, welcome
from pushcart.notifications.templates.letter import Letter

LETTERS: Final[dict[str, Letter]] = {
    "session.revoked": security.SESSION_ENDED,
    "sign_in.unusual": security.UNUSUAL_SIGN_IN,
    "user.data_exported": security.DATA_EXPORTED,
    "user.email_verified": welcome.WELCOME,
    "user.identity_linked": security.IDENTITY_LINKED,
    "user.invited": welcome.INVITED,
    "user.mfa_disabled": security.MFA_DISABLED,
    "user.mfa_enabled": security.MFA_ENABLED,
    "user.password_changed": password.PASSWORD_CHANGED,
    "user.password_reset_requested": password.RESET_REQUESTED,
    "user.registered": address.REGISTERED,
    "user.registration_attempted": address.REGISTERED_AGAIN,
    "user.verification_requested": address.VERIFICATION_REQUESTED,
    "user.welcomed": welcome.WELCOMED,
}
"""By the type of the event. :mod:`pushcart.notifications.service` knows the few that are told differently."""

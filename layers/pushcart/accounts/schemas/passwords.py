"""Showing that an address is one's own, and setting passwords."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from pushcart.accounts.schemas.sign_in import MAX_PASSWORD
from utils.schemas import Email, Input, Output

LEAST_PASSWORD: Final = 8
"""For accounts with a second factor; of others the service asks for 12, since only it knows which is which."""

TicketToken = Annotated[str, StringConstraints(min_length=1, max_length=128)]
"""The token of a link that came by mail."""

NewPassword = Annotated[str, StringConstraints(min_length=LEAST_PASSWORD, max_length=MAX_PASSWORD)]

_TOKEN: Final = "tkt_01J9ZC8Q0V5W2K3M4N5P6Q7R8S.v1.J3uGbG9yZW0gaXBzdW0gZG9sb3Ig"  # noqa: S105 - an example


class VerifyEmail(Input):
    """The token of a verification link."""

    token: TicketToken = Field(examples=[_TOKEN])


class VerifiedEmail(Output):
    """An address that is known to be its account's owner's."""

    email: str = Field(max_length=254, examples=["ada@example.org"])
    email_verified: bool = Field(default=True, examples=[True])


class ForgotPassword(Input):
    """The address of an account whose password was forgotten."""

    email: Email = Field(examples=["ada@example.org"])


class ResetAsked(Output):
    """What is said to everybody who asks for a reset, whether or not there is such an account: a mail tells."""

    email: str = Field(max_length=254, examples=["ada@example.org"])


class ResetPassword(Input):
    """The token of a reset link or an invitation, and the password to be set: 12 characters, 8 with a second factor."""

    token: TicketToken = Field(examples=[_TOKEN])
    password: NewPassword = Field(examples=["correct horse battery"])


class ChangePassword(Input):
    """The present password and the next: 12 characters, 8 with a second factor."""

    current_password: str = Field(min_length=1, max_length=MAX_PASSWORD, examples=["correct horse battery"])
    new_password: NewPassword = Field(examples=["a quiet Evening 7"])

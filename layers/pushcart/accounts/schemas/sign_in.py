"""Registering, logging in and staying so."""

from typing import Final

from pydantic import Field

from pushcart.accounts.schemas.people import Locale, PersonName
from utils.schemas import Email, Input, Output

MAX_PASSWORD: Final = 1024
"""Far beyond what anybody types or a password manager makes, so nothing has to be cut (cutting would let a prefix in);
it bounds what one request can have hashed. NIST SP 800-63B-4, 3.1.1.2, asks for at least 64."""


class Register(Input):
    """An account to be made."""

    email: Email = Field(examples=["ada@example.org"])
    password: str = Field(min_length=12, max_length=MAX_PASSWORD, examples=["correct horse battery"])
    name: PersonName = Field(examples=["Ada Lovelace"])
    locale: Locale = Field(default="en", examples=["en-GB"])


class Registered(Output):
    """What is said to everybody who registers, whether or not the address was taken: a mail tells."""

    email: str = Field(max_length=254, examples=["ada@example.org"])


class Login(Input):
    """An address and its password."""

    email: Email = Field(examples=["ada@example.org"])
    password: str = Field(min_length=1, max_length=MAX_PASSWORD, examples=["correct horse battery"])


class RefreshToken(Input):
    """The youngest refresh token of a session."""

    refresh_token: str = Field(min_length=1, max_length=512, examples=["rt_…"])


class Tokens(Output):
    """An access token for ``expires_in`` seconds, and the refresh token that brings the next."""

    access_token: str = Field(max_length=4096, examples=["eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…"])
    token_type: str = Field(default="Bearer", max_length=6, examples=["Bearer"])
    expires_in: int = Field(examples=[600])
    refresh_token: str = Field(max_length=512, examples=["rt_…"])
    scope: str = Field(max_length=1000, examples=["account"])

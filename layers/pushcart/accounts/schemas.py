"""What the routes of accounts take and give."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

from utils.schemas import Email, Input, Output

MAX_PASSWORD: Final = 1024
"""Far beyond what anybody types or a password manager makes, so nothing has to be cut (cutting would let a prefix in);
it bounds what one request can have hashed. NIST SP 800-63B-4, 3.1.1.2, asks for at least 64."""

PersonName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
"""A name as its owner writes it. No control characters: it will stand in the head of a mail."""

Locale = Annotated[
    str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$", max_length=11)
]
"""Language, script and region of BCP 47: ``de``, ``pt-BR``, ``zh-Hant-TW``."""

Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$", max_length=16)]
"""A number in the form of ITU-T E.164."""


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


class ChangeMe(Input):
    """What one may change of one's own profile. What is left out stays; ``"phone": null`` takes the number away."""

    name: PersonName = Field(default_factory=str, examples=["Ada King"])
    phone: Phone | None = Field(default=None, examples=["+442079460123"])
    locale: Locale = Field(default_factory=str, examples=["en-GB"])


class User(Output):
    """An account, as its owner sees it."""

    id: str = Field(max_length=30, examples=["usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    email: str = Field(max_length=254, examples=["ada@example.org"])
    name: str = Field(max_length=200, examples=["Ada Lovelace"])
    phone: str | None = Field(default=None, max_length=16, examples=["+442079460123"])
    locale: str = Field(max_length=11, examples=["en-GB"])
    roles: list[Annotated[str, StringConstraints(max_length=50)]] = Field(max_length=20, examples=[["customer"]])
    email_verified: bool = Field(examples=[True])
    disabled: bool = Field(examples=[False])
    created_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    updated_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    version: int = Field(examples=[1])

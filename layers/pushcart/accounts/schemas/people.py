"""What one takes and gives of a person."""

from typing import Annotated

from pydantic import Field, StringConstraints

from utils.schemas import Input, Output

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

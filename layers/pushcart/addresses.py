"""A postal address, as accounts, carts and orders carry it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from utils.schemas import Country, Name
from utils.startup import IN_LAMBDA

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
PostalCode = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()./-]{3,30}$")]


class PostalAddress(BaseModel):
    """Where something is sent, or who is billed. ``country`` is ISO 3166-1 alpha-2."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=IN_LAMBDA)

    name: Name = Field(examples=["Ada Lovelace"])
    line1: Line = Field(examples=["12 St James's Square"])
    line2: Line | None = Field(default=None, examples=["Second floor"])
    city: Name = Field(examples=["London"])
    region: Name | None = Field(default=None, examples=["Greater London"])
    postal_code: PostalCode = Field(examples=["SW1Y 4JH"])
    country: Country = Field(examples=["GB"])
    phone: Phone | None = Field(default=None, examples=["+44 20 7946 0000"])

"""What one takes and gives of an address."""

from pydantic import Field

from pushcart.addresses import Line, Phone, PostalAddress, PostalCode
from utils.schemas import Country, Input, Name, Output


class NewAddress(PostalAddress):
    """An address to keep. The first one is the default, whatever ``is_default`` says."""

    is_default: bool = Field(default=False, examples=[True])


class ChangeAddress(Input):
    """What to change of an address. What is left out stays; ``null`` takes away what may be absent.

    ``"is_default": true`` makes it the default in the place of the one that is; the default stays one until another is.
    """

    name: Name = Field(default_factory=str, examples=["Ada Lovelace"])
    line1: Line = Field(default_factory=str, examples=["12 St James's Square"])
    line2: Line | None = Field(default=None, examples=["Second floor"])
    city: Name = Field(default_factory=str, examples=["London"])
    region: Name | None = Field(default=None, examples=["Greater London"])
    postal_code: PostalCode = Field(default_factory=str, examples=["SW1Y 4JH"])
    country: Country = Field(default_factory=str, examples=["GB"])
    phone: Phone | None = Field(default=None, examples=["+44 20 7946 0000"])
    is_default: bool = Field(default=False, examples=[True])


class Address(Output):
    """An address that an account keeps."""

    id: str = Field(max_length=30, examples=["adr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    name: str = Field(max_length=200, examples=["Ada Lovelace"])
    line1: str = Field(max_length=200, examples=["12 St James's Square"])
    line2: str | None = Field(default=None, max_length=200, examples=["Second floor"])
    city: str = Field(max_length=200, examples=["London"])
    region: str | None = Field(default=None, max_length=200, examples=["Greater London"])
    postal_code: str = Field(max_length=20, examples=["SW1Y 4JH"])
    country: str = Field(max_length=2, examples=["GB"])
    phone: str | None = Field(default=None, max_length=31, examples=["+44 20 7946 0000"])
    is_default: bool = Field(examples=[True])
    created_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    updated_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    version: int = Field(examples=[1])

"""What one takes and gives of a location."""

from pydantic import Field

from pushcart.addresses import PostalAddress
from utils.schemas import Input, Name, Output, PageQuery

_TIME = "2026-01-02T03:04:05.000Z"


class NewLocation(Input):
    """A place where stock is to lie. It sells from the start."""

    name: Name = Field(examples=["Warehouse Berlin"])
    address: PostalAddress | None = None


class ChangeLocation(Input):
    """What to change of a location. What is left out stays; ``null`` takes the address away."""

    name: Name = Field(default_factory=str, examples=["Warehouse Potsdam"])
    address: PostalAddress | None = None
    active: bool = Field(default=True, examples=[False])


class LocationQuery(PageQuery):
    """How to list locations."""


class Location(Output):
    """A place where stock lies. From one that is not active nothing is sold; it can still be counted there."""

    id: str = Field(max_length=64, examples=["loc_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    name: str = Field(max_length=200, examples=["Warehouse Berlin"])
    address: PostalAddress | None = None
    active: bool = Field(examples=[True])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=0, examples=[1])

"""Categories as they come in and go out."""

from typing import Annotated, Any, Final

from pydantic import Field, StringConstraints

from pushcart.catalog.schemas.values import EXAMPLE_CATEGORY, EXAMPLE_TIME
from utils.schemas import Identifier, Input, Name, Output, PageQuery, Slug

MAX_RANK: Final = 10**6

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class NewCategory(Input):
    """A category to be made: below another, or at the top. Without a slug it gets one from its title."""

    title: Name = Field(examples=["Shirts"])
    slug: Slug | None = Field(default=None, examples=["shirts"])
    description: Text = Field(default="", examples=["For every day."])
    parent_id: Identifier | None = Field(default=None, examples=[None])
    rank: int = Field(default=0, ge=0, le=MAX_RANK, examples=[10])


class CategoryChanges(Input):
    """What is to be different about a category; what is left out stays. ``parent_id`` of ``null`` is the top."""

    title: Name = Field(default="", examples=["Shirts"])
    slug: Slug = Field(default="", examples=["shirts"])
    description: Text = Field(default="", examples=["For every day."])
    parent_id: Identifier | None = Field(default=None, examples=[None])
    rank: int = Field(default=0, ge=0, le=MAX_RANK, examples=[10])

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class CategoryQuery(PageQuery):
    """How to list categories: by rank, each with its place in the tree."""


class Category(Output):
    """A category. ``path`` leads from the top to what it is right below; ``children`` are right below it."""

    id: str = Field(max_length=64, examples=[EXAMPLE_CATEGORY])
    slug: str = Field(max_length=100, examples=["shirts"])
    title: str = Field(max_length=200, examples=["Shirts"])
    description: str = Field(max_length=2000, examples=["For every day."])
    parent_id: str | None = Field(max_length=64, examples=[None])
    path: list[str] = Field(examples=[[]])
    children: list[str] = Field(examples=[[]])
    rank: int = Field(ge=0, le=MAX_RANK, examples=[10])
    created_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    updated_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    version: int = Field(ge=1, examples=[1])

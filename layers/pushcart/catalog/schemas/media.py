"""Pictures of a product as they come in and go out."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from pushcart.catalog.schemas.values import EXAMPLE_TIME
from utils.schemas import Input, Output, PageQuery

ContentType = Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
Alt = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]

_EXAMPLE_KEY: Final = "prd_01JZ8Q3V5W2K3M4N5P6Q7R8S9T/med_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"
_EXAMPLE_URL: Final = f"https://media.example.com/{_EXAMPLE_KEY}/original.webp"


class NewMedium(Input):
    """A picture to be uploaded: what kind of file it is, and what it shows, for those who cannot see it."""

    content_type: ContentType = Field(examples=["image/png"])
    alt: Alt = Field(default="", examples=["A red T-shirt, seen from the front"])


class MediaQuery(PageQuery):
    """How to list a product's pictures: as they were added."""


class Thumbnail(Output):
    """A smaller copy of a picture."""

    url: str = Field(max_length=2048, examples=[_EXAMPLE_URL.replace("original", "320")])
    width: int = Field(ge=1, examples=[320])
    height: int = Field(ge=1, examples=[240])


class Medium(Output):
    """A picture of a product. It has addresses and a size once it is ``ready``, and a reason if it was ``rejected``."""

    id: str = Field(max_length=64, examples=["med_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    status: Literal["pending", "ready", "rejected"] = Field(examples=["ready"])
    url: str | None = Field(max_length=2048, examples=[_EXAMPLE_URL])
    thumbnails: list[Thumbnail]
    width: int | None = Field(ge=1, examples=[1600])
    height: int | None = Field(ge=1, examples=[1200])
    alt: str = Field(max_length=300, examples=["A red T-shirt, seen from the front"])
    reason: str | None = Field(max_length=64, examples=[None])
    created_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    updated_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])
    version: int = Field(ge=1, examples=[2])


class Picture(Medium):
    """A picture that is ready, as its product shows it."""

    url: str = Field(max_length=2048, examples=[_EXAMPLE_URL])


class UploadForm(Output):
    """Where to post the file, as multipart form data: all ``fields`` first, then the file as the field ``file``."""

    url: str = Field(max_length=2048, examples=["https://uploads.example.com"])
    fields: dict[str, str] = Field(examples=[{"key": _EXAMPLE_KEY, "Content-Type": "image/png"}])
    max_bytes: int = Field(ge=1, examples=[5242880])
    expires_at: str = Field(max_length=32, examples=[EXAMPLE_TIME])


class MediumToUpload(Medium):
    """A picture that is waited for, and the form by which its file is uploaded."""

    upload: UploadForm

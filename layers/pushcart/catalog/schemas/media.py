"""Pictures of a product as they go out."""

from pydantic import Field

from utils.schemas import Output


class Medium(Output):
    """A picture of a product."""

    id: str = Field(max_length=64, examples=["med_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    url: str = Field(max_length=2048, examples=["https://cdn.example/tshirt.jpg"])

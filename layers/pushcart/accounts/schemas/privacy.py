"""What is told of one's own data."""

from typing import Any

from pydantic import Field

from utils.schemas import Output


class ExportedRecord(Output):
    """One thing that the shop holds about somebody. ``kind`` is ``profile``, ``address``, ``session``, ``identity``,
    ``order`` or ``cart``; ``data`` has the fields that the thing has elsewhere in this API."""

    kind: str = Field(max_length=32, examples=["address"])
    data: dict[str, Any] = Field(examples=[{"name": "Ada Lovelace", "city": "London", "country": "GB"}])

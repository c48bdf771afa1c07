"""What one takes and gives of how a SKU's stock is kept."""

from typing import Final

from pydantic import Field

from utils.schemas import Input, Output

MAX_THRESHOLD: Final = 10**6
MAX_HOT: Final = 10
_TIME: Final = "2026-01-02T03:04:05.000Z"


class SetStockSettings(Input):
    """How a SKU's stock is to be kept: from how many on it runs low, and over how many buckets it is split."""

    low_stock_threshold: int = Field(ge=0, le=MAX_THRESHOLD, examples=[5])
    hot: int = Field(default=1, ge=1, le=MAX_HOT, examples=[4])


class StockSettings(Output):
    """How a SKU's stock is kept. ``version`` is 0 while nobody has set it."""

    id: str = Field(max_length=80, examples=["TSHIRT-RED-M"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    low_stock_threshold: int = Field(ge=0, examples=[5])
    hot: int = Field(ge=1, le=MAX_HOT, examples=[4])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=0, examples=[1])

"""What comes in and goes out of reports."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pushcart.money import Currency
from utils.schemas import Output, PageQuery, Query

MAX_DAYS = 366

Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Month = Annotated[str, StringConstraints(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class SalesQuery(Query):
    """Which days to report, both included (UTC). Without any: the last 30."""

    first: Day | None = Field(default=None, examples=["2026-01-01"])
    last: Day | None = Field(default=None, examples=["2026-01-31"])
    currency: Currency | None = Field(default=None, examples=["EUR"])

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for day in filter(None, (self.first, self.last)):
            date.fromisoformat(day)
        if self.first and self.last:
            days = (date.fromisoformat(self.last) - date.fromisoformat(self.first)).days
            if not 0 <= days < MAX_DAYS:
                raise ValueError(f"the last day is the first or one of the {MAX_DAYS - 1} after it")
        return self


class SalesFileQuery(SalesQuery):
    """Which days to download, and as what kind of file."""

    format: Literal["csv", "xlsx"] = Field(default="csv", examples=["csv"])


class GoodsQuery(PageQuery):
    """Which month's goods to report, and in which currency they were sold."""

    month: Month = Field(examples=["2026-01"])
    currency: Currency = Field(examples=["EUR"])


class StockReportQuery(PageQuery):
    """How to page through the stock."""


class StockFileQuery(Query):
    """As what kind of file to download the stock."""

    format: Literal["csv", "xlsx"] = Field(default="csv", examples=["csv"])


class SalesSums(Output):
    """Sums of sales in one currency, in its minor units.

    An order counts on the day on which it was confirmed (``orders``, ``units``, ``subtotal`` … ``total``), and again,
    under ``cancelled_…``, on the day on which it was called off after that. ``captured`` and ``refunded`` are the money
    that moved on the day, whatever order it was for.
    """

    currency: str = Field(max_length=3, examples=["EUR"])
    orders: int = Field(examples=[2])
    units: int = Field(examples=[3])
    subtotal: int = Field(examples=[5997])
    discount: int = Field(examples=[600])
    shipping: int = Field(examples=[490])
    tax: int = Field(examples=[940])
    total: int = Field(examples=[5887])
    cancelled_orders: int = Field(examples=[0])
    cancelled_total: int = Field(examples=[0])
    captured: int = Field(examples=[5887])
    refunded: int = Field(examples=[0])


class SalesDay(SalesSums):
    """A day's sums in one currency."""

    day: str = Field(max_length=10, examples=["2026-01-02"])


class SalesReport(Output):
    """Sales by day, and their sums; days on which nothing happened are left out."""

    first: str = Field(max_length=10, examples=["2026-01-01"])
    last: str = Field(max_length=10, examples=["2026-01-31"])
    days: list[SalesDay]
    totals: list[SalesSums]


class GoodsSold(Output):
    """What was sold of a SKU in a month, in one currency; minor units. ``total`` is before discounts."""

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    orders: int = Field(examples=[2])
    units: int = Field(examples=[3])
    total: int = Field(examples=[5997])
    discount: int = Field(examples=[600])
    tax: int = Field(examples=[862])
    cancelled_units: int = Field(examples=[0])
    cancelled_total: int = Field(examples=[0])


class StockReported(Output):
    """What there is of a SKU at a location, by its movements, and how many came in and left since it was first counted.

    Within seconds of what GET /inventory says.
    """

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    location_id: str = Field(max_length=64, examples=["main"])
    on_hand: int = Field(examples=[12])
    available: int = Field(examples=[10])
    reserved: int = Field(examples=[2])
    came_in: int = Field(examples=[20])
    went_out: int = Field(examples=[8])


class CustomerSums(Output):
    """What a customer bought in one currency, in its minor units."""

    currency: str = Field(max_length=3, examples=["EUR"])
    orders: int = Field(examples=[2])
    units: int = Field(examples=[3])
    total: int = Field(examples=[5887])
    cancelled_orders: int = Field(examples=[0])
    cancelled_total: int = Field(examples=[0])


class CustomerReport(Output):
    """What a customer bought; nothing where they never did, or where nobody has this id."""

    customer_id: str = Field(max_length=64, examples=["usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    bought: list[CustomerSums]

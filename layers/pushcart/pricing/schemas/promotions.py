"""Promotions, as staff write and see them."""

from typing import Any, Final, Literal

from pydantic import Field

from pushcart.money import Money
from pushcart.pricing.schemas.parts import MAX_CURRENCIES, TIME, Amounts, Instant, PromotionCode
from utils.schemas import Input, Name, Output

Kind = Literal["percentage", "amount", "free_shipping"]

MAX_USES: Final = 10**9
_AMOUNTS: Final = [{"amount": 500, "currency": "EUR"}]
_MINIMUM: Final = [{"amount": 5000, "currency": "EUR"}]


class NewPromotion(Input):
    """A promotion to be offered.

    A ``percentage`` has ``basis_points`` (1000 is 10 %), an ``amount`` has ``amounts``, one for each currency in which
    it is granted. ``minimum_subtotals`` says from which worth of the goods on, before discounts; where it is given, the
    promotion is granted in its currencies alone. It holds from ``starts_at`` until just before ``ends_at``, and as long
    as fewer than ``max_uses`` orders have it; orders that end unpaid do not count.
    """

    name: Name = Field(examples=["Five euros in spring"])
    code: PromotionCode = Field(examples=["SPRING5"])
    kind: Kind = Field(examples=["amount"])
    basis_points: int | None = Field(default=None, ge=1, le=10_000, examples=[None])
    amounts: Amounts = Field(default_factory=list, examples=[_AMOUNTS])
    minimum_subtotals: Amounts = Field(default_factory=list, examples=[_MINIMUM])
    starts_at: Instant | None = Field(default=None, examples=[TIME])
    ends_at: Instant | None = Field(default=None, examples=["2099-01-02T03:04:05.000Z"])
    max_uses: int | None = Field(default=None, ge=1, le=MAX_USES, examples=[500])
    active: bool = Field(default=True, examples=[True])


class PromotionChanges(Input):
    """What is to be different about a promotion; what is left out stays. Its code and its kind stay in any case.

    A cap that is set later counts the orders from then on.
    """

    name: Name = Field(default="", examples=["Five euros in spring"])
    basis_points: int | None = Field(default=None, ge=1, le=10_000, examples=[None])
    amounts: Amounts = Field(default_factory=list, examples=[_AMOUNTS])
    minimum_subtotals: Amounts = Field(default_factory=list, examples=[_MINIMUM])
    starts_at: Instant | None = Field(default=None, examples=[TIME])
    ends_at: Instant | None = Field(default=None, examples=["2099-01-02T03:04:05.000Z"])
    max_uses: int | None = Field(default=None, ge=1, le=MAX_USES, examples=[1000])
    active: bool = Field(default=True, examples=[True])

    @property
    def given(self) -> dict[str, Any]:
        """The fields that were sent."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class Promotion(Output):
    """A promotion. ``used`` is how many orders have it: ``null`` where there is no cap to count for, and in lists.

    One that was archived is granted no more and in no list; orders name it still.
    """

    id: str = Field(max_length=64, examples=["prm_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    name: str = Field(max_length=200, examples=["Five euros in spring"])
    code: str = Field(max_length=50, examples=["SPRING5"])
    kind: Kind = Field(examples=["amount"])
    basis_points: int | None = Field(ge=1, le=10_000, examples=[None])
    amounts: list[Money] = Field(max_length=MAX_CURRENCIES, examples=[_AMOUNTS])
    minimum_subtotals: list[Money] = Field(max_length=MAX_CURRENCIES, examples=[_MINIMUM])
    starts_at: str | None = Field(max_length=32, examples=[TIME])
    ends_at: str | None = Field(max_length=32, examples=["2099-01-02T03:04:05.000Z"])
    max_uses: int | None = Field(ge=1, examples=[500])
    used: int | None = Field(ge=0, examples=[12])
    active: bool = Field(examples=[True])
    archived_at: str | None = Field(max_length=32, examples=[None])
    created_at: str = Field(max_length=32, examples=[TIME])
    updated_at: str = Field(max_length=32, examples=[TIME])
    version: int = Field(ge=1, examples=[1])

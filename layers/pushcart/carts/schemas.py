"""What comes in and goes out of carts."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from pushcart.addresses import PostalAddress
from pushcart.money import Currency, Money
from pushcart.shapes import AppliedPromotion, ChosenShipping, Totals
from utils.schemas import Identifier, Input, Output

MAX_QUANTITY: Final = 999
_TIME: Final = "2026-01-02T03:04:05.000Z"

Code = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=50)
]
Status = Literal["open", "converted", "merged"]


class NewCart(Input):
    """A cart to be opened, in the shop's currency unless another is named."""

    currency: Currency | None = Field(default=None, examples=["EUR"])


class CartChanges(Input):
    """What a cart is to be paid in. Prices are those of that currency from then on."""

    currency: Currency = Field(examples=["EUR"])


class NewCartItem(Input):
    """Something to put into a cart. What lies there already becomes more."""

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    quantity: int = Field(default=1, ge=1, le=MAX_QUANTITY, examples=[2])


class CartItemChanges(Input):
    """How many of it there are to be."""

    quantity: int = Field(ge=1, le=MAX_QUANTITY, examples=[3])


class CartAddresses(Input):
    """Where to send it and whom to bill. Both are replaced: what is left out is taken away."""

    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None


class MergedCart(Input):
    """The guest's cart that is to be poured into one's own; its token goes in X-Cart-Token."""

    cart_id: Identifier = Field(examples=["crt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])


class CartCode(Input):
    """A promotion's code, in whatever case it was typed."""

    code: Code = Field(examples=["SPRING10"])


class CartShipping(Input):
    """How the goods are to be sent; null takes the choice away."""

    shipping_method_id: Identifier | None = Field(examples=["shp_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])


class ShippingOption(Output):
    """A way of sending that could be chosen for a cart as it is now, what it would cost, and the tax of that."""

    id: str = Field(max_length=64, examples=["shp_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    name: str = Field(max_length=200, examples=["Standard"])
    amount: Money
    tax: Money


class CartItem(Output):
    """A line of a cart. ``total`` is what it adds to the subtotal: nothing while it cannot be bought."""

    id: str = Field(max_length=64, examples=["lin_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    title: str = Field(max_length=500, examples=["T-shirt, red, M"])
    quantity: int = Field(ge=1, le=MAX_QUANTITY, examples=[2])
    unit_price: Money
    total: Money


class CartProblem(Output):
    """Something that stands in the way of an order, or that the shopper should know first. No counts of stock.

    ``item_id`` and ``sku`` are empty where it is about the cart as a whole, ``promotion_code`` where it is about no
    promotion.
    """

    code: str = Field(max_length=64, examples=["price_changed"])
    message: str = Field(max_length=300, examples=["The price has changed since it was put into the cart."])
    item_id: str = Field(default="", max_length=64, examples=["lin_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    sku: str = Field(default="", max_length=64, examples=["TSHIRT-RED-M"])
    promotion_code: str = Field(default="", max_length=64, examples=[""])


class Cart(Output):
    """A cart at today's prices. ``token`` is shown once, to the guest who opens it: keep it, and send X-Cart-Token.

    It goes 30 days after it was last changed (``expires_at``). ``shipping_method`` is the id of the way of sending
    that was chosen, ``shipping`` what that is called and costs today. ``tax_included``: the prices hold the tax, which
    ``totals.tax`` tells and the total does not add.
    """

    id: str = Field(max_length=64, examples=["crt_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    status: Status = Field(examples=["open"])
    currency: str = Field(max_length=3, examples=["EUR"])
    token: str | None = Field(default=None, max_length=100, examples=[None])
    items: list[CartItem]
    promotions: list[AppliedPromotion] = Field(default_factory=list)
    shipping_address: PostalAddress | None = None
    billing_address: PostalAddress | None = None
    shipping_method: str | None = Field(default=None, max_length=64, examples=["shp_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    shipping: ChosenShipping | None = None
    tax_included: bool = Field(default=False, examples=[True])
    totals: Totals
    problems: list[CartProblem] = Field(examples=[[]])
    order_id: str | None = Field(default=None, max_length=64, examples=[None])
    expires_at: str = Field(max_length=32, examples=[_TIME])
    created_at: str = Field(max_length=32, examples=[_TIME])
    updated_at: str = Field(max_length=32, examples=[_TIME])
    version: int = Field(ge=1, examples=[1])

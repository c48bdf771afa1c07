"""What one takes and gives of being told when something can be had again."""

from pydantic import Field

from utils.schemas import Email, Identifier, Input, Output


class SubscribeToStock(Input):
    """What somebody waits for, and where to write to."""

    sku: Identifier = Field(examples=["TSHIRT-RED-M"])
    email: Email = Field(examples=["ada@example.org"])


class SubscriptionAsked(Output):
    """The same answer whatever stands behind it; a mail says how to confirm."""

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    email: str = Field(max_length=254, examples=["ada@example.org"])


class StockSubscription(Output):
    """What will be told of, once, when it can be had again."""

    sku: str = Field(max_length=64, examples=["TSHIRT-RED-M"])
    confirmed: bool = Field(examples=[True])

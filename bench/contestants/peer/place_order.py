"""POST /api/v1/orders as many write it: FastAPI, Mangum, pydantic, boto3; the same three calls."""

from __future__ import annotations

import json

import boto3
import wire  # type: ignore[import-not-found]
from fastapi import FastAPI, Request
from mangum import Mangum
from pydantic import BaseModel, Field

dynamodb = boto3.client("dynamodb")
app = FastAPI()


class ChosenPayment(BaseModel):
    provider: str = Field(max_length=50)
    token: str = Field(max_length=200)


class PlaceOrder(BaseModel):
    cart_id: str = Field(pattern=r"^crt_[0-9A-Z]{26}$")
    email: str | None = Field(default=None, max_length=254)
    payment: ChosenPayment


class Money(BaseModel):
    amount: int
    currency: str


class Line(BaseModel):
    sku: str
    title: str
    quantity: int
    unit_price: Money
    total: Money


class Totals(BaseModel):
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money


class Payment(BaseModel):
    id: str
    order_id: str
    provider: str
    status: str
    amount: Money
    captured: int
    refunded: int
    created_at: str
    updated_at: str
    version: int


class Order(BaseModel):
    id: str
    number: str
    customer_id: str | None
    currency: str
    lines: list[Line]
    totals: Totals
    status: str
    payment_status: str
    fulfillment_status: str
    payment: Payment
    held_until: str
    placed_at: str
    email: str
    created_at: str
    updated_at: str
    version: int


class Meta(BaseModel):
    timestamp: str
    version: str = "1.0"
    request_id: str


class Envelope(BaseModel):
    success: bool = True
    data: Order
    meta: Meta
    errors: list[str] = []


@app.post("/api/v1/orders", status_code=201)
def place_order(given: PlaceOrder, request: Request) -> Envelope:
    context = request.scope["aws.event"]["requestContext"]
    first = dynamodb.batch_get_item(RequestItems=wire.first_read(given.cart_id, context["authorizer"]["lambda"]))
    cart = wire.plain(first["Responses"][wire.table("CARTS")][0])
    profile = wire.plain(first["Responses"][wire.table("ACCOUNTS")][0])
    second = dynamodb.batch_get_item(RequestItems=wire.second_read(json.loads(cart["lines"])))["Responses"]
    variants, stocks = second[wire.table("CATALOG")], second[wire.table("INVENTORY")]
    order = wire.order_of(cart, variants, stocks, profile, given.payment.provider)
    dynamodb.transact_write_items(TransactItems=wire.writes(order, cart, given.payment.token))
    meta = Meta(timestamp=wire.timestamp(), request_id=context["requestId"])
    return Envelope(data=Order.model_validate(order), meta=meta)


handler = Mangum(app, lifespan="off")

"""GET /api/v1/products/{product_id} as many write it: FastAPI, Mangum, pydantic, boto3."""

from __future__ import annotations

import boto3
import wire  # type: ignore[import-not-found]
from fastapi import FastAPI, Request
from mangum import Mangum
from pydantic import BaseModel

dynamodb = boto3.client("dynamodb")
app = FastAPI()


class Money(BaseModel):
    amount: int
    currency: str


class Variant(BaseModel):
    id: str
    sku: str
    title: str
    options: dict[str, str]
    prices: list[Money]
    weight_grams: int | None
    availability: str
    created_at: str
    updated_at: str
    version: int


class Product(BaseModel):
    id: str
    slug: str
    title: str
    description: str
    status: str
    category_id: str | None
    tags: list[str]
    attributes: dict[str, str]
    media: list[str]
    variants: list[Variant]
    availability: str
    created_at: str
    updated_at: str
    version: int


class Meta(BaseModel):
    timestamp: str
    version: str = "1.0"
    request_id: str


class Envelope(BaseModel):
    success: bool = True
    data: Product
    meta: Meta
    errors: list[str] = []


@app.get("/api/v1/products/{product_id}")
def get_product(product_id: str, request: Request) -> Envelope:
    items = dynamodb.query(**wire.product_query(product_id))["Items"]
    request_id = request.scope["aws.event"]["requestContext"]["requestId"]
    product = Product.model_validate(wire.product_of(items))
    return Envelope(data=product, meta=Meta(timestamp=wire.timestamp(), request_id=request_id))


handler = Mangum(app, lifespan="off")

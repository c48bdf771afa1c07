"""What a shop keeps in files rather than in tables: the index of its search, invoices, spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import Any, Final
from zipfile import ZipFile

from Test_py.support.shop_opening import PRODUCTS, Opened
from Test_py.support.story import API, Story, until

PDF: Final = b"%PDF-"


def is_found_by_words(story: Story, shop: Opened) -> None:
    """Search for what was just opened, by the beginning of a word, until the worker has put all of it in the index.

    Its stock is said to be low: no place has more than the five units at which a shop is told by default.
    """
    path = f"{API}/search?q={shop.run}+shir&currency=USD&limit=100"
    until(
        lambda: [hit["availability"] for hit in story.call("GET", path).data],
        lambda found: found == ["low_stock"] * PRODUCTS,
    )
    assert story.call("GET", f"{path}&availability=out_of_stock").data == []


def has_its_invoice(story: Story, order: Any) -> None:
    """Download the invoice of a guest's order, once a worker has drawn it."""
    path, own = f"{API}/orders/{order['id']}/invoice", {"x_order_token": order["order_token"]}
    told = until(lambda: story.call("GET", path, **own), lambda answer: answer.status == 200)
    assert (told.content_type, told.content[:5]) == ("application/pdf", PDF)
    assert story.call("GET", path).status in {401, 404}


def is_reported_in_sheets(story: Story, staff: str, shop: Opened) -> None:
    """Download the stock as text and as a workbook, and find every SKU in both."""
    path = f"{API}/reports/inventory/download?format="
    text = story.call("GET", f"{path}csv", token=staff).content.decode("utf-8-sig")
    assert set(shop.skus) <= {cell for row in csv.reader(io.StringIO(text)) for cell in row}
    with ZipFile(io.BytesIO(story.call("GET", f"{path}xlsx", token=staff).content)) as workbook:
        kept = "".join(workbook.read(name).decode() for name in workbook.namelist() if name.endswith(".xml"))
    assert all(f">{sku}<" in kept for sku in shop.skus)

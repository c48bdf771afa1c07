"""Invoices, as they are stored and as somebody reads them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pypdf import PdfReader

from infra.local.clients import client
from pushcart import queues
from pushcart.orders.invoice_models import InvoiceItem, document_name, invoice_id
from Test_py.support.client import Api, Reply
from Test_py.support.shopping import Placed, stored
from utils import objects
from utils.clock import now, rfc3339
from utils.transaction import Transaction


def kept_invoice(order_id: str) -> None:
    """Keep an invoice of an order that was never confirmed, as if it had been."""
    key, moment, number = InvoiceItem.key_of(order_id), rfc3339(now()), f"2000-{order_id[-6:]}"
    tx = Transaction()
    times: dict[str, Any] = {"issued_at": moment, "made_at": moment, "created_at": moment, "updated_at": moment}
    tx.put(InvoiceItem(key.pk, key.sk, id=invoice_id(order_id), order_id=order_id, number=number, **times))
    tx.commit()
    objects.write(queues.documents, document_name(number), b"%PDF-1.3 kept", content_type="application/pdf")


def download(api: Api, order: Placed, **credentials: str) -> Reply:
    """Ask for an order's invoice as whoever placed it, unless somebody else is named."""
    return api.get(f"{order.path}/invoice", **(credentials or order.credentials))


def invoice_of(order: Placed) -> InvoiceItem | None:
    found: InvoiceItem | None = stored(InvoiceItem.key_of(order.id))
    return found


def document(number: str) -> bytes:
    """Return a document as it lies in the bucket."""
    found = objects.read(queues.documents, document_name(number))
    assert found is not None, number
    return found


def documents() -> list[str]:
    """Return the names of all documents."""
    answer = client("s3").list_objects_v2(Bucket=queues.documents.bucket_name)
    return sorted(one["Key"] for one in answer.get("Contents", []))


def pages(content: bytes) -> list[str]:
    """Return the text of each page of a PDF."""
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]

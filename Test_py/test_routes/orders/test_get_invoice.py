"""GET /orders/{order_id}/invoice: the PDF, for whoever may see the order."""

from __future__ import annotations

import pytest

from infra.local.recorder import granted, record
from pushcart.orders import service
from pushcart.orders.service import invoices
from Test_py.conftest import Shop
from Test_py.support import people, shopping
from Test_py.support.client import Api
from Test_py.support.invoices import document, download, invoice_of, kept_invoice, pages
from Test_py.support.shopkeeping import refused
from utils.declarations import Function, Loaded


def bought(api: Api, cloud: Shop, token: str | None = None) -> shopping.Placed:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1", token=token)
    cloud.pumps.drain()
    return order


@pytest.mark.parametrize("who", ["guest", "customer", "support"])
def test_whoever_may_see_the_order_downloads_it(api: Api, cloud: Shop, who: str) -> None:
    ada = people.customer(api)
    order = bought(api, cloud, None if who == "guest" else ada.token)
    shown = {"token": people.staff(api, "support").token} if who == "support" else order.credentials
    reply = download(api, order, **shown)
    invoice = invoice_of(order)
    assert invoice is not None
    assert (reply.status, reply.headers["content-type"]) == (200, "application/pdf")
    assert reply.headers["content-disposition"] == f'attachment; filename="invoice-{invoice.number}.pdf"'
    assert reply.headers["cache-control"] == "no-store"
    assert reply.body == document(invoice.number)
    assert invoice.number in pages(reply.body)[0]


def test_there_is_none_before_it_is_made(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    reply = refused(download(api, order), 404, "NOT_FOUND")
    assert "invoice" in reply.json["errors"][0]["message"]
    cloud.pumps.drain()
    assert download(api, order).status == 200


def test_somebody_else_s_is_none_at_all(api: Api, cloud: Shop) -> None:
    ada, eve = people.customer(api), people.customer(api)
    order, none = bought(api, cloud, ada.token), shopping.Placed("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", {}, {})
    strange = shopping.buy(api, "MUG-1").credentials["order_token"]
    missing = refused(download(api, none, token=eve.token), 404, "NOT_FOUND")
    for shown in ({"token": eve.token}, {"order_token": strange}, {"order_token": "v1.nonsense"}):
        reply = refused(download(api, order, **shown), 404, "NOT_FOUND")
        assert reply.json["errors"] == missing.json["errors"]
    refused(download(api, order, token="garbage"), 401, "UNAUTHENTICATED")


def test_an_id_that_is_none_and_a_parameter_that_nobody_knows(api: Api, cloud: Shop) -> None:
    order = bought(api, cloud)
    # Outside the envelope what is not known is ignored.
    assert api.get(f"{order.path}/invoice", query={"format": "html"}, **order.credentials).status == 200
    refused(api.get("/api/v1/orders/x/invoice", **order.credentials), 404, "NOT_FOUND")


def test_staff_reads_it_after_the_buyer_was_erased(api: Api, cloud: Shop) -> None:
    ada = people.customer(api)
    order = bought(api, cloud, ada.token)
    service.erase_contacts(ada.id, None)
    reply = download(api, order, token=people.staff(api, "support").token)
    assert reply.status == 200
    assert ada.email in pages(reply.body)[0]


def test_one_that_is_too_large_to_be_answered_is_an_error_and_never_half_a_file(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = bought(api, cloud)
    monkeypatch.setattr(invoices, "MAX_BYTES", 100)
    refused(download(api, order), 500, "INTERNAL")


def test_it_is_two_calls_and_its_policy_is_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    ada = people.customer(api)
    order = bought(api, cloud, ada.token)
    with record() as calls:
        assert download(api, order).status == 200
    assert [one.operation for one in calls] == ["BatchGetItem", "GetObject"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "get_invoice")
    assert isinstance(declaration, Function)
    assert calls.touches == {one for one in granted(declaration) if not one.action.startswith("secretsmanager:")}


def test_the_sample_s_invoice_is_one(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    kept_invoice(order.id)
    assert download(api, order).body.startswith(b"%PDF")

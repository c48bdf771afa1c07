"""The `invoices` queue: a confirmed order's invoice, under a number without a gap, drawn once."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from infra.local.recorder import granted, record
from pushcart.orders import invoice_drawing, service
from pushcart.orders.invoice_models import InvoiceCounterItem
from pushcart.orders.models import ContactItem, OrderItem
from pushcart.orders.service import invoicing
from Test_py.conftest import Shop
from Test_py.support import drafts, people, priced_carts, pricing, shopping
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.crowd import together
from Test_py.support.invoices import document, documents, invoice_of, pages
from utils.clock import now, rfc3339
from utils.declarations import Function, Loaded
from utils.errors import Overtaken
from utils.messages import EventMessage
from utils.transaction import Transaction


def confirmed(order: shopping.Placed) -> EventMessage:
    """Return what the queue is told of a confirmed order."""
    return EventMessage(
        id="evt_1",
        type="order.confirmed",
        aggregate=order.id,
        sequence=4,
        occurred_at=rfc3339(now()),
        correlation_id="test",
        data={},
    )


def waiting(api: Api, count: int = 1) -> list[shopping.Placed]:
    """Return orders that are confirmed, and of which no worker of ours has heard."""
    orders = [shopping.buy(api, "MUG-1") for _ in range(count)]
    for order in orders:
        item, tx = shopping.stored(OrderItem.key_of(order.id)), Transaction()
        tx.change(item, OrderItem.status.set("confirmed"))
        tx.commit()
    return orders


def numbers(orders: list[shopping.Placed]) -> list[str]:
    return sorted(str(invoice.number) for order in orders if (invoice := invoice_of(order)))


def test_a_confirmed_order_gets_one_and_its_buyer_s_mail_does_not_wait_for_it(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    cloud.pumps.drain()
    invoice, year = invoice_of(order), rfc3339(now())[:4]
    assert invoice is not None
    assert invoice.made_at
    assert (invoice.number, invoice.sheet) == (f"{year}-000001", None)
    assert shopping.look(api, order)["invoice_number"] == invoice.number
    assert shopping.types(order)[-2:] == ["order.confirmed", "invoice.issued"]
    assert shopping.assert_told_by_events(order).invoice_id == invoice.id == f"inv_{order.id[4:]}"
    [text] = pages(document(invoice.number))
    for said in (invoice.number, order.data["number"], "The MUG-1", "12.50", shopping.EMAIL, "Pushcart", "page 1 of 1"):
        assert said in text, said


def test_seller_buyer_discount_delivery_and_tax_stand_on_it(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopping.shelve("MUG-1", price=1000, units=9)
    monkeypatch.setenv("SHOP_NAME", "Kávé & Tsai Ωμέγα")
    monkeypatch.setenv("SHOP_ADDRESS", "1 Market Row; Bath BA1 1AA")
    monkeypatch.setenv("SHOP_TAX_ID", "GB123456789")
    method = pricing.delivery(steps=((None, 500),))
    priced_carts.keep(pricing.taxes("GB", country_wide=2000), method)
    priced_carts.capped("TEN", 1, basis_points=1000)
    home = shopping.ADDRESS | {"name": "Žofie Ибрагимова", "line2": "Straße 7"}
    bill = shopping.ADDRESS | {"name": "Łódź & Söhne GmbH"}
    body: dict[str, Any] = {"codes": ["TEN"], "quantity": 2, "shipping_address": home, "billing_address": bill}
    order = drafts.drafted(api, people.staff(api, "manager"), "MUG-1", shipping_method_id=method.id, **body)
    cloud.pumps.drain()
    assert shopping.pay_again(api, drafts.mailed(order), "tok_success").status == 202
    cloud.pumps.drain()
    invoice = invoice_of(order)
    assert invoice is not None
    [text] = pages(document(invoice.number))
    said = ["Kávé & Tsai Ωμέγα", "1 Market Row", "Bath BA1 1AA", "GB123456789", "Łódź & Söhne GmbH", "Žofie Ибрагимова"]
    said += ["Straße 7", "Subtotal 20.00 EUR", "Discount -2.00 EUR", "5.00 EUR", "Tax 4.60 EUR", "Total 27.60 EUR"]
    said += ["Tax at 20 %: 4.60 EUR on 23.00 EUR net", "20 %"]
    for words in said:
        assert words in text, (words, text)


def test_long_orders_go_over_pages_each_with_its_head_and_number(api: Api, cloud: Shop) -> None:
    skus = [shopping.shelve(f"SKU-{number}", units=1) for number in range(50)]
    order = shopping.placed(shopping.place(api, shopping.lay_cart(*skus)))
    cloud.pumps.drain()
    invoice = invoice_of(order)
    assert invoice is not None
    sheets = pages(document(invoice.number))
    assert len(sheets) > 1
    for number, text in enumerate(sheets, start=1):
        assert f"Invoice {invoice.number}, page {number} of {len(sheets)}" in text
        assert "Quantity" in text
    whole = "\n".join(sheets)
    assert all(f"{sku}\n" in whole for sku in skus)
    assert "Total 625.00 EUR" in sheets[-1]


@pytest.mark.parametrize(
    ("currency", "shown"), [("JPY", "Total 1,250 JPY"), ("EUR", "Total 12.50 EUR"), ("BHD", "Total 1.250 BHD")]
)
def test_amounts_have_the_decimals_of_their_currency(api: Api, cloud: Shop, currency: str, shown: str) -> None:
    shopping.shelve("MUG-1", units=5)
    [order] = waiting(api)
    item, tx = shopping.stored(OrderItem.key_of(order.id)), Transaction()
    tx.change(item, OrderItem.currency.set(currency))
    tx.commit()
    invoicing.issue(confirmed(order))
    invoice = invoice_of(order)
    assert invoice is not None
    assert shown in pages(document(invoice.number))[0]


def test_drawn_again_it_is_the_same_to_the_byte_whatever_changed_meanwhile(
    api: Api, cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopping.shelve("MUG-1", units=5)
    [order] = waiting(api)
    drawn: list[bytes] = []
    real = invoice_drawing.draw

    def drawing(*parts: Any) -> bytes:
        drawn.append(real(*parts))
        if len(drawn) == 1:
            raise MemoryError
        return drawn[-1]

    monkeypatch.setattr(invoice_drawing, "draw", drawing)
    with pytest.raises(MemoryError):
        invoicing.issue(confirmed(order))
    half = invoice_of(order)
    assert half is not None
    assert half.sheet
    assert not half.made_at
    assert documents() == []
    clock.shift(7200)
    monkeypatch.setenv("SHOP_NAME", "Another Shop")
    tx = Transaction()
    tx.remove(ContactItem.key_of(order.id))
    tx.commit()
    invoicing.issue(confirmed(order))
    made = invoice_of(order)
    assert made is not None
    assert (made.number, made.sheet) == (half.number, None)
    assert drawn[0] == drawn[1] == document(made.number)
    digest = hashlib.sha256(drawn[0]).hexdigest()
    invoicing.issue(confirmed(order))
    assert len(drawn) == 2
    assert hashlib.sha256(document(made.number)).hexdigest() == digest


def test_many_at_once_take_numbers_without_a_gap_and_none_twice(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=30)
    orders = waiting(api, 12)
    # Each message comes twice, and all at once.
    together([lambda order=order: _until_done(order) for order in [*orders, *orders]], threads=6)  # type: ignore[misc]
    year = rfc3339(now())[:4]
    assert numbers(orders) == [f"{year}-{number:06d}" for number in range(1, 13)]
    assert documents() == [f"invoices/{number}.pdf" for number in numbers(orders)]
    for order in orders:
        assert shopping.types(order).count("invoice.issued") == 1
    assert int(shopping.stored(InvoiceCounterItem.key_of(year)).last) == 12


def _until_done(order: shopping.Placed) -> None:
    """Hand a message out as SQS does: again when the worker was in somebody's way for too long."""
    for _ in range(5):
        try:
            return invoicing.issue(confirmed(order))
        except Overtaken:
            continue
    raise AssertionError("five deliveries were in vain")


def test_each_year_counts_anew(api: Api, cloud: Shop, clock: Clock) -> None:
    shopping.shelve("MUG-1", units=5)
    first, second = waiting(api, 2)
    invoicing.issue(confirmed(first))
    clock.shift(366 * 86_400)
    invoicing.issue(confirmed(second))
    found = [invoice_of(order) for order in (first, second)]
    years = [invoice.number[:4] for invoice in found if invoice]
    assert [invoice.number[5:] for invoice in found if invoice] == ["000001", "000001"]
    assert int(years[1]) == int(years[0]) + 1


def test_an_order_that_was_cancelled_meanwhile_is_invoiced_all_the_same(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    [order] = waiting(api)
    item, tx = shopping.stored(OrderItem.key_of(order.id)), Transaction()
    tx.change(item, OrderItem.status.set("cancelled"))
    tx.commit()
    invoicing.issue(confirmed(order))
    assert invoice_of(order) is not None


@pytest.mark.parametrize("status", ["pending_payment", "expired"])
def test_what_was_never_confirmed_is_not(api: Api, cloud: Shop, status: str) -> None:
    shopping.shelve("MUG-1", units=5)
    order = shopping.buy(api, "MUG-1")
    item, tx = shopping.stored(OrderItem.key_of(order.id)), Transaction()
    tx.change(item, OrderItem.status.set(status))
    tx.commit()
    invoicing.issue(confirmed(order))
    assert (invoice_of(order), documents()) == (None, [])


def test_an_order_that_there_is_not_takes_no_number(api: Api, cloud: Shop) -> None:
    invoicing.issue(confirmed(shopping.Placed("ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T", {}, {})))
    assert shopping.stored(InvoiceCounterItem.key_of(rfc3339(now())[:4])) is None


def test_without_its_fonts_nothing_is_drawn_and_the_number_waits(
    api: Api, cloud: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shopping.shelve("MUG-1", units=5)
    [order] = waiting(api)
    with monkeypatch.context() as missing:
        missing.setattr(invoice_drawing, "FILES", {"": "Nowhere.ttf"})
        with pytest.raises(invoice_drawing.FontMissing):
            invoicing.issue(confirmed(order))
    invoicing.issue(confirmed(order))
    assert numbers([order])[0].endswith("-000001")


def test_an_erased_buyer_s_invoice_stays(api: Api, cloud: Shop) -> None:
    shopping.shelve("MUG-1", units=5)
    ada = people.customer(api)
    order = shopping.buy(api, "MUG-1", token=ada.token)
    cloud.pumps.drain()
    invoice = invoice_of(order)
    assert invoice is not None
    before = document(invoice.number)
    service.erase_contacts(ada.id, None)
    assert document(invoice.number) == before
    # What was drawn from is in the document alone.
    assert ada.email not in str(invoice_of(order).attribute_values)  # type: ignore[union-attr]


def test_names_that_the_font_has_no_letters_for_are_in_no_log(
    api: Api, cloud: Shop, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    shopping.shelve("MUG-1", units=5)
    [order] = waiting(api)
    contact, tx = shopping.stored(ContactItem.key_of(order.id)), Transaction()
    tx.adjust(contact.key, ContactItem.name.set("张伟"))
    tx.commit()
    invoicing.issue(confirmed(order))
    out, err = capfd.readouterr()
    assert "张" not in out + err + caplog.text
    assert numbers([order])


def test_its_calls_and_its_policy_are_exact(api: Api, cloud: Shop, functions: list[Loaded]) -> None:
    shopping.shelve("MUG-1", units=5)
    [order] = waiting(api)
    with record() as calls:
        invoicing.issue(confirmed(order))
    assert [one.operation for one in calls] == ["BatchGetItem", "TransactWriteItems", "PutObject", "UpdateItem"]
    declaration = next(one.declaration for one in functions if one.declaration.name == "on_invoice_due")
    assert isinstance(declaration, Function)
    expected = {one for one in granted(declaration) if not one.action.startswith("sqs:")}
    assert calls.touches == expected
    with record() as again:
        invoicing.issue(confirmed(order))
    assert [one.operation for one in again] == ["BatchGetItem"]

"""GET /reports/customers/{customer_id}: what a customer bought."""

from __future__ import annotations

from functions.reports.get_customer_report import handler
from infra.local.recorder import record
from Test_py.support import people
from Test_py.support.accounts import assert_exact_policy
from Test_py.support.client import Api
from Test_py.support.reporting import CUSTOMER, asked, cancelled, confirmed, deliver, refused_or_shown
from Test_py.support.shopkeeping import operations


def test_a_customer_s_purchases_are_shown_by_currency(api: Api) -> None:
    manager = people.staff(api, "manager").token
    deliver(confirmed(("MUG-1", 2, 2500)), confirmed(("MUG-1", 1, 100), currency="JPY"), cancelled(("MUG-1", 2, 2500)))
    deliver(confirmed(("MUG-1", 7, 7000), customer_id="usr_2"))
    with record() as calls:
        report = asked(api, f"customers/{CUSTOMER}", manager)
    assert report["customer_id"] == CUSTOMER
    assert [(one["currency"], one["orders"], one["units"], one["total"]) for one in report["bought"]] == [
        ("EUR", 1, 2, 2990),
        ("JPY", 1, 1, 590),
    ]
    assert (report["bought"][0]["cancelled_orders"], report["bought"][0]["cancelled_total"]) == (1, 2990)
    assert operations(calls) == ["GetItem", "Query"]
    assert_exact_policy(handler.declaration, calls.touches)


def test_who_bought_nothing_and_who_is_nobody_look_the_same(api: Api) -> None:
    manager = people.staff(api, "manager").token
    known = people.customer(api).id
    assert asked(api, f"customers/{known}", manager)["bought"] == []
    assert asked(api, "customers/usr_01HZZZZZZZZZZZZZZZZZZZZZZZ", manager)["bought"] == []


def test_customers_do_not_see_it_of_themselves_either(api: Api) -> None:
    ada = people.customer(api)
    assert refused_or_shown(api, f"customers/{ada.id}", ada.token).status == 403
    assert refused_or_shown(api, f"customers/{CUSTOMER}", people.staff(api, "manager").token, limit=1).status == 400


def test_what_is_no_customer_s_id_is_nothing(api: Api) -> None:
    manager = people.staff(api, "manager").token
    for nobody in ("null", "usr_1", "ord_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"):
        assert refused_or_shown(api, f"customers/{nobody}", manager).codes == ["NOT_FOUND"]

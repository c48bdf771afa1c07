"""Of the season: staff looks at what was sold, as pages and as files."""

from __future__ import annotations

from Test_py.conftest import Shop
from Test_py.support import people
from Test_py.support.client import Api
from utils.clock import now, rfc3339

REPORTS = "/api/v1/reports"


def live(shop: Shop, api: Api) -> None:
    """Read every report."""
    shop.pumps.drain()
    admin = people.staff(api, "admin")
    month = rfc3339(now())[:7]
    for path in (
        "sales",
        "sales/download",
        "inventory/download?format=xlsx",
        "customers/usr_01JZ8Q3V5W2K3M4N5P6Q7R8S9T",
    ):
        reply = api.get(f"{REPORTS}/{path}", token=admin.token)
        assert reply.status == 200, (path, reply.body)
    for path in (f"sales/goods?month={month}&currency=EUR&limit=1", "inventory?limit=1"):
        page = api.get(f"{REPORTS}/{path}", token=admin.token)
        assert (page.status, bool(page.meta.get("next_cursor"))) == (200, True), (path, page.body)

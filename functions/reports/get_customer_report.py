"""GET /api/v1/reports/customers/{customer_id}"""

from pushcart import tables
from pushcart.access import staff
from pushcart.reports.schemas import CustomerReport
from pushcart.reports.service import showing
from utils.route import route


@route(
    "GET",
    "/api/v1/reports/customers/{customer_id}",
    access=staff("reports:read"),
    uses=[tables.reports.get, tables.reports.query],
)
def handler(customer_id: str) -> CustomerReport:
    """Show what a customer bought, by currency."""
    return showing.show_customer(customer_id)

"""The `jobs` queue: one step after the other of one job at a time"""

from pushcart import queues, tables
from pushcart.accounts.service import erasing, exporting, exports
from pushcart.jobs import service
from utils.queue import Delivery, queue


@queue(
    queues.jobs,
    uses=[
        tables.work.get,
        tables.work.update,
        tables.accounts.get,
        tables.accounts.query,
        tables.accounts.put,
        tables.accounts.update,
        tables.accounts.delete,
        tables.orders["by_customer"].query,
        tables.orders.batch_get,
        tables.orders.delete,
        tables.carts["by_owner"].query,
        tables.carts.batch_get,
        tables.carts.delete,
        tables.events.put,
    ],
    once=False,
)
def handler(delivery: Delivery) -> None:
    """Go on with a job from where its last step ended."""
    runners = {exports.KIND: exporting.step, erasing.KIND: erasing.step}
    service.perform(delivery.message, runners, last_try=delivery.receives >= queues.jobs.max_receives)

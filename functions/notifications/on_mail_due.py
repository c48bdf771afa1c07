"""The `mail` queue"""

from pushcart import queues, tables
from pushcart.notifications import service
from utils.queue import Delivery, queue
from utils.sealing import pepper


@queue(
    queues.mail,
    uses=[
        tables.work.batch_get,
        tables.orders.batch_get,
        tables.inventory.batch_get,
        tables.accounts.batch_get,
        tables.work.put,
        pepper.read,
        queues.mailer.send,
    ],
)
def handler(delivery: Delivery) -> None:
    """Send the mail that an event asks for, and note that it was sent."""
    service.send_mail(delivery.tx, delivery.message)

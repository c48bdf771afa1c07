"""The `media` queue: what arrived in the quarantine, and pictures that were removed"""

from pushcart import queues, tables
from pushcart.catalog.pictures import IMAGES
from pushcart.catalog.service import arrivals
from utils.messages import read_arrival
from utils.queue import Delivery, queue


@queue(
    queues.uploaded_media,
    reads=read_arrival,
    once=False,
    uses=[
        tables.catalog.batch_get,
        tables.catalog.update,
        tables.events.put,
        queues.uploads.get,
        queues.uploads.list,
        queues.uploads.delete,
        queues.media.put,
        queues.media.delete,
    ],
    packages=[IMAGES],
    memory_mb=2048,
    timeout_seconds=60,
)
def handler(delivery: Delivery) -> None:
    """Look at what was uploaded, and show it drawn anew; delete what is left of a picture that was removed."""
    arrivals.heed(delivery.message)

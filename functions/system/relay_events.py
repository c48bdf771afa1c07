"""The stream of the `events` table"""

from typing import Any

from pushcart import queues, tables
from pushcart.outbox import relay
from utils.stream import stream


@stream(
    tables.events,
    uses=[
        queues.events_topic.publish,
        *(queue.send for queue in relay.TARGETS.values()),
        tables.events.update,
    ],
)
def handler(image: dict[str, Any]) -> None:
    """Publish each new event to the topic and hand it to the queues that it names."""
    relay.relay(image)

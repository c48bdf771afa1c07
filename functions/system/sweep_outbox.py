"""Every minute: what was left in the outbox"""

from pushcart import queues, tables
from pushcart.outbox import relay
from utils.schedule import schedule


@schedule(
    every_minutes=1,
    uses=[
        tables.events["pending"].query,
        queues.events_topic.publish,
        *(queue.send for queue in relay.TARGETS.values()),
        tables.events.update,
    ],
    timeout_seconds=55,
)
def handler() -> None:
    """Publish again what is still pending after two minutes."""
    relay.sweep()

"""Every queue, topic, key, secret and sender of the shop, on one page."""

from utils.resources import Mailer, Queue, SigningKey, Topic
from utils.sealing import pepper

events_topic = Topic("events")

payments = Queue("payments", fifo=True, batch_size=1)
"""One message at a time: of a batch, the whole rest of a group would go to the dead letters with its bad one."""
expiry = Queue("expiry")
mail = Queue("mail", subscribes=("order.confirmed",))
stock_ledger = Queue(
    "stock-ledger",
    subscribes=("inventory.adjusted", "order.placed", "order.confirmed", "order.expired", "order.cancelled"),
)

token_signing = SigningKey("token-signing")
mailer = Mailer("shop")

QUEUES = (payments, expiry, mail, stock_ledger)
TOPICS = (events_topic,)
KEYS = (token_signing,)
SECRETS = (pepper,)
MAILERS = (mailer,)

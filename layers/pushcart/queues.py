"""Every queue, topic, key, secret and sender of the shop, on one page."""

from utils.resources import EncryptionKey, GivenSecret, Mailer, Queue, SigningKey, Topic
from utils.sealing import pepper

events_topic = Topic("events")

payments = Queue("payments", fifo=True, batch_size=1)
"""One message at a time: of a batch, the whole rest of a group would go to the dead letters with its bad one."""
expiry = Queue("expiry")
mail = Queue(
    "mail",
    subscribes=(
        "order.confirmed",
        "session.revoked",
        "sign_in.unusual",
        "user.data_exported",
        "user.email_verified",
        "user.identity_linked",
        "user.invited",
        "user.mfa_disabled",
        "user.mfa_enabled",
        "user.password_changed",
        "user.password_reset_requested",
        "user.registered",
        "user.registration_attempted",
        "user.verification_requested",
        "user.welcomed",
    ),
)
stock_ledger = Queue(
    "stock-ledger",
    subscribes=("inventory.adjusted", "order.placed", "order.confirmed", "order.expired", "order.cancelled"),
)
jobs = Queue("jobs", batch_size=1)
"""Work that takes longer than a request may: each message is one step of one job."""

token_signing = SigningKey("token-signing")
factor_secrets = EncryptionKey("factor-secrets")
"""Seals the secrets of second factors."""
oidc_clients = GivenSecret("oidc-clients")
"""Our client secret at each identity provider: ``{"<provider>": "<secret>"}``."""
mailer = Mailer("shop")

QUEUES = (payments, expiry, mail, stock_ledger, jobs)
TOPICS = (events_topic,)
KEYS = (token_signing, factor_secrets)
SECRETS = (pepper, oidc_clients)
MAILERS = (mailer,)

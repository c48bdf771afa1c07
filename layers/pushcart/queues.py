"""Every queue, topic, key, secret and sender of the shop, on one page."""

from utils.resources import Bucket, EncryptionKey, GivenSecret, Mailer, Queue, SigningKey, Topic
from utils.sealing import pepper

events_topic = Topic("events")

payments = Queue("payments", fifo=True, batch_size=1)
"""One message at a time: of a batch, the whole rest of a group would go to the dead letters with its bad one."""
expiry = Queue("expiry")
mail = Queue(
    "mail",
    subscribes=(
        "fulfillment.shipped",
        "order.cancelled",
        "order.confirmed",
        "order.drafted",
        "order.link_requested",
        "refund.succeeded",
        "session.revoked",
        "sign_in.unusual",
        "stock_subscription.asked",
        "stock_subscription.due",
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
    subscribes=(
        "inventory.adjusted",
        "order.placed",
        "order.confirmed",
        "order.expired",
        "order.cancelled",
        "fulfillment.shipped",
        "return.received",
        "inventory.settings_changed",
        "inventory.available_again",
        "location.opened",
        "location.closed",
        "location.half_done",
        "stock_subscription.confirmed",
        "stock_subscriptions.left",
    ),
)
reports = Queue(
    "reports",
    subscribes=(
        "inventory.adjusted",
        "order.placed",
        "order.confirmed",
        "order.expired",
        "order.cancelled",
        "order.claimed",
        "payment.captured",
        "payment.partially_captured",
        "payment.partially_refunded",
        "payment.refunded",
        "fulfillment.shipped",
        "return.received",
    ),
)
"""Whatever the sums of sales, stock and customers are made of."""
invoices = Queue("invoices", batch_size=1, subscribes=("order.confirmed",))
"""Each confirmed order's invoice. One at a time: a number is taken and a document drawn."""
jobs = Queue("jobs", batch_size=1)
"""Work that takes longer than a request may: each message is one step of one job."""
uploaded_media = Queue("media", batch_size=1, visibility_seconds=360)
"""Objects that arrived in the quarantine. One at a time: a picture is decoded in memory."""

search = Queue("search", batch_size=50, batch_seconds=2, visibility_seconds=360)
"""What the search is to look at again. One batch is one write of its index."""

uploads = Bucket("uploads", keep_days=1, notifies=uploaded_media, takes_forms=True)
"""The quarantine: what strangers send, until a worker has looked at it."""
media = Bucket("media", versioned=True, served=True)
"""Pictures that the shop made itself, of what was uploaded; anybody may read them, through MEDIA_URL."""
search_index = Bucket("search-index")
documents = Bucket("documents", versioned=True)

token_signing = SigningKey("token-signing")
factor_secrets = EncryptionKey("factor-secrets")
"""Seals the secrets of second factors."""
oidc_clients = GivenSecret("oidc-clients")
"""Our client secret at each identity provider: ``{"<provider>": "<secret>"}``."""
stripe = GivenSecret("stripe")
"""Who we are at Stripe: ``{"api_key": "sk_…", "webhook_secrets": ["whsec_…"]}``."""
mailer = Mailer("shop")

QUEUES = (payments, expiry, mail, stock_ledger, reports, invoices, jobs, uploaded_media, search)
BUCKETS = (uploads, media, search_index, documents)
TOPICS = (events_topic,)
KEYS = (token_signing, factor_secrets)
SECRETS = (pepper, oidc_clients, stripe)
MAILERS = (mailer,)

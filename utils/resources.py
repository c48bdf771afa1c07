"""What a function may use: tables, queues, topics, keys and secrets, declared as frozen values.

A declaration is the only place where a resource is described. CDK builds it from here, the laptop cloud and the
tests create it from here, and a function's policy is made of the grants that its route lists in ``uses``.
Physical names come from the environment (:mod:`utils.settings`), never from a literal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from utils.settings import setting, variable


class Grant(NamedTuple):
    """Leave to do one thing with one resource: an entry of a route's ``uses``.

    ``actions`` are IAM actions; ``resource`` is the declaration that they apply to, an :class:`~utils.tables.Index`
    for a query on one.
    """

    resource: object
    verb: str
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Queue:
    """An SQS queue with its dead-letter queue.

    Parameters
    ----------
    name
        Logical name, kebab-case.
    fifo
        Ordered per message group, deduplicated by message id.
    visibility_seconds
        How long a received message is hidden; at least six times the worker's timeout (AWS's advice for Lambda).
    max_receives
        Receives after which a message goes to the dead-letter queue.
    max_concurrency
        The event source's maximum concurrency; 2 is AWS's least. It keeps work from taking the API's share.
    batch_size
        Messages handed to one invocation.
    batch_seconds
        How long messages are gathered before they are handed over; Lambda wants a second at least for more than ten.
    subscribes
        Types of event that the topic delivers here, by filter policy. Empty: only direct messages.
    """

    name: str
    fifo: bool = False
    visibility_seconds: int = 180
    max_receives: int = 5
    max_concurrency: int = 2
    batch_size: int = 10
    batch_seconds: int = 0
    subscribes: tuple[str, ...] = ()

    @property
    def env(self) -> str:
        return variable("queue", self.name, "_url")

    @property
    def url(self) -> str:
        return setting(self.env)

    @property
    def send(self) -> Grant:
        return Grant(self, "send", ("sqs:SendMessage",))

    @property
    def receive(self) -> Grant:
        return Grant(self, "receive", ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"))


@dataclass(frozen=True)
class _Named:
    """What is told apart by its name and its kind alone. One dataclass for all: each costs 0.4 ms to make."""

    name: str


class Bucket(NamedTuple):
    """A private S3 bucket: encrypted, reached over TLS only, closed to the public.

    Parameters
    ----------
    name
        Logical name, kebab-case. The physical one is stage, name and account, since bucket names are the world's.
    versioned
        Keep what an object was before it was written over or deleted, for 30 days.
    keep_days
        Days after which an object is deleted by itself. ``None``: never.
    notifies
        The queue that hears of each object that arrives, as :class:`utils.messages.ObjectMessage`.
    takes_forms
        Browsers post to it (:mod:`utils.presigned`), from the origins that the stage names.
    served
        Anybody may read its objects, under ``MEDIA_URL``; through a distribution, since the bucket stays closed.

    Example
    -------
    >>> Bucket("documents", versioned=True).put.actions
    ('s3:PutObject',)
    """

    name: str
    versioned: bool = False
    keep_days: int | None = None
    notifies: Queue | None = None
    takes_forms: bool = False
    served: bool = False

    @property
    def env(self) -> str:
        return variable("bucket", self.name, "_name")

    @property
    def bucket_name(self) -> str:
        return setting(self.env)

    @property
    def get(self) -> Grant:
        """Reading an object; whoever may meet one that is not there needs :attr:`list` too."""
        return Grant(self, "get", ("s3:GetObject",))

    @property
    def put(self) -> Grant:
        return Grant(self, "put", ("s3:PutObject",))

    @property
    def delete(self) -> Grant:
        return Grant(self, "delete", ("s3:DeleteObject",))

    @property
    def list(self) -> Grant:
        """Listing, and being told that an object is not there: S3 tells everybody else that they may not read it.

        Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
        """
        return Grant(self, "list", ("s3:ListBucket",))


class Topic(_Named):
    """A standard SNS topic."""

    @property
    def env(self) -> str:
        return variable("topic", self.name, "_arn")

    @property
    def arn(self) -> str:
        return setting(self.env)

    @property
    def publish(self) -> Grant:
        return Grant(self, "publish", ("sns:Publish",))


class _Key(_Named):
    """A key that never leaves KMS."""

    @property
    def env(self) -> str:
        """Name of the variable that holds the key's id."""
        return variable("key", self.name, "_id")

    @property
    def key_id(self) -> str:
        """The key, as KMS is asked about it."""
        return setting(self.env)


class SigningKey(_Key):
    """An asymmetric KMS key (ECC_NIST_P256, SIGN_VERIFY) that never leaves KMS.

    The first one comes with the deployment. Its successors are made at run time, bear the tag :attr:`tag`, and may be
    used by whoever may use the first.
    """

    @property
    def tag(self) -> str:
        """Value of the tag ``pushcart:key`` on every generation of this key: its own name."""
        return self.name

    @property
    def sign(self) -> Grant:
        return Grant(self, "sign", ("kms:Sign",))

    @property
    def public_key(self) -> Grant:
        return Grant(self, "public_key", ("kms:GetPublicKey",))

    @property
    def rotate(self) -> Grant:
        """Making a successor, and taking a generation away that nothing is signed with any more."""
        return Grant(self, "rotate", ("kms:CreateKey", "kms:TagResource", "kms:ScheduleKeyDeletion"))

    @property
    def search(self) -> Grant:
        """Finding, by its tags, a successor that somebody made and then crashed."""
        return Grant(self, "search", ("kms:ListKeys", "kms:ListResourceTags"))


class EncryptionKey(_Key):
    """A symmetric KMS key (SYMMETRIC_DEFAULT) for small secrets that must be read again, rotated by KMS each year."""

    @property
    def encrypt(self) -> Grant:
        return Grant(self, "encrypt", ("kms:Encrypt",))

    @property
    def decrypt(self) -> Grant:
        return Grant(self, "decrypt", ("kms:Decrypt",))


class Secret(_Named):
    """A Secrets Manager secret; its value never appears in a template or an environment.

    Its first value is generated at deployment, by version (``{"current": "1", "1": "…"}``).
    """

    @property
    def env(self) -> str:
        return variable("secret", self.name, "_id")

    @property
    def secret_id(self) -> str:
        return setting(self.env)

    @property
    def read(self) -> Grant:
        return Grant(self, "read", ("secretsmanager:GetSecretValue",))


class GivenSecret(Secret):
    """A secret whose values come from outside: an empty JSON object (``{}``) until the operator fills it in."""


class Mailer(_Named):
    """The SES identity that the shop's mail is sent from."""

    @property
    def env(self) -> str:
        return variable("mail", self.name, "_from")

    @property
    def sender(self) -> str:
        return setting(self.env)

    @property
    def send(self) -> Grant:
        return Grant(self, "send", ("ses:SendEmail",))

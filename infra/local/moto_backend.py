"""AWS in this process, by moto, made safe for threads and honest about transactions (:mod:`infra.local.moto_repairs`).

Import this module before any boto3 client is made: moto joins in through handlers that a client copies when it is
made, so that an earlier client would call the real AWS.
"""

from __future__ import annotations

import os
from threading import RLock

from moto import mock_aws
from moto.core.base_backend import BackendDict
from moto.core.models import DEFAULT_ACCOUNT_ID, botocore_stubber
from moto.sqs.models import sqs_backends

from infra.local.moto_repairs import repair

REGION = "eu-central-1"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    # With account ids in the endpoint's name, moto does not know the address of the streams and answers 404.
    "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    "POWERTOOLS_TRACE_DISABLED": "1",
}
FOREIGN = ("AWS_ENDPOINT_URL", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")

lock = RLock()
"""Held around every AWS call of the process. Hold it to see several of them as one, as a state dump does."""

_mock = mock_aws(config={"core": {"mock_credentials": False, "reset_boto3_session": False}})


def start() -> None:
    """Send every AWS call of this process to moto, with empty backends; a second call does nothing.

    Sets credentials that are worth nothing and removes profiles and endpoints, so that no call can leave by mistake.
    """
    if running():
        return
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)
    repair(lock)
    _mock.start()


def reset() -> None:
    """Forget all data; clients that exist stay usable."""
    with lock:
        BackendDict.reset()


def stop() -> None:
    """Give AWS calls back to the network and forget all data; without a start it does nothing."""
    if running():
        _mock.stop()


def running() -> bool:
    """Whether AWS calls go to moto."""
    return bool(botocore_stubber.enabled)


def holds_messages(queue_url: str) -> bool:
    """Whether anything lies in a queue, visible or not. A shop has a dozen, and most polls find nothing.

    Example
    -------
    >>> holds_messages("https://sqs.eu-central-1.amazonaws.com/123456789012/dev-mail")  # doctest: +SKIP
    False
    """
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][REGION].queues.get(queue_url.rpartition("/")[2])
    # A queue that is not there is for the call to complain of.
    return queue is None or bool(queue._messages)

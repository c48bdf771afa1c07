"""The environment that every test runs in, set before any module of ours is imported.

The credentials are worth nothing, and moto answers every AWS call of the process; see also
:mod:`Test_py.support.network`.
"""

from __future__ import annotations

import copy
import os
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

STAGE: Final = "test"
SERVICES: Final = ("dynamodb", "dynamodbstreams", "events", "kms", "secretsmanager", "ses", "sesv2", "sns", "sqs")


def prepare() -> dict[str, str]:
    """Start moto, create every declared resource, and set the variables that functions read; return them.

    Nothing that a developer has set (a profile, a region, a stage, another currency) reaches the tests.
    """
    for name in [name for name in os.environ if name.startswith(("AWS_", "PUSHCART_STAGE", "TABLE_", "QUEUE_"))]:
        del os.environ[name]
    from infra.local import moto_backend, provision

    for name in provision.SETTINGS:
        os.environ.pop(name, None)
    moto_backend.start()
    return {**moto_backend.ENVIRONMENT, **provision.provision(stage=STAGE), **_identity_provider()}


def _identity_provider() -> dict[str, str]:
    """Set up the provider of :mod:`Test_py.support.identity_provider` as an operator would."""
    from infra.local.clients import client
    from pushcart import queues
    from Test_py.support.identity_provider import PROVIDERS, SECRETS

    client("secretsmanager").put_secret_value(SecretId=queues.oidc_clients.secret_id, SecretString=SECRETS)
    os.environ["OIDC_PROVIDERS"] = PROVIDERS
    return {"OIDC_PROVIDERS": PROVIDERS}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of each backend, and the backends that it was taken from."""

    backends: dict[str, Any]
    states: dict[str, dict[str, Any]]


@cache
def snapshot() -> Snapshot:
    """Return the state of every backend as it was at the first call: provisioned and empty."""
    return take()


def take() -> Snapshot:
    """Return the state of every backend as it is now, for :func:`restore`."""
    backends = _backends()
    return Snapshot(backends, {service: _copy(vars(backend), {}) for service, backend in backends.items()})


def restore(wanted: Snapshot | None = None) -> None:
    """Put every backend back to a state that was taken, or to :func:`snapshot`.

    Copying the empty state takes 3 ms where provisioning takes 70. The signing key and the pepper stay the same, so
    that what a process keeps of them (as it may in Lambda) stays true.
    """
    from infra.local import moto_backend

    moto_backend.start()
    with moto_backend.lock:
        taken, backends = wanted or snapshot(), _backends()
        # Topics know their backend, and a reset makes new ones: in the copy, the old ones become those of today.
        heirs = {id(taken.backends[service]): backend for service, backend in backends.items()}
        for service, backend in backends.items():
            fresh = _copy(taken.states[service], heirs)
            vars(backend).clear()
            vars(backend).update(fresh)
        _name_owners(backends["s3"])


def _backends() -> dict[str, Any]:
    from moto.backends import get_backend
    from moto.core.models import DEFAULT_ACCOUNT_ID

    from infra.local.moto_backend import REGION

    regional = {service: get_backend(service)[DEFAULT_ACCOUNT_ID][REGION] for service in SERVICES}
    return {**regional, "s3": get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]}


def _name_owners(s3: Any) -> None:
    """Whose bucket is which stands beside moto's backends, and a reset forgets it."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    s3_backends.bucket_accounts = dict.fromkeys(s3.buckets, ("aws", DEFAULT_ACCOUNT_ID))


def _copy(state: dict[str, Any], heirs: dict[int, Any]) -> dict[str, Any]:
    """Copy deeply, save for backends and for the locks that queues hold."""
    memo: dict[int, Any] = dict(heirs) or {id(backend): backend for backend in _backends().values()}
    for queue in state.get("queues", {}).values():
        memo[id(queue._messages_lock)] = queue._messages_lock
    return copy.deepcopy(state, memo)

"""A botocore session that knows the handlers of the services that we call, and no other service's.

botocore registers 127 handlers with each session, and reads each one's signature: 4 ms of a cold start, for S3's
redirects, EC2's presigned snapshots and the manual. Of those, 10 are general or our services'; S3's own are added for
the few functions that call it.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from typing import Final

from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST, REGISTER_LAST
from botocore.session import Session

SERVICES: Final = frozenset({"dynamodb", "kms", "secretsmanager", "secrets-manager", "ses", "sesv2", "sns", "sqs"})
"""As botocore's events name them: some by their endpoint, some by their id."""


def new_session() -> Session:
    """Make a session. What somebody else added to botocore's list (moto does) comes along if it concerns us."""
    session = Session(include_builtin_handlers=False)
    _register(session, concerns_us)
    return session


def add_service(session: Session, service: str) -> None:
    """Register what botocore does for ``service`` alone, before its client is made of ``session``."""
    _register(session, lambda event: _is_of(event, {service}))


def concerns_us(event: str) -> bool:
    """Whether an event is of every service, or of one that we call.

    Example
    -------
    >>> [concerns_us(event) for event in ("before-call", "after-call.sqs.*", "before-call.s3", "docs.*.s3.*")]
    [True, True, False, False]
    """
    return _is_of(event, {"", "*", *SERVICES})


def _is_of(event: str, services: Set[str]) -> bool:
    kind, _, rest = event.partition(".")
    return kind != "docs" and rest.partition(".")[0] in services


def _register(session: Session, wanted: Callable[[str], bool]) -> None:
    emitter = session.get_component("event_emitter")
    register = {
        (): emitter.register,
        (REGISTER_FIRST,): emitter.register_first,
        (REGISTER_LAST,): emitter.register_last,
    }
    for event, handler, *place in BUILTIN_HANDLERS:
        if wanted(event):
            register[tuple(place)](event, handler)

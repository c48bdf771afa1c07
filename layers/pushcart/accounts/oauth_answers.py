"""What the OAuth routes answer, by their standard instead of the envelope (RFC 6749, 5.1 and 5.2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from utils.envelope import Answer
from utils.errors import MalformedJson, Overtaken, Problem, Unavailable, UnsupportedMediaType, ValidationFailed
from utils.transaction import Transaction

NOT_NOW: Final = frozenset({"RATE_LIMITED", "UNAVAILABLE"})
BASIC: Final = {"www-authenticate": 'Basic realm="pushcart", charset="UTF-8"'}


class OAuthError(Exception):
    """A refusal in the words of RFC 6749: a code, and a sentence for whoever writes the client.

    ``redirect_to`` is where the person is sent back to with it, once it is certain that the client lives there.
    """

    def __init__(
        self,
        error: str,
        description: str,
        *,
        status: int = 400,
        headers: dict[str, str] | None = None,
        redirect_to: str | None = None,
    ) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status
        self.headers = headers or {}
        self.redirect_to = redirect_to


def invalid_client() -> OAuthError:
    """The one refusal of every client that did not show who it is: unknown, removed, or with a wrong secret."""
    return OAuthError("invalid_client", "This client is not known, or did not prove it.", status=401, headers=BASIC)


def invalid_grant() -> OAuthError:
    """The one refusal of every code and refresh token that opens nothing."""
    return OAuthError("invalid_grant", "This grant is not good for this client: used, too old, or another's.")


def answered(tx: Transaction, work: Callable[[], dict[str, Any] | None]) -> Answer:
    """Do ``work`` in ``tx``, commit it, and answer what it tells; an empty 200 where that is nothing.

    What is wrong with the request or the grant is told as RFC 6749, 5.2, says. Who calls is the gateway's and the
    core's concern where a route is not open to anyone, so those refusals stay in the envelope.

    Example
    -------
    >>> answered(Transaction(), lambda: {"active": False}).body
    '{"active":false}'
    """
    try:
        told = work()
        tx.verify_preconditions()
        tx.commit()
    except OAuthError as refusal:
        answer = _refused(refusal)
    except (ValidationFailed, MalformedJson, UnsupportedMediaType) as problem:
        answer = _refused(OAuthError("invalid_request", _sentence(problem)))
    except Overtaken:
        # Nothing was written: the route begins anew (utils.rerun).
        raise
    except Problem as problem:
        if problem.code not in NOT_NOW:
            raise
        pause = {"retry-after": str(problem.retry_after)} if problem.retry_after else {}
        headers = problem.headers | pause
        message = "Busy. Try again shortly." if isinstance(problem, Unavailable) else str(problem)
        answer = _refused(OAuthError("temporarily_unavailable", message, status=problem.status, headers=headers))
    else:
        return Answer(200, None if told is None else _json(told))
    # Who answers is not who wrote: what was appended before the refusal must not be committed with it.
    tx.abandon()
    return answer


def _refused(refusal: OAuthError) -> Answer:
    body = {"error": refusal.error, "error_description": refusal.description}
    if refusal.redirect_to:
        body["redirect_to"] = refusal.redirect_to
    return Answer(refusal.status, _json(body), dict(refusal.headers))


def _sentence(problem: Problem) -> str:
    """Return what was wrong, and with which field, in the few characters that a description may hold."""
    field = problem.entries[0].field
    text = f"{problem.entries[0].message} ({field})" if field else problem.entries[0].message
    return "".join(one for one in text if " " <= one <= "~" and one not in '"\\')


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"))

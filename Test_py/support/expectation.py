"""What a declaration promises a caller, worked out from its rules and the page of permissions alone."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Final

from pushcart.access import PERMISSIONS
from Test_py.support.client import Reply
from Test_py.support.world import Caller
from utils.access import WHOLE_ACCOUNT, Rule
from utils.declarations import Route

CHANGING_HEADERS: Final = frozenset({"apigw-requestid", "x-request-id", "x-correlation-id"})
_CHANGING: Final = re.compile(rb'"(timestamp|request_id)":"[^"]*"')
_SECONDS_LEFT: Final = re.compile(r";t=\d+$")


class Outcome(StrEnum):
    """How a request may end."""

    ALLOWED = "allowed"
    GATEWAY = "the gateway's own 401"
    UNKNOWN = "401"
    FORBIDDEN = "403"
    ABSENT = "404, as for what nobody has"


def expected(route: Route, caller: Caller, *, owned: bool) -> Outcome:
    """Return how a request for ``caller``'s addressed thing must end; ``owned`` says whether it belongs to somebody."""
    kind = route.access.authorizer
    if kind == "none":
        return Outcome.ALLOWED
    if kind == "required" and caller.kind == "guest":
        return Outcome.GATEWAY
    if caller.refusal:
        return Outcome.UNKNOWN
    rules = [rule for rule in route.access.rules if _admits(rule, caller)]
    if not rules:
        return Outcome.FORBIDDEN
    if not owned or caller.owns or any(rule.permission for rule in rules):
        return Outcome.ALLOWED
    return Outcome.ABSENT


def _admits(rule: Rule, caller: Caller) -> bool:
    if caller.kind == "client":
        return rule.permission in caller.scopes
    if rule.kind != caller.kind:
        return False
    if rule.kind == "user" and not {WHOLE_ACCOUNT, rule.scope} & caller.scopes:
        return False
    return rule.permission is None or bool(caller.roles & PERMISSIONS[rule.permission])


def outcome(reply: Reply) -> Outcome | str:
    """Return how a request ended; anything that no route may answer is said as it is."""
    if reply.status == 401:
        return Outcome.UNKNOWN if "success" in reply.json else Outcome.GATEWAY
    if reply.status == 403:
        return Outcome.FORBIDDEN
    if reply.status == 404:
        return Outcome.ABSENT
    if reply.status < 400 or reply.status == 409:
        return Outcome.ALLOWED
    return f"{reply.status} {reply.body!r}"


def blanked(reply: Reply) -> tuple[int, bytes, str]:
    """Return an answer without what differs between any two: its time and its ids."""
    headers = {
        name: _SECONDS_LEFT.sub("", value) if name == "ratelimit" else value
        for name, value in reply.headers.items()
        if name not in CHANGING_HEADERS
    }
    return reply.status, _CHANGING.sub(rb'"\1":"-"', reply.body), json.dumps(headers, sort_keys=True)

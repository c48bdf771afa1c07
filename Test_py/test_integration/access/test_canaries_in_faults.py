"""Every route fails with all that it was given in the words of the failure: none of it is logged, sent or answered."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

import pytest
from botocore.exceptions import ClientError

from infra.local.gateway import Gateway
from pushcart import queues, tables
from Test_py.reliability.seam import Proceed, standing
from Test_py.support.accounts import forget_what_is_kept, items
from Test_py.support.canaries import Harvest
from Test_py.support.client import Api, Reply
from Test_py.support.expectation import Outcome, expected
from Test_py.support.external_sign_in import JWKS, TOKEN, USERINFO
from Test_py.support.identity_provider import begin, come_back, installed
from Test_py.support.outbox import messages
from Test_py.support.world import World, send
from utils.declarations import Authorizer, Loaded, Route
from utils.log import logger

PLANTED: Final = 40
KMS: Final = frozenset({"Sign", "Encrypt", "Decrypt", "GetPublicKey"})
Failure = Callable[[str, str], Exception]


def bug(operation: str, words: str) -> Exception:
    return RuntimeError(f"cannot go on at {operation} with {words}")


def refusal(operation: str, words: str) -> Exception:
    """Return what AWS refuses with when a policy is wrong."""
    message = f"User is not authorized to perform this on {words}"
    return ClientError({"Error": {"Code": "AccessDeniedException", "Message": message}}, operation)


@dataclass(slots=True)
class Saboteur:
    """Stands between the gateway and the functions, and breaks the calls to AWS of those that ``where`` names.

    ``only`` names the operations that break; ``None``: all. ``broken`` counts.
    """

    harvest: Harvest
    failure: Failure
    where: type[Route] | type[Authorizer] = Route
    only: frozenset[str] | None = None
    broken: int = 0
    _words: str | None = None

    def call(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        self._words = said(event) if isinstance(loaded.declaration, self.where) else None
        return self.harvest(loaded, event)

    def fault(self, operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        if self._words is None or (self.only is not None and operation not in self.only):
            return proceed()
        self.broken += 1
        raise self.failure(operation, self._words)


def said(event: dict[str, Any]) -> str:
    """Return all that a request says, as a careless message would."""
    body = event.get("body") or ""
    text = b64decode(body).decode("utf-8", "replace") if event.get("isBase64Encoded") else body
    return f"{text} {event.get('headers')} {event.get('cookies')} {event.get('rawQueryString')}"


def ask_everything(shop: World, functions: list[Loaded], saboteur: Saboteur) -> list[tuple[Route, Reply]]:
    """Ask for every route as somebody who may, while it is broken."""
    api = Api(Gateway(functions, call=saboteur.call))
    routes = [one.declaration for one in functions if isinstance(one.declaration, Route)]
    replies = []
    for route in routes:
        for name in ("owner", "guest", "admin"):
            caller = shop.callers[name]
            if expected(route, caller, owned=shop.is_owned(route)) is Outcome.ALLOWED:
                shop.restore()
                path, sample = shop.path(route, caller.owner), shop.sample(route, caller.owner)
                key = saboteur.harvest.plant("idempotency key", f"canary of {name} and {route.name}")
                sample["headers"] |= {"idempotency-key": key} if route.idempotency != "none" else {}
                forget_what_is_kept()
                with standing(saboteur.fault):
                    replies.append((route, send(api, route, path, caller, **sample)))
    return replies


@pytest.fixture
def harvest() -> Harvest:
    return Harvest()


@pytest.fixture(autouse=True)
def _debugging() -> Iterator[None]:
    level = logger.log_level
    logger.setLevel("DEBUG")
    yield
    logger.setLevel(level)


def held(harvest: Harvest, lines: str) -> None:
    """Hold what was logged, sent, announced, buried and answered against what went in."""
    assert not harvest.found_in(lines), "in the logs"
    assert not harvest.found_in("\n".join(harvest.refusals), people=False), "in refusals"
    assert not harvest.found_in(str([call.parameters for call in harvest.sent])), "in messages"
    assert not harvest.found_in(str(items(tables.events))), "in events"
    assert not harvest.found_in(str([messages(queue, dead=True) for queue in queues.QUEUES])), "in dead letters"


@pytest.mark.parametrize("failure", [bug, refusal], ids=lambda failure: failure.__name__)
def test_a_route_that_breaks_tells_nothing_of_what_it_was_given(
    failure: Failure, shop: World, functions: list[Loaded], harvest: Harvest, capsys: pytest.CaptureFixture[str]
) -> None:
    saboteur = Saboteur(harvest, failure)
    replies = ask_everything(shop, functions, saboteur)
    lines = capsys.readouterr().out
    failed = {route.name for route, reply in replies if reply.status >= 500}
    calling = {one.declaration.name for one in functions if isinstance(one.declaration, Route) and one.declaration.uses}
    assert failed >= calling - {"jwks", "health_ready"}, "each that calls anything breaks"
    assert lines.count('"message":"unhandled"') >= len(failed)
    assert "with {'" in lines or "[redacted]" in lines
    held(harvest, lines)
    assert harvest.planted >= PLANTED
    with capsys.disabled():
        print(f"\n{harvest.planted} planted, {saboteur.broken} calls broken in {len(failed)} routes, none found")


def test_an_authorizer_that_breaks_tells_nothing_of_the_token(
    shop: World, functions: list[Loaded], harvest: Harvest, capsys: pytest.CaptureFixture[str]
) -> None:
    saboteur = Saboteur(harvest, bug, where=Authorizer)
    me = next(one.declaration for one in functions if one.declaration.name == "get_me")
    assert isinstance(me, Route)
    broken = replace(shop, api=Api(Gateway(functions, call=saboteur.call)))
    for caller in shop.callers.values():
        forget_what_is_kept()
        with standing(saboteur.fault):
            broken.ask(me, caller)
    lines = capsys.readouterr().out
    assert saboteur.broken >= 10
    assert '"message":"authorizer"' in lines
    held(harvest, lines)


def test_keys_that_cannot_be_used_tell_nothing(
    shop: World, functions: list[Loaded], harvest: Harvest, capsys: pytest.CaptureFixture[str]
) -> None:
    saboteur = Saboteur(harvest, refusal, only=KMS)
    replies = ask_everything(shop, functions, saboteur)
    failed = {route.name for route, reply in replies if reply.status >= 500}
    assert failed >= {"login", "refresh_tokens", "enrol_totp", "finish_oidc"}
    held(harvest, capsys.readouterr().out)


@pytest.mark.parametrize("url", [TOKEN, JWKS, USERINFO])
def test_a_provider_that_breaks_tells_nothing(
    url: str, shop: World, functions: list[Loaded], harvest: Harvest, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Api(Gateway(functions, call=harvest))
    with installed() as provider:
        provider.in_id_token = ()
        invitation = begin(api)
        code = harvest.plant("provider's code", f"canary-{provider.sign_in(invitation)}")
        provider.sent[code] = provider.sent[code.removeprefix("canary-")]
        provider.answers[url] = RuntimeError(f"{url} takes no {code}, {invitation.cookie} nor {invitation.state}")
        reply = come_back(api, invitation, code=code)
    assert reply.status >= 400
    lines = capsys.readouterr().out
    assert harvest.kinds.keys() >= {"cookie", "state", "nonce", "provider's code"}
    held(harvest, lines)

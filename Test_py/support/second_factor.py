"""Somebody's authenticator app, and accounts that have one."""

from __future__ import annotations

from base64 import b32decode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pushcart.accounts import mfa_tokens, totp
from Test_py.support.client import Api, Reply
from Test_py.support.clock import Clock
from Test_py.support.people import Person
from utils.clock import now

TOTP = "/api/v1/auth/mfa/totp"
CONFIRM = f"{TOTP}/confirm"
VERIFY = "/api/v1/auth/mfa/verify"


@dataclass(slots=True)
class App:
    """An authenticator app on somebody's phone, and the paper with their recovery codes."""

    owner: Person
    secret: str
    recovery_codes: list[str] = field(default_factory=list)

    def code(self, *, steps: int = 0) -> str:
        """Return the code of the present time step, or of one that is so many steps later."""
        return totp.code_of(b32decode(self.secret), totp.step_of(now()) + steps)

    def wrong(self) -> str:
        """Return a code that is good at no time near now."""
        near = {self.code(steps=steps) for steps in range(-3, 4)}
        return next(text for text in (f"{number:06}" for number in range(10)) if text not in near)


def enrol(api: Api, owner: Person) -> App:
    """Give somebody an app whose secret is not confirmed yet."""
    reply = api.post(TOTP, json={}, token=owner.token)
    assert reply.status == 201, reply.body
    return App(owner, reply.data["secret"])


def settle(clock: Clock) -> None:
    """Move the clock to early in a time step, so that no test sees one end between two of its lines."""
    clock.move_to(datetime.fromtimestamp((totp.step_of(now()) + 1) * totp.STEP_SECONDS + 1, UTC))


def switch_on(api: Api, owner: Person, *, steps: int = -1) -> App:
    """Give somebody a second factor. It uses up the step before the present one, so that two more can follow."""
    app = enrol(api, owner)
    reply = api.post(CONFIRM, json={"code": app.code(steps=steps)}, token=owner.token)
    assert reply.status == 200, reply.body
    app.recovery_codes = reply.data["recovery_codes"]
    return app


def complete(api: Api, app: App, *, mfa_token: str | None = None, **proof: Any) -> Reply:
    """Complete a log-in of the app's owner."""
    body = {"mfa_token": mfa_token or mfa_tokens.issue(app.owner.id)} | proof
    return api.post(VERIFY, json=body)


def step_up(api: Api, token: str, **proof: Any) -> Reply:
    return api.post(VERIFY, json=proof, token=token)

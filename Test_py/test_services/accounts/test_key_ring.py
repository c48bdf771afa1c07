"""What each process knows of the keys: through a rotation, minute by minute, no good token is refused anywhere."""

from __future__ import annotations

import contextvars
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from infra.local.clients import client
from infra.local.recorder import record
from pushcart import queues
from pushcart.accounts import access_tokens, key_ring, verification
from pushcart.accounts.key_ring import KeyRing
from pushcart.accounts.repository import signing_keys as repository
from pushcart.accounts.service import signing_key_rotation
from pushcart.accounts.service.signing_key_rotation import rotate
from pushcart.accounts.signing_keys import PublicKey
from Test_py.support.accounts import forget_what_is_kept
from Test_py.support.clock import Clock
from utils import aws
from utils.clock import now
from utils.errors import Unavailable
from utils.transaction import Transaction

USER, SESSION = "usr_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"
MINUTE = 60
FOUND = timedelta(minutes=5)
"""How long others may keep the set that they fetched from us (its ``max-age``)."""


@pytest.fixture(autouse=True)
def fresh(aws: None) -> Iterator[None]:
    """A process that knows no keys, before and after."""
    forget_what_is_kept()
    yield
    forget_what_is_kept()


@dataclass
class Process:
    """A function's process, and somebody outside who verifies by the set that it published."""

    ring: KeyRing = field(default_factory=KeyRing)
    fetched_at: datetime | None = None
    fetched: set[str] = field(default_factory=set)

    def outsiders_set(self) -> set[str]:
        if self.fetched_at is None or self.fetched_at + FOUND <= now():
            self.fetched, self.fetched_at = {key.kid for key in self.ring.published()}, now()
        return self.fetched


def issue() -> str:
    return access_tokens.issue(user_id=USER, session_id=SESSION, scope="account", roles=["customer"])


def kid_of(token: str) -> str:
    return str(json.loads(urlsafe_b64decode(token.split(".", maxsplit=1)[0] + "=="))["kid"])


def walk(monkeypatch: pytest.MonkeyPatch, clock: Clock, *, minutes: int, crowd: int) -> dict[str, Any]:
    """Let so many processes sign and verify, minute by minute, while the key is rotated in the eighth.

    They began in different minutes, so their lists are up to five minutes old, each by another measure. Each token is
    shown to each of them, and to those who fetched its set, in each minute of its life.
    """
    rotate()
    processes: list[Process] = []
    alive: list[tuple[datetime, str]] = []
    kids, refused, shown = [], [], 0
    for minute in range(minutes):
        if len(processes) < crowd:
            processes.append(Process())
        if minute == 7:
            rotate(at_once=True)
        alive = [(ends, token) for ends, token in alive if now() < ends]
        for process in processes:
            monkeypatch.setattr(key_ring, "RING", process.ring)
            token = issue()
            alive.append((now() + access_tokens.LIFE - timedelta(seconds=2), token))
            kids.append((minute, kid_of(token)))
        for process in processes:
            monkeypatch.setattr(key_ring, "RING", process.ring)
            for _, token in alive:
                shown += 1
                good = verification.verified(token).get("sub") == USER and kid_of(token) in process.outsiders_set()
                if not good:
                    refused.append((minute, kid_of(token)))
        clock.shift(MINUTE)
    return {"refused": refused, "kids": kids, "shown": shown, "rings": [one.ring for one in processes]}


def test_through_a_rotation_every_token_verifies_everywhere_for_its_whole_life(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    told = walk(monkeypatch, clock, minutes=42, crowd=5)
    assert told["refused"] == []
    first, second = dict.fromkeys(kid for _, kid in told["kids"])
    assert {kid for minute, kid in told["kids"] if minute < 17} == {first}
    assert {kid for minute, kid in told["kids"] if minute > 17} == {second}
    for ring in told["rings"]:
        assert [key.kid for key in ring.published()] == [second], "the old one is gone in the end"
    with capsys.disabled():
        print(
            f"\n{told['shown']} tokens shown through a rotation, by five processes with lists of up to 5 min: 0 refused"
        )


@pytest.mark.parametrize(
    ("module", "name", "minutes"),
    [
        (key_ring, "KEPT", 16),
        (signing_key_rotation, "PUBLISHED_BEFORE", 3),
        (signing_key_rotation, "KEPT_AFTER", 5),
    ],
)
def test_with_another_figure_tokens_would_be_refused(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, module: Any, name: str, minutes: int
) -> None:
    """The walk can fail: each of the three figures is needed."""
    monkeypatch.setattr(module, name, timedelta(minutes=minutes))
    monkeypatch.setattr(key_ring, "ASKED_AGAIN", timedelta(minutes=16 if name == "KEPT" else 1))
    assert walk(monkeypatch, clock, minutes=35, crowd=3)["refused"]


def test_an_unknown_key_has_the_list_read_once_a_minute(clock: Clock) -> None:
    ring = KeyRing()
    assert ring.find("nobody's") is None
    with record() as calls:
        for number in range(50):
            assert ring.find(f"made-up-{number}") is None
        assert list(calls) == [], "whoever makes up ids cannot make us ask"
        clock.shift(MINUTE + 1)
        for number in range(50):
            assert ring.find(f"made-up-{number}") is None
    assert [call.operation for call in calls] == ["Query"]


def test_an_unknown_key_is_found_when_it_came_a_minute_ago(clock: Clock) -> None:
    ring = KeyRing()
    assert len(ring.published()) == 1
    made = rotate(at_once=True)
    assert made is not None
    assert ring.find(made.kid) is None
    clock.shift(MINUTE + 1)
    found = ring.find(made.kid)
    assert found is not None
    assert found.kid == made.kid


def test_what_is_held_serves_while_the_table_is_silent_and_the_unknown_is_not_judged(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    rotate()
    ring = KeyRing()
    _, kid = ring.signing()

    def fail() -> None:
        raise Unavailable

    monkeypatch.setattr(key_ring, "generations", fail)
    assert ring.find("another") is None, "a list that is fresh is believed"
    clock.shift(6 * MINUTE)
    assert ring.signing()[1] == kid
    assert ring.find(kid) is not None
    with pytest.raises(Unavailable):
        ring.find("another")


def test_a_process_that_never_read_the_list_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise Unavailable

    ring = KeyRing()
    with monkeypatch.context() as silent:
        silent.setattr(key_ring, "generations", fail)
        for ask in (ring.signing, ring.published, lambda: ring.find("x")):
            with pytest.raises(Unavailable):
                ask()
    assert ring.signing()[0] == queues.token_signing.key_id, "and asks again at once"


def test_a_clock_that_was_set_back_does_not_keep_a_list_for_ever(clock: Clock) -> None:
    ring = KeyRing()
    clock.shift(86_400)
    ring.signing()
    clock.shift(-86_400)
    with record() as calls:
        ring.signing()
    assert [call.operation for call in calls] == ["Query"]


def test_an_item_that_names_another_key_is_not_believed(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever can write the table could name a key of KMS; its public half must be the one that the item names."""
    rotate()
    strange = client("kms").create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]
    tx = Transaction()
    repository.add_generation(tx, "a-kid-that-lies", strange, signs_from=now() + timedelta(minutes=10))
    repository.add_generation(tx, "a-key-that-is-not", "0" * 36, signs_from=now() + timedelta(minutes=10))
    tx.commit()
    ring = KeyRing()
    assert ring.find("a-kid-that-lies") is None
    assert ring.find("a-key-that-is-not") is None
    half = PublicKey.of(aws.call("kms", "GetPublicKey", KeyId=strange)["PublicKey"])
    assert ring.find(half.kid) is None
    assert len(ring.published()) == 1
    assert "a-kid-that-lies" in capsys.readouterr().out


def test_threads_that_begin_together_read_the_list_once() -> None:
    """The laptop's cloud runs many requests in one process."""
    ring = KeyRing()
    with record() as calls, ThreadPoolExecutor(8) as threads:
        contexts = [contextvars.copy_context() for _ in range(8)]
        asked = [threads.submit(one.run, ring.signing) for one in contexts]
        assert len({one.result() for one in asked}) == 1
    assert [call.operation for call in calls if call.operation == "Query"] == ["Query"]

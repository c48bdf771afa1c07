"""The operator of a deployed shop need not wait for the signing key to grow old."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest

from infra import operator, rotate_signing_keys
from infra.rotate_signing_keys import main
from pushcart import queues
from pushcart.accounts import kms_keys
from pushcart.accounts.key_ring import KeyRing
from pushcart.accounts.repository import signing_keys as repository
from pushcart.accounts.signing_keys import PublicKey
from Test_py.support.accounts import forget_what_is_kept
from utils import aws
from utils.clock import now
from utils.errors import Conflict, Unavailable


@pytest.fixture(autouse=True)
def here(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every stage be the shop of this test, whose key is found by its own alias."""
    monkeypatch.setattr(operator, "operator_environment", lambda stage: {})
    monkeypatch.setattr(rotate_signing_keys, "signing_key", lambda stage: {})
    forget_what_is_kept()
    yield
    forget_what_is_kept()


def test_a_successor_is_published_and_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stage", "dev"]) == 0
    first, second = KeyRing().published()
    told = capsys.readouterr().out
    assert second.kid in told
    assert first.kid not in told
    assert KeyRing().signing()[1] == first.kid, "it signs later"
    assert main(["--stage", "dev"]) == 0
    assert capsys.readouterr().out == told, "asked again, it tells of the same"
    assert len(KeyRing().published()) == 2


def test_two_at_once_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    repository.begin_rotation(until=now() + timedelta(minutes=1), refused=Conflict("busy"))
    assert main(["--stage", "dev"]) == 1
    assert capsys.readouterr().err == "dev: The signing key is being rotated by somebody else at this moment.\n"


def test_a_key_that_kms_does_not_tell_yet_is_left_to_the_shop(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def not_yet(key_id: str) -> PublicKey | None:
        return None

    monkeypatch.setattr(kms_keys, "public_half", not_yet)
    assert main(["--stage", "dev"]) == 1
    assert "the next hourly run goes on with it" in capsys.readouterr().err


def test_without_aws_there_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unavailable

    monkeypatch.setattr(aws, "call", fail)
    assert main(["--stage", "dev"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_stage_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert main(["--stage", "production"]) == 1
    assert "choose one of dev, staging, prod, local" in capsys.readouterr().err


def test_the_key_of_the_deployment_is_found_by_its_alias(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    from infra.local.clients import client

    client("kms").create_alias(AliasName="alias/pushcart-dev-token-signing", TargetKeyId=queues.token_signing.key_id)
    assert rotate_signing_keys.signing_key("dev") == {"KEY_TOKEN_SIGNING_ID": os.environ["KEY_TOKEN_SIGNING_ID"]}

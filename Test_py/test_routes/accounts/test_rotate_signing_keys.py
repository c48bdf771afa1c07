"""Every hour: the key that signs access tokens gets a successor when it is old."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.accounts.rotate_signing_keys import handler
from infra.local.clients import client
from infra.local.provision import key_tags
from infra.local.recorder import record
from pushcart import queues, tables
from pushcart.accounts import kms_keys, signing_keys
from pushcart.accounts.repository import signing_keys as repository
from pushcart.accounts.service import signing_key_rotation
from pushcart.accounts.service.signing_key_rotation import UnderWay, rotate
from Test_py.support.accounts import assert_exact_policy, events, forget_what_is_kept, items
from Test_py.support.client import Api
from Test_py.support.clock import Clock
from Test_py.support.environment import STAGE
from utils.clock import now

JWKS = "/.well-known/jwks.json"
MINUTE, DAY = 60, 86_400

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.fixture
def fresh(aws: None) -> Any:
    """A process that knows no keys, before and after."""
    forget_what_is_kept()
    yield
    forget_what_is_kept()


def run() -> None:
    handler({}, None)


def old(clock: Clock) -> None:
    """Let the first key be known, and grow old."""
    run()
    clock.shift(90 * DAY + 1)


def generations() -> list[dict[str, Any]]:
    return sorted((one for one in items(tables.accounts, "KEYS", "KID#")), key=lambda one: one["signs_from"]["S"])


def keys() -> dict[str, str]:
    """Return the state of every key of KMS that a rotation made, by its id."""
    kms = client("kms")
    found = {}
    for key in kms.list_keys()["Keys"]:
        borne = {tag["TagKey"] for tag in kms.list_resource_tags(KeyId=key["KeyId"])["Tags"]}
        if "pushcart:made-by" in borne:
            found[key["KeyId"]] = kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
    return found


def published(api: Api) -> list[str]:
    forget_what_is_kept()
    return [key["kid"] for key in api.get(JWKS).json["keys"]]


def test_the_first_run_notes_the_key_that_came_with_the_deployment(api: Api) -> None:
    before = published(api)
    run()
    (first,) = generations()
    assert before == published(api) == [first["kid"]["S"]]
    assert first["key_id"]["S"] == queues.token_signing.key_id
    assert keys() == {}


def test_a_young_key_costs_two_reads_and_nothing_else() -> None:
    run()
    with record() as calls:
        run()
    assert [call.operation for call in calls] == ["Query", "GetItem"]


def test_an_old_key_gets_a_successor_that_is_published_at_once(api: Api, clock: Clock) -> None:
    old(clock)
    run()
    first, second = generations()
    assert published(api) == [first["kid"]["S"], second["kid"]["S"]]
    (announced,) = events("signing_key.rotated")
    assert announced["data"] == {"kid": second["kid"]["S"]}
    run()
    assert len(keys()) == 1, "one at a time"


def test_it_signs_after_ten_minutes_and_its_predecessor_is_taken_for_fifteen_more(api: Api, clock: Clock) -> None:
    from pushcart.accounts.key_ring import KeyRing

    old(clock)
    run()
    first, second = (one["kid"]["S"] for one in generations())
    seen = []
    for minute in range(28):
        ring = KeyRing()
        seen.append((minute, ring.signing()[1] == second, first in {key.kid for key in ring.published()}))
        clock.shift(MINUTE)
    assert next(minute for minute, signs, _ in seen if signs) == 10
    assert [minute for minute, _, taken in seen if taken][-1] == 24
    assert second in published(api)


def test_the_key_of_the_deployment_is_never_deleted_and_its_successors_are(clock: Clock) -> None:
    old(clock)
    run()
    clock.shift(26 * MINUTE)
    run()
    kms = client("kms")
    assert kms.describe_key(KeyId=queues.token_signing.key_id)["KeyMetadata"]["KeyState"] == "Enabled"
    clock.shift(90 * DAY)
    run()
    (second,) = [key_id for key_id in keys() if key_id in generations()[1]["key_id"]["S"]]
    clock.shift(24 * MINUTE)
    run()
    assert keys()[second] == "Enabled", "tokens of it are still taken"
    clock.shift(2 * MINUTE)
    run()
    assert sorted(keys().values()) == ["Enabled", "PendingDeletion"]
    assert keys()[second] == "PendingDeletion"
    ended = generations()[1]
    assert int(ended["ttl"]["N"]) > now().timestamp() + 7 * DAY, "known for longer than KMS takes"
    with record() as calls:
        run()
    assert [call.operation for call in calls] == ["Query", "GetItem"], "it is deleted once"


def test_a_deletion_whose_answer_was_lost_is_taken_for_done(clock: Clock) -> None:
    old(clock)
    run()
    made = next(iter(keys()))
    clock.shift(91 * DAY)
    run()
    clock.shift(26 * MINUTE)
    client("kms").schedule_key_deletion(KeyId=made, PendingWindowInDays=7)
    run()
    assert "deleted_at" in generations()[1]
    assert items(tables.accounts, "KEYS", "ROTATION") == []


def crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """Die between making a key and writing it down."""

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(repository, "add_generation", die)
        with pytest.raises(SystemExit):
            run()


def test_a_key_that_a_crash_left_over_becomes_the_successor(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    old(clock)
    crash(monkeypatch)
    assert (len(keys()), len(generations())) == (1, 1)
    run()
    assert (len(keys()), len(generations())) == (1, 1), "the one that crashed may still be at work"
    clock.shift(6 * MINUTE)
    run()
    made = next(iter(keys()))
    assert (len(keys()), len(generations())) == (1, 2)
    assert generations()[1]["key_id"]["S"].endswith(made)
    assert items(tables.accounts, "KEYS", "ROTATION") == []


def test_of_two_that_crashes_left_over_one_signs_and_one_goes(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    old(clock)
    crash(monkeypatch)
    kms_keys.create()
    clock.shift(6 * MINUTE)
    run()
    assert len(generations()) == 2
    assert sorted(keys().values()) == ["Enabled", "PendingDeletion"]
    signing = generations()[1]["key_id"]["S"].rsplit("/", 1)[-1]
    assert keys()[signing] == "Enabled"


def test_a_left_over_key_that_nobody_needs_is_deleted(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    old(clock)
    crash(monkeypatch)
    clock.shift(6 * MINUTE)
    monkeypatch.setenv("SIGNING_KEY_DAYS", "1000")
    run()
    assert (list(keys().values()), len(generations())) == (["PendingDeletion"], 1)
    run()
    assert items(tables.accounts, "KEYS", "ROTATION") == []


def test_keys_of_others_are_left_alone(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    kms, spec = client("kms"), {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}
    foreign = [
        kms.create_key(Tags=[{"TagKey": name, "TagValue": value} for name, value in tags.items()], **spec)
        for tags in (
            {},
            {"pushcart:key": "token-signing", "stage": "prod", "pushcart:made-by": "rotation"},
            {"pushcart:key": "other", "stage": STAGE, "pushcart:made-by": "rotation"},
            {"pushcart:key": "token-signing", "stage": STAGE},
        )
    ]
    old(clock)
    crash(monkeypatch)
    clock.shift(6 * MINUTE)
    run()
    held = {one["key_id"]["S"].rsplit("/", 1)[-1] for one in generations()}
    for key in foreign:
        key_id = key["KeyMetadata"]["KeyId"]
        assert key_id not in held
        assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["KeyState"] == "Enabled"


def test_of_many_at_once_one_makes_a_key(clock: Clock) -> None:
    old(clock)

    def try_it(_: int) -> str:
        try:
            rotate()
        except UnderWay:
            return "under way"
        return "done"

    contexts = [contextvars.copy_context() for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        said = [threads.submit(one.run, try_it, 0) for one in contexts]
    assert {one.result() for one in said} <= {"done", "under way"}
    assert (len(keys()), len(generations())) == (1, 2)


def test_whoever_was_too_slow_writes_nothing_and_leaves_no_key(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sleeps, is taken for crashed, and wakes up when another has made the successor."""
    old(clock)
    real = kms_keys.create

    def sleep_and_create() -> str:
        monkeypatch.setattr(kms_keys, "create", real)
        clock.shift(6 * MINUTE)
        rotate()
        return real()

    monkeypatch.setattr(kms_keys, "create", sleep_and_create)
    with pytest.raises(UnderWay):
        rotate()
    assert len(generations()) == 2
    assert sorted(keys().values()) == ["Enabled", "PendingDeletion"]


def test_a_slow_ones_key_that_was_found_is_not_deleted(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    old(clock)
    real = signing_key_rotation._succeed

    def sleep_and_succeed(*given: Any) -> None:
        monkeypatch.setattr(signing_key_rotation, "_succeed", real)
        clock.shift(6 * MINUTE)
        rotate()
        real(*given)

    monkeypatch.setattr(signing_key_rotation, "_succeed", sleep_and_succeed)
    with pytest.raises(UnderWay):
        rotate()
    assert (len(generations()), list(keys().values())) == (2, ["Enabled"])


def test_a_new_key_that_kms_does_not_tell_yet_is_taken_up_later(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """What tags allow takes effect some minutes late."""
    old(clock)
    with monkeypatch.context() as early:

        def deny(_: str) -> None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetPublicKey")

        early.setattr(signing_keys, "read", deny)
        run()
    assert (len(keys()), len(generations())) == (1, 1)
    clock.shift(60 * MINUTE)
    run()
    assert (len(keys()), len(generations())) == (1, 2)


def test_a_search_is_refused_by_keys_that_are_not_ours(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    from utils import aws

    old(clock)
    crash(monkeypatch)
    clock.shift(6 * MINUTE)
    real, made = aws.call, next(iter(keys()))

    def call(service: str, operation: str, **parameters: Any) -> Any:
        if operation == "ListResourceTags" and parameters["KeyId"] != made:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)
        return real(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", call)
    run()
    assert len(generations()) == 2


def test_an_operator_need_not_wait_for_its_age() -> None:
    made = rotate(at_once=True)
    assert made is not None
    assert made.kid == generations()[1]["kid"]["S"]
    assert rotate(at_once=True) == made, "a second one waits until the first signs"
    assert len(keys()) == 1


def test_what_is_made_bears_the_tags_by_which_it_may_be_used() -> None:
    rotate(at_once=True)
    (made,) = keys()
    borne = {tag["TagKey"]: tag["TagValue"] for tag in client("kms").list_resource_tags(KeyId=made)["Tags"]}
    assert key_tags(queues.token_signing, STAGE).items() <= borne.items()
    kind = client("kms").describe_key(KeyId=made)["KeyMetadata"]
    assert (kind["KeySpec"], kind["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")


def test_the_policy_is_what_is_called(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    with record() as calls:
        old(clock)
        crash(monkeypatch)
        kms_keys.create()
        clock.shift(timedelta(minutes=6))
        run()
        clock.shift(91 * DAY)
        run()
    assert_exact_policy(handler.declaration, calls.touches)

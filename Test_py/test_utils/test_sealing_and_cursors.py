"""Codes under the pepper, and the cursors that they guard."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from Test_py.support.client import Api
from Test_py.support.clock import Clock
from utils import aws, sealing
from utils.cursors import CursorScope
from utils.errors import InvalidCursor, Unavailable

SCOPE = CursorScope("usr_1", "/lab/jars", '{"sort":"id"}')
LAST_KEY = {"pk": {"S": "JARS"}, "sk": {"S": "jar-1"}}


@pytest.fixture(autouse=True)
def _cloud(aws: None) -> None:
    sealing.forget()


def test_a_code_is_good_for_its_purpose_and_parts_only() -> None:
    code = sealing.mac("order", "ord_1")
    assert sealing.verify(code, "order", "ord_1")
    assert not sealing.verify(code, "cart", "ord_1")
    assert not sealing.verify(code, "order", "ord_2")
    assert sealing.mac("order", "a", "bc") != sealing.mac("order", "ab", "c")


@pytest.mark.parametrize("code", ["", "v1", "v1.", "v2.abc", "1.abc", "v1.ä", "vcurrent.x"])
def test_malformed_codes_are_refused(code: str) -> None:
    assert not sealing.verify(code, "order", "ord_1")


def rotate() -> None:
    secret_id = sealing.pepper.secret_id
    held = json.loads(aws.call("secretsmanager", "GetSecretValue", SecretId=secret_id)["SecretString"])
    rotated = json.dumps({**held, "2": "another key", "current": "2"})
    aws.call("secretsmanager", "PutSecretValue", SecretId=secret_id, SecretString=rotated, ClientRequestToken="r" * 32)


def test_a_code_under_a_key_that_others_have_read_already_is_good(clock: Clock) -> None:
    """For a quarter of an hour after a rotation, some processes know the new key and some do not."""
    assert not sealing.verify("v2.unknown", "order", "ord_1")
    rotate()
    early = dict(sealing._keyrings)
    sealing.forget()
    code = sealing.mac("order", "ord_1")
    assert code.startswith("v2.")
    sealing._keyrings.update(early)
    clock.shift(61)
    assert sealing.verify(code, "order", "ord_1")


def test_made_up_versions_have_the_secret_read_once_a_minute(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    real, asked = aws.call, []

    def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        asked.append(operation)
        return real(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", call)
    for _ in range(3):
        for number in range(2, 9):
            assert not sealing.verify(f"v{number}.abc", "order", "ord_1")
        clock.shift(61)
    assert len(asked) == 3


def test_the_keys_that_are_held_serve_while_the_secret_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    code = sealing.mac("order", "ord_1")

    def call(*_: Any, **__: Any) -> dict[str, Any]:
        raise Unavailable

    monkeypatch.setattr(aws, "call", call)
    clock.shift(16 * 60)
    assert sealing.verify(code, "order", "ord_1")
    sealing.forget()
    with pytest.raises(Unavailable):
        sealing.verify(code, "order", "ord_1")


def test_a_rotated_key_leaves_older_codes_good() -> None:
    old = sealing.mac("order", "ord_1")
    rotate()
    sealing.forget()
    assert sealing.mac("order", "ord_1").startswith("v2.")
    assert sealing.verify(old, "order", "ord_1")


def test_the_secret_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = aws.call, []

    def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        asked.append((service, operation))
        return real(service, operation, **parameters)

    monkeypatch.setattr(aws, "call", call)
    for number in range(5):
        sealing.mac("order", str(number))
    assert asked == [("secretsmanager", "GetSecretValue")]


def test_a_cursor_opens_where_it_was_made() -> None:
    cursor = SCOPE.seal(LAST_KEY)
    assert SCOPE.open(cursor) == LAST_KEY
    assert SCOPE.seal(None) is None
    assert SCOPE.open(None) is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        CursorScope("usr_2", SCOPE.route, SCOPE.filters),
        CursorScope(SCOPE.principal, "/lab/lids", SCOPE.filters),
        CursorScope(SCOPE.principal, SCOPE.route, '{"sort":"-id"}'),
    ],
)
def test_a_cursor_is_no_good_elsewhere(elsewhere: CursorScope) -> None:
    with pytest.raises(InvalidCursor):
        elsewhere.open(SCOPE.seal(LAST_KEY))


def test_ten_thousand_mutations_open_nothing() -> None:
    refused = 0

    @settings(max_examples=10_200, deadline=None)
    @given(st.data())
    def mutate(data: st.DataObject) -> None:
        nonlocal refused
        cursor = SCOPE.seal(LAST_KEY) or ""
        position = data.draw(st.integers(0, len(cursor) - 1))
        kind = data.draw(st.sampled_from(["replace", "insert", "delete", "cut"]))
        letter = data.draw(st.characters(min_codepoint=32, max_codepoint=0x2FF))
        tail = cursor[position + 1 :]
        rest = {"replace": tail, "insert": cursor[position:], "delete": tail, "cut": ""}
        mutated = cursor[:position] + (letter if kind in {"replace", "insert"} else "") + rest[kind]
        if mutated != cursor:
            refused += 1
            with pytest.raises(InvalidCursor):
                SCOPE.open(mutated)

    mutate()
    assert refused >= 10_000
    print(f"{refused} mutations of a cursor, all refused")


def test_a_tampered_cursor_is_400_over_http(lab: Api) -> None:
    for number in range(3):
        lab.post("/lab/jars", json={"id": f"jar-{number}", "content": 1}, key=f"k-{number}")
    cursor = lab.get("/lab/jars", query={"limit": 1}, token="usr_1 customer").meta["next_cursor"]
    others = lab.get("/lab/jars", query={"limit": 1, "cursor": cursor}, token="usr_2 customer")
    assert (others.status, others.codes) == (400, ["INVALID_CURSOR"])
    garbage = lab.get("/lab/jars", query={"cursor": "garbage"}, token="usr_1 customer")
    assert (garbage.status, garbage.codes) == (400, ["INVALID_CURSOR"])

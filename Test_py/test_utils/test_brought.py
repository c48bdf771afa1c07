"""What a request brought is known word for word, and is in nothing that is logged of its failure."""

from __future__ import annotations

import json
import logging
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from Test_py.support.client import Api
from utils.brought import brought
from utils.log import log_exception, without

JAR = {"id": "a-quiet-evening", "content": 3}


@pytest.mark.parametrize(
    ("event", "words"),
    [
        ({}, set()),
        ({"body": json.dumps({"a": {"b": ["deep inside", 1, None, True]}})}, {"deep inside"}),
        ({"body": b64encode(b'{"password": "hunter22"}').decode(), "isBase64Encoded": True}, {"hunter22"}),
        ({"body": "code=wide+open&x=1"}, {"wide open", "code=wide+open&x=1"}),
        ({"body": '{"cut off'}, {'{"cut off'}),
        ({"body": "no base64!", "isBase64Encoded": True}, set()),
        ({"body": b64encode(b"\xff\xfe\xfd").decode(), "isBase64Encoded": True}, set()),
        ({"body": "[" * 100_000}, {"[" * 100_000}),
        ({"rawQueryString": "state=sp%26ce&n=1"}, {"sp&ce"}),
        ({"headers": {"Authorization": "Basic abcdef"}}, {"Basic abcdef", "Basic", "abcdef"}),
        ({"headers": {"x-cart-token": "v1.cart", "user-agent": "tests"}}, {"v1.cart"}),
        ({"cookies": ["oidc=a-secret"]}, {"a-secret"}),
        ({"headers": {"cookie": "oidc=a-secret"}}, {"a-secret", "oidc=a-secret"}),
        ({"body": '{"pin": "12"}', "pathParameters": {"order_id": "ord_1"}}, set()),
    ],
)
def test_a_request_brings_these(event: dict[str, Any], words: set[str]) -> None:
    assert brought(event) == words


@given(st.dictionaries(st.text(), st.text() | st.lists(st.text())), st.text(), st.booleans())
def test_nothing_that_is_sent_makes_it_fail(body: dict[str, Any], query: str, encoded: bool) -> None:
    brought({"body": json.dumps(body), "rawQueryString": query, "isBase64Encoded": encoded})
    brought({"body": query, "headers": {"authorization": query}, "cookies": [query]})


@pytest.mark.parametrize("word", ['it\'s "mine"', "back\\slash", "tab\tand\nline", "gr\u00fc\u00df Gott"])
def test_words_are_found_as_they_are_and_as_they_are_shown(word: str) -> None:
    for shown in (word, repr(word)[1:-1], json.dumps(word)[1:-1]):
        assert without(f"before {shown} after", frozenset({word})) == "before [redacted] after"


def test_a_longer_word_goes_before_one_that_is_part_of_it() -> None:
    assert without("quietly", frozenset({"quiet", "quietly"})) == "[redacted]"


def test_an_error_is_told_without_what_was_brought(capsys: pytest.CaptureFixture[str]) -> None:
    log_exception("unhandled", ValueError("no jar is called a quiet evening"), brought=frozenset({"a quiet evening"}))
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (told["error"], told["exception_name"]) == ("no jar is called [redacted]", "ValueError")


def test_a_route_that_fails_tells_nothing_of_what_it_was_given(
    lab: Api, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"cannot keep {JAR}, nor under the key once-and-for-all, for usr_1 customer")

    monkeypatch.setattr("utils.transaction.Transaction.commit", fail)
    reply = lab.post("/lab/jars", json=JAR, key="once-and-for-all", token="usr_1 customer")
    assert (reply.status, reply.codes) == (500, ["INTERNAL"])
    log = capsys.readouterr().out
    assert "cannot keep" in log
    for word in (JAR["id"], "once-and-for-all"):
        assert str(word) not in log + reply.body.decode()


@pytest.mark.parametrize(
    "library", ["botocore.endpoint", "botocore.auth", "urllib3.connectionpool", "pynamodb.connection"]
)
def test_libraries_that_print_bodies_are_silent_while_debugging(library: str, caplog: pytest.LogCaptureFixture) -> None:
    """Lambda sets the root logger to the level of the function: DEBUG, in dev."""
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(library).debug("Making request with params: %s", {"body": "hunter22"})
    assert "hunter22" not in caplog.text

"""Saying that a route will go; and reading forms as RFC 6749 asks for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from Test_py.support.client import Api
from utils.deprecation import Deprecated
from utils.errors import Problem
from utils.forms import MEDIA_TYPE, read_fields, read_form
from utils.request import cookies_of

FORM = {"content-type": f"{MEDIA_TYPE}; charset=UTF-8"}


def test_a_deprecated_route_says_so_in_every_answer(lab: Api) -> None:
    reply = lab.get("/lab/old")
    assert reply.status == 404
    assert reply.headers["deprecation"] == "@1767225600"
    assert reply.headers["sunset"] == "Wed, 01 Jul 2026 00:00:00 GMT"
    assert reply.headers["link"] == '</lab/jars>; rel="successor-version"'


def test_a_route_that_stays_says_nothing(lab: Api) -> None:
    assert not {"deprecation", "sunset", "link"} & set(lab.get("/lab/jars/none").headers)


def test_only_what_is_known_is_told() -> None:
    assert Deprecated(date(2026, 1, 1)).headers == {"deprecation": "@1767225600"}


def test_a_form_is_read_and_empty_fields_are_as_if_not_sent() -> None:
    assert read_form(FORM, b"grant_type=refresh_token&scope=&x=%C3%BC+y") == {"grant_type": "refresh_token", "x": "ü y"}


@pytest.mark.parametrize(
    ("headers", "body", "code"),
    [
        ({}, b"a=b", "UNSUPPORTED_MEDIA_TYPE"),
        ({"content-type": "application/json"}, b"{}", "UNSUPPORTED_MEDIA_TYPE"),
        (FORM, b"a=1&a=2", "VALIDATION_ERROR"),
        (FORM, b"\xff=1", "VALIDATION_ERROR"),
        (FORM, b"a=%FF", "VALIDATION_ERROR"),
        (FORM, b"&".join(b"f%d=1" % n for n in range(51)), "VALIDATION_ERROR"),
    ],
)
def test_a_form_that_is_none_is_refused(headers: dict[str, str], body: bytes, code: str) -> None:
    with pytest.raises(Problem) as refused:
        read_form(headers, body)
    assert refused.value.code == code


def test_a_query_string_is_read_by_the_same_rules() -> None:
    assert read_fields("state=a%20b&empty=") == {"state": "a b"}


@pytest.mark.parametrize(
    "event",
    [
        {"cookies": ["a=1", "b=x=y", "a=2", "junk"]},
        {"headers": {"cookie": "a=1; b=x=y; a=2; junk"}},
    ],
)
def test_cookies_come_in_a_list_or_a_header(event: dict[str, Any]) -> None:
    assert cookies_of(event) == {"a": "1", "b": "x=y"}


def test_without_cookies_there_are_none() -> None:
    assert cookies_of({}) == {}

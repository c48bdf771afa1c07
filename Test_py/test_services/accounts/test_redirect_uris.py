"""Where people are sent back to."""

from __future__ import annotations

import pytest

from pushcart.accounts.redirect_uris import fault_of, is_registered, with_answer

GOOD = [
    "https://app.example.com/callback",
    "https://app.example.com",
    "https://app.example.com:8443/cb?tenant=1",
    "http://127.0.0.1/done",
    "http://127.0.0.1:8123/done",
    "http://[::1]:8123/done",
    "http://[::1]",
]
BAD = [
    "",
    "callback",
    "/callback",
    "//app.example.com/callback",
    "http://app.example.com/callback",
    "http://localhost/callback",
    "http://127.0.0.2/callback",
    "http://127.0.0.1.evil.example/cb",
    "http://127.0.0.1@evil.example/cb",
    "http://[::1].evil.example/cb",
    "HTTPS://app.example.com/callback",
    "https://",
    "https:///callback",
    "https:app.example.com",
    "https://user@app.example.com/cb",
    "https://user:secret@app.example.com/cb",
    "https://*.example.com/cb",
    "https://app%2eexample.com/cb",
    "https://app.example.com/cb#fragment",
    "https://app.example.com/cb#",
    "https://app.example.com\\@evil.example/cb",
    "https://app.example.com/a b",
    "https://app.example.com/a\nb",
    "https://app.example.com/ü",
    "https://app.example.com:port/cb",
    "https://app.example.com/cb?code=x",
    "https://app.example.com/cb?state=",
    "https://app.example.com/cb?iss=x",
    "javascript:alert(1)",
    "data:text/html,x",
    "com.example.app:/callback",
    "urn:ietf:wg:oauth:2.0:oob",
    "https://app.example.com/" + "x" * 2000,
]


@pytest.mark.parametrize("uri", GOOD)
def test_what_may_be_registered(uri: str) -> None:
    assert fault_of(uri) is None
    assert is_registered(uri, [uri])


@pytest.mark.parametrize("uri", BAD)
def test_what_may_not(uri: str) -> None:
    assert fault_of(uri)


def test_only_a_port_on_ones_own_machine_may_differ() -> None:
    assert is_registered("http://127.0.0.1:1/done", ["http://127.0.0.1:9/done"])
    assert is_registered("http://[::1]:1/done", ["http://[::1]/done"])
    for asked in ("http://[::1]:1/done", "http://127.0.0.1:1/Done", "http://127.0.0.1:1/done?x", "http://127.0.0.1:1",
                  "http://127.0.0.1:/done", "http://127.0.0.1:99999/done", "http://127.0.0.1:1/done#x"):  # fmt: skip
        assert not is_registered(asked, ["http://127.0.0.1/done"]), asked
    assert not is_registered("https://app.example.com:8443/cb", ["https://app.example.com/cb"])


def test_what_is_answered_cannot_leave_its_field() -> None:
    sent = with_answer("https://app.example.com/cb", {"code": "x", "state": "&code=stolen#"})
    assert sent == "https://app.example.com/cb?code=x&state=%26code%3Dstolen%23"

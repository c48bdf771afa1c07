"""Where a sign-in comes from, as far as somebody in front of us can tell."""

from __future__ import annotations

import pytest

from pushcart.accounts.positions import Position, locate

BERLIN, PARIS = Position(52.5, 13.4), Position(48.9, 2.4)


def headers(latitude: str, longitude: str) -> dict[str, str]:
    return {"cloudfront-viewer-latitude": latitude, "cloudfront-viewer-longitude": longitude}


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        (BERLIN, PARIS, 871),
        (BERLIN, BERLIN, 0),
        (Position(0, 179.9), Position(0, -179.9), 22),
        (Position(90, 0), Position(-90, 0), 20_015),
        (Position(0, 0), Position(0, 180), 20_015),
    ],
)
def test_distances_are_those_of_a_globe(one: Position, other: Position, kilometres: int) -> None:
    assert round(one.kilometres_to(other)) == round(other.kilometres_to(one)) == kilometres


def test_cloudfront_is_believed_where_it_stands_in_front_of_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIEWER_LOCATION", "cloudfront")
    assert locate(headers("52.5200066", "13.4049540")) == BERLIN, "rounded: nobody's street"


def test_otherwise_a_caller_s_own_word_is_not() -> None:
    assert locate(headers("52.52", "13.40")) is None


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"cloudfront-viewer-latitude": "52.5"},
        headers("", ""),
        headers("nan", "13.4"),
        headers("52.5", "inf"),
        headers("90.1", "13.4"),
        headers("52.5", "-180.1"),
        headers("north", "east"),
        headers("52,5", "13,4"),
    ],
)
def test_what_is_no_position_is_none(monkeypatch: pytest.MonkeyPatch, sent: dict[str, str]) -> None:
    monkeypatch.setenv("VIEWER_LOCATION", "cloudfront")
    assert locate(sent) is None


def test_a_setting_that_names_nobody_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIEWER_LOCATION", "crystal ball")
    with pytest.raises(KeyError):
        locate({})

"""Running again when overtaken, and changes that are compared with a version."""

from __future__ import annotations

from typing import Any

import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from pushcart import tables
from utils import rerun
from utils.errors import Conflict, Overtaken, StaleVersion
from utils.models import Item, Key
from utils.reads import fetch
from utils.rerun import ATTEMPTS, until_settled
from utils.transaction import Transaction
from utils.versions import amend, expect, overtaken_by


class Note(Item):
    table = tables.work
    text = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    updated_at = UnicodeAttribute()


class Bare(Item):
    table = tables.work
    text = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)


def written(model: type[Item] = Note, **attributes: Any) -> Any:
    tx = Transaction()
    note = model("NOTE#1", "META", text="first", **attributes)
    tx.put(note)
    tx.commit()
    return note


def kept_note(model: type[Item]) -> Any:
    return fetch([Key(model, "NOTE#1", "META")]).popitem()[1]


def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    found: list[float] = []
    monkeypatch.setattr("utils.backoff.time.sleep", found.append)
    return found


def test_who_is_overtaken_runs_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = pauses(monkeypatch)
    left = [Overtaken(), Overtaken()]

    def attempt() -> str:
        if left:
            raise left.pop()
        return "done"

    assert until_settled(attempt) == "done"
    assert len(waits) == 2
    assert all(0 <= wait <= rerun.CAP_SECONDS for wait in waits)


def test_who_is_overtaken_every_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = pauses(monkeypatch)
    runs = []

    def attempt() -> None:
        runs.append(1)
        raise Overtaken

    with pytest.raises(Overtaken) as told:
        until_settled(attempt)
    assert (len(runs), len(waits), told.value.status, told.value.retry_after) == (ATTEMPTS, ATTEMPTS - 1, 503, 1)


def test_any_other_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = pauses(monkeypatch)

    def attempt() -> None:
        raise Conflict("taken")

    with pytest.raises(Conflict):
        until_settled(attempt)
    assert waits == []


def test_a_version_is_compared_where_it_is_named(aws: None) -> None:
    note = written(updated_at="then")
    expect(note, None)
    expect(note, 1)
    with pytest.raises(StaleVersion):
        expect(note, 2)
    assert isinstance(overtaken_by(None), Overtaken)
    assert isinstance(overtaken_by(1), StaleVersion)


def test_a_change_shows_in_the_item_as_it_is_stored(aws: None) -> None:
    note = written(updated_at="then")
    tx = Transaction()
    amend(tx, note, text="second")
    tx.commit()
    kept = kept_note(Note)
    assert (kept.text, kept.version, kept.updated_at) == ("second", 2, tx.moment)
    assert (note.text, note.version, note.updated_at) == ("second", 2, tx.moment)


def test_none_takes_an_attribute_away(aws: None) -> None:
    note = written(Bare)
    tx = Transaction()
    amend(tx, note, text=None)
    tx.commit()
    kept = kept_note(Bare)
    assert (kept.text, kept.version) == (None, 2)


def test_who_comes_second_is_refused_as_asked(aws: None) -> None:
    first = written(Bare)
    second = kept_note(Bare)
    for item, refused in ((first, None), (second, Overtaken())):
        tx = Transaction()
        amend(tx, item, text="mine", refused=refused)
        if refused is None:
            tx.commit()
            continue
        with pytest.raises(Overtaken):
            tx.commit()

"""Programs: that their key or client still holds, on routes that look for themselves, and what a process remembers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.recorder import record
from pushcart.accounts import api_keys, programs
from pushcart.accounts.hashes import hashed
from pushcart.accounts.liveness import MOST, Recent
from pushcart.accounts.models.api_keys import ApiKeyItem
from pushcart.accounts.repository import api_keys as repository
from pushcart.accounts.repository import clients
from pushcart.accounts.service import live_session
from pushcart.accounts.sessions import StepUpRequired, fresh_session
from Test_py.support.clock import Clock
from Test_py.support.programs import registered_client
from utils.access import Principal
from utils.clock import now
from utils.errors import Unauthenticated
from utils.ids import new_id
from utils.transaction import Transaction

WHOLE = api_keys.written("key_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "v1." + "aB3" * 10 + "xy")


@pytest.fixture
def key_id(aws: None) -> str:
    """The id of a key that lives an hour."""
    tx, key_id = Transaction(), new_id("key")
    repository.add_api_key(
        tx, key_id, name="Scanner", prefix="pk_", secret_hash="-", scopes=["orders:read"], created_by="usr_1",
        expires=now() + timedelta(hours=1),
    )  # fmt: skip
    repository.hold_name(tx, "Scanner", None, {"-"})
    tx.commit()
    return key_id


def pass_as(program_id: str) -> None:
    precondition = live_session(Principal("client", program_id, session_id=program_id))
    assert precondition is not None
    Transaction(preconditions=[precondition], batch=True).verify_preconditions()


def test_a_key_passes_until_it_lapses(key_id: str, clock: Clock) -> None:
    pass_as(key_id)
    clock.shift(3601)
    with pytest.raises(Unauthenticated):
        pass_as(key_id)


def test_a_key_passes_until_it_is_revoked(key_id: str) -> None:
    tx = Transaction()
    found = repository.api_key(tx, key_id)
    assert found is not None
    repository.revoke_api_key(tx, found, "usr_1")
    tx.commit()
    with pytest.raises(Unauthenticated):
        pass_as(key_id)


def test_a_client_passes_until_it_is_removed(aws: None) -> None:
    client_id, tx = registered_client(), Transaction()
    pass_as(client_id)
    found = clients.client(tx, client_id)
    assert found is not None
    clients.remove_client(tx, found)
    tx.commit()
    with pytest.raises(Unauthenticated):
        pass_as(client_id)


@pytest.mark.parametrize(
    "program_id", ["key_01HZZZZZZZZZZZZZZZZZZZZZZZ", "cli_01HZZZZZZZZZZZZZZZZZZZZZZZ", "usr_1", "", "x"]
)
def test_what_is_no_program_does_not_pass(aws: None, program_id: str) -> None:
    with pytest.raises(Unauthenticated):
        pass_as(program_id)


def test_no_program_proves_who_it_is(key_id: str) -> None:
    with pytest.raises(StepUpRequired):
        fresh_session(Principal("client", key_id))


def test_a_process_remembers_a_bounded_number_of_what_there_is(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from pushcart.accounts import liveness

    there = ApiKeyItem("pk", "sk")
    monkeypatch.setattr(liveness, "fetch", lambda keys: {} if "gone" in keys[0].pk else {keys[0]: there})
    recent = Recent()
    for number in range(MOST + 200):
        assert recent.item(programs.program_key(f"key_{number}"), afresh=False) is there
    assert len(recent) == MOST
    for number in range(500):
        assert recent.item(programs.program_key(f"key_gone{number}"), afresh=False) is None
    assert len(recent) == MOST, "what is not there pushes nothing out"


def test_what_was_read_afresh_is_remembered_too(key_id: str, clock: Clock) -> None:
    recent, key = Recent(), programs.program_key(key_id)
    with record() as calls:
        recent.item(key, afresh=True)
        recent.item(key, afresh=False)
        clock.shift(61)
        recent.item(key, afresh=False)
        clock.shift(-3600)
        recent.item(key, afresh=False)
    assert [call.operation for call in calls] == ["GetItem"] * 3


def test_a_key_is_read_as_it_was_written() -> None:
    shown = api_keys.read(WHOLE)
    assert shown == ("key_01J9ZC8Q0V5W2K3M4N5P6Q7R8S", "v1." + "aB3" * 10 + "xy")
    assert shown.matches(hashed(shown.secret))
    assert not shown.matches(hashed(shown.secret + "x"))


@given(st.data())
def test_no_key_with_one_character_changed_is_one(data: st.DataObject) -> None:
    """CRC-32 finds every error of up to 32 bits in a row, so every typo of one character."""
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    other = data.draw(st.characters().filter(lambda character: character != WHOLE[at]))
    assert api_keys.read(WHOLE[:at] + other + WHOLE[at + 1 :]) is None


@given(st.integers(0, len(WHOLE) - 2))
def test_no_key_with_two_neighbours_swapped_is_one(at: int) -> None:
    swapped = WHOLE[:at] + WHOLE[at + 1] + WHOLE[at] + WHOLE[at + 2 :]
    assert swapped == WHOLE or api_keys.read(swapped) is None


@given(st.text(max_size=200))
def test_no_other_text_is_a_key(text: str) -> None:
    assert api_keys.read(text) is None
    assert api_keys.read(f"pk_{text}") is None


def test_a_new_keys_parts_are_told_apart_by_their_underscores(aws: None) -> None:
    from utils import sealing

    for _ in range(50):
        key_id = api_keys.new_key_id()
        whole = api_keys.written(key_id, sealing.mac(api_keys.PURPOSE, key_id))
        assert len(whole.split("_")) == 4
        assert api_keys.read(whole) is not None

"""The tokens between a password and a second factor."""

from __future__ import annotations

import pytest

from pushcart.accounts import mfa_tokens, refresh_tokens
from pushcart.accounts.refresh_tokens import Place
from Test_py.support.clock import Clock
from utils import sealing
from utils.clock import now, rfc3339
from utils.ids import new_id

pytestmark = pytest.mark.usefixtures("aws")
ADA = "usr_01HZZZZZZZZZZZZZZZZZZZZZZZ"


def test_it_tells_whose_it_is_for_five_minutes(clock: Clock) -> None:
    token = mfa_tokens.issue(ADA)
    assert mfa_tokens.read(token) == ADA
    clock.shift(299)
    assert mfa_tokens.read(token) == ADA
    clock.shift(1.1)
    assert mfa_tokens.read(token) is None


def test_what_is_not_ours_to_the_letter_tells_nothing() -> None:
    token = mfa_tokens.issue(ADA)
    twisted = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]
    for other in (*twisted, token + "A", token[:-1], token.upper(), f" {token}", "", "mfa_", "mfa_..", "mfa_a.b.v1.c"):
        assert mfa_tokens.read(other) is None, other


def test_a_longer_life_cannot_be_written_into_it(clock: Clock) -> None:
    user, issued, code = mfa_tokens.issue(ADA).removeprefix("mfa_").split(".", 2)
    for moment in (str(int(issued) + 1), f"0{issued}", "9" * 15, "9" * 400, "-1", "١"):
        assert mfa_tokens.read(f"mfa_{user}.{moment}.{code}") is None


def test_codes_made_for_something_else_are_no_good() -> None:
    user = ADA.removeprefix("usr_")
    issued = str(int(now().timestamp() * 1000))
    for purpose in ("refresh", "cart", "order", "recovery-code"):
        name = f"{user}.{issued}"
        assert mfa_tokens.read(f"mfa_{name}.{sealing.mac(purpose, name)}") is None
    assert mfa_tokens.read(refresh_tokens.issue(Place(ADA, new_id("ses"), 1))) is None


def test_it_tells_whether_it_is_older_than_a_moment(clock: Clock) -> None:
    token = mfa_tokens.issue(ADA)
    assert not mfa_tokens.issued_before(token, None)
    assert not mfa_tokens.issued_before(token, rfc3339(clock.shift(-60)))
    assert mfa_tokens.issued_before(token, rfc3339(clock.shift(120)))

"""The part of the season in which somebody guards their account by a second factor."""

from __future__ import annotations

from Test_py.support import people
from Test_py.support.client import Api
from Test_py.support.people import PASSWORD
from Test_py.support.second_factor import TOTP, VERIFY, complete, step_up, switch_on


def live(api: Api) -> None:
    """Let them step up, switch it on, log in by app and by paper, here and from elsewhere, and switch it off."""
    ada = people.customer(api)
    assert step_up(api, ada.token, password=PASSWORD).status == 200
    app = switch_on(api, ada, steps=0)
    challenge = people.log_in(api, ada.email).data["mfa_token"]
    assert complete(api, app, mfa_token=challenge, code=app.code(steps=1)).status == 200
    paper = {"mfa_token": challenge, "recovery_code": app.recovery_codes[0]}
    assert api.post(VERIFY, json=paper, source_ip="203.0.113.77").status == 200
    assert api.post(VERIFY, json=paper).status == 401
    assert api.delete(TOTP, token=ada.token).status == 204

"""The part of the season in which people sign in through an identity provider."""

from __future__ import annotations

from pushcart.accounts.models.people import ProfileItem
from pushcart.accounts.service import user_id_of
from Test_py.support import people
from Test_py.support.client import Api
from Test_py.support.external_sign_in import change, for_client, make_client, told
from Test_py.support.identity_provider import begin, come_back, installed, signed_in


def live(api: Api) -> None:
    """Let somebody new come, and again for a program; somebody take their account over; one be asked for more."""
    with installed() as provider:
        assert signed_in(api, provider, sub="s-1", email="season@example.org").status == 200
        elsewhere = begin(api)
        code = provider.sign_in(elsewhere, sub="s-1", email="season@example.org")
        assert come_back(api, elsewhere, code=code, source_ip="203.0.113.78").status == 200
        assert "code" in told(signed_in(api, provider, for_client(make_client()), sub="s-1"))
        stranger = people.customer(api)
        assert signed_in(api, provider, sub="s-2", email=stranger.email).status == 200
        change(str(user_id_of("season@example.org")), ProfileItem.mfa.set(True))
        assert "mfa_token" in signed_in(api, provider, sub="s-1").json

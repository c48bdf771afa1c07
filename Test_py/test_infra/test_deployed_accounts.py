"""An account's whole life over HTTP, on the emulator: real templates and policies, and a real identity provider."""

from __future__ import annotations

import json

import pytest

from infra.local.seed import ADMIN
from infra.local.shop_api import PASSWORD
from Test_py.support.oidc_provider import running
from Test_py.support.story import Story, tell
from Test_py.test_infra.conftest import PROVIDER
from Test_py.test_infra.deployed import Deployed

pytestmark = pytest.mark.integration


def test_an_account_lives_through_it_all(deployed: Deployed, issuer: str) -> None:
    story = Story(deployed.anybody.url, lambda: [json.dumps(mail) for mail in deployed.mails()])
    own = story.call("GET", "/.well-known/oauth-authorization-server").json["issuer"]
    callback = f"{own}/api/v1/auth/oidc/{PROVIDER}/callback"
    with running(callback, port=int(issuer.rpartition(":")[2])) as provider:
        value = json.loads(provider.secrets)
        deployed.aws("secretsmanager").put_secret_value(
            SecretId="pushcart-local-oidc-clients", SecretString=json.dumps(value)
        )
        chapters = tell(story, provider=provider, issuer=own, admin=(ADMIN, PASSWORD))
    print("\n".join(chapters))
    assert len(chapters) == 9

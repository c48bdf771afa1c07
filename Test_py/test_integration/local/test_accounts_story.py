"""An account's whole life over HTTP, on ``make serve`` in a process of its own, with a real identity provider."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from infra.local.seed import ADMIN
from infra.local.shop_api import PASSWORD
from Test_py.support.oidc_provider import CLIENT_ID, RealProvider, running
from Test_py.support.served import Served, free_url, serving
from Test_py.support.story import Story, tell


@pytest.fixture
def url() -> str:
    return free_url()


@pytest.fixture
def provider(url: str) -> Iterator[RealProvider]:
    with running(f"{url}/api/v1/auth/oidc/real/callback") as found:
        yield found


@pytest.fixture
def shop(url: str, provider: RealProvider) -> Iterator[Served]:
    settings = [{"name": provider.name, "issuer": provider.issuer, "client_id": CLIENT_ID}]
    with serving(url, OIDC_PROVIDERS=json.dumps(settings), OIDC_CLIENTS=provider.secrets) as served:
        yield served


def test_an_account_lives_through_it_all(shop: Served, provider: RealProvider) -> None:
    story = Story(shop.url, shop.mails, let_pass=shop.let_pass, moves_clock=True)
    chapters = tell(story, provider=provider, issuer=shop.url, admin=(ADMIN, PASSWORD))
    print("\n".join(chapters))
    assert len(chapters) == 9

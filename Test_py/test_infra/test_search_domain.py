"""A stage whose search is an OpenSearch domain, and the operator's way to have everything written again."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import ValidationError

from infra import rebuild_search
from infra.environment import environment
from infra.local.provision import Resources
from infra.names import Names
from infra.policies import policy_document
from infra.settings import LOCAL, StageSettings, load_settings, stage_names
from infra.shop import Shop
from utils.declarations import Declaration
from utils.discovery import discover

ENDPOINT = "https://search-goods-abc.eu-central-1.es.amazonaws.com"
DOMAIN = "arn:aws:es:eu-central-1:123456789012:domain/goods"


def settings(stage: str = "prod", **changes: Any) -> StageSettings:
    return StageSettings.model_validate({**load_settings(stage).model_dump(), **changes})


def statements(function: Declaration, names: Names) -> list[dict[str, Any]]:
    return [one for one in policy_document(function, names)["Statement"] if "es:ESHttp" in str(one["Action"])]


@pytest.fixture(scope="module")
def declarations() -> list[Any]:
    return [loaded.declaration for loaded in discover()]


def test_no_stage_has_one_unless_it_is_set(declarations: list[Any]) -> None:
    for stage in stage_names():
        names = Names(load_settings(stage))
        assert [one.name for one in declarations if statements(one, names)] == []
    shop = Shop(functions=tuple(declarations), resources=Resources.declared())
    search = next(one for one in declarations if one.name == "search")
    assert environment(search, shop, Names(load_settings("prod")))["SEARCH_ENDPOINT"] == ""


def test_the_search_alone_may_ask_it_and_its_worker_alone_may_make_an_index(declarations: list[Any]) -> None:
    names = Names(settings(search_endpoint=ENDPOINT, search_domain=DOMAIN))
    allowed = {one.name: statements(one, names) for one in declarations if statements(one, names)}
    asks = [{"Effect": "Allow", "Action": ["es:ESHttpPost"], "Resource": f"{DOMAIN}/*"}]
    writes = [{"Effect": "Allow", "Action": ["es:ESHttpPost", "es:ESHttpPut"], "Resource": f"{DOMAIN}/*"}]
    assert allowed == {"search": asks, "refresh_search": asks, "on_search_due": writes}
    shop = Shop(functions=tuple(declarations), resources=Resources.declared())
    search = next(one for one in declarations if one.name == "search")
    assert environment(search, shop, names)["SEARCH_ENDPOINT"] == ENDPOINT


@pytest.mark.parametrize(
    "changes",
    [
        {"search_endpoint": ENDPOINT},
        {"search_domain": DOMAIN},
        {"search_endpoint": "http://search.example.com", "search_domain": DOMAIN},
        {"search_endpoint": "https://me:secret@search.example.com", "search_domain": DOMAIN},
        {"search_endpoint": ENDPOINT, "search_domain": "*"},
        {"search_endpoint": ENDPOINT, "search_domain": f"{DOMAIN}/*"},
    ],
)
def test_half_a_domain_or_an_open_one_stops_the_synthesis(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        settings(**changes)


class Lambda:
    """Notes what is invoked, or refuses."""

    def __init__(self, *, knows: bool = True) -> None:
        self.invoked: list[dict[str, Any]] = []
        self._knows = knows

    def invoke(self, **parameters: Any) -> dict[str, Any]:
        if not self._knows:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException", "Message": "no such function"}}, "Invoke")
        self.invoked.append(parameters)
        return {"StatusCode": 202}


def test_the_operator_has_everything_looked_at_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    service = Lambda()
    monkeypatch.setattr(rebuild_search, "client", lambda name: {"lambda": service}[name])
    assert rebuild_search.main(["--stage", "prod"]) == 0
    assert service.invoked == [
        {"FunctionName": "pushcart-prod-refresh_search", "InvocationType": "Event", "Payload": b"{}"}
    ]
    assert "looked at again" in capsys.readouterr().out


def test_what_is_in_the_way_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(rebuild_search, "client", lambda _: Lambda(knows=False))
    assert rebuild_search.main(["--stage", "dev"]) == 1
    assert rebuild_search.main(["--stage", "nowhere"]) == 1
    refused, unknown = capsys.readouterr().err.splitlines()
    assert refused.startswith("dev: ")
    assert "no such function" in refused
    assert LOCAL in unknown

"""A domain that is slow, busy, broken, or does not know us. What every index does is in ``test_contract``."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from pushcart.search.opensearch import transport
from pushcart.search.opensearch.adapter import A_BULK, OpenSearch
from pushcart.search.opensearch.transport import InsecureEndpoint, Refused
from pushcart.search.ports import IndexLost
from pushcart.search.provider import index
from Test_py.support.client import Api
from Test_py.support.opensearch_stand_in import Domain
from Test_py.support.searching import SEARCH, ask, entry, ids, keep, truth
from Test_py.support.shopkeeping import on_sale, operations, recorded, refused, session
from utils.circuit import FAILURES, CircuitOpen
from utils.errors import Unavailable

INDEX = "/pushcart-test-products-1"


@pytest.fixture
def search(domain: Domain) -> OpenSearch:
    """An index with one product in it."""
    made = OpenSearch(domain.url)
    keep(made, entry("a"))
    domain.asked.clear()
    return made


def test_a_question_is_one_signed_request_and_a_revision_two(domain: Domain, search: OpenSearch) -> None:
    assert ids(ask(search, "mug")) == ["a"]
    search.revise(["b"], truth(entry("b")))
    assert domain.asked == [("POST", f"{INDEX}/_search"), ("PUT", INDEX), ("POST", f"{INDEX}/_bulk")]


def test_a_request_that_is_signed_by_nobody_we_know_is_refused_and_not_repeated(
    domain: Domain, search: OpenSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "signed_headers", lambda *_, headers, **__: headers)
    with pytest.raises(Refused, match="403"):
        ask(search, "mug")
    assert len(domain.asked) == 1


@pytest.mark.parametrize("trouble", [429, 500, 502, 503, 504, "garbage", "hang up"])
def test_what_passes_is_tried_again_once(domain: Domain, search: OpenSearch, trouble: int | str) -> None:
    domain.troubles = [trouble]
    assert ids(ask(search, "mug")) == ["a"]
    domain.troubles = [trouble, trouble]
    with pytest.raises(Unavailable):
        ask(search, "mug")
    assert len(domain.asked) == 4


@pytest.mark.parametrize("trouble", [400, 401, 403, 413])
def test_what_does_not_pass_is_told_and_not_tried_again(domain: Domain, search: OpenSearch, trouble: int) -> None:
    for act in (lambda: ask(search, "mug"), lambda: search.revise(["b"], truth(entry("b")))):
        domain.troubles = [trouble]
        domain.asked.clear()
        with pytest.raises(Refused, match=str(trouble)):
            act()
        assert len(domain.asked) == 1


def test_a_domain_that_fails_again_and_again_is_left_alone(domain: Domain, search: OpenSearch) -> None:
    domain.troubles = [503] * (2 * FAILURES)
    for _ in range(FAILURES):
        with pytest.raises(Unavailable):
            ask(search, "mug")
    domain.asked.clear()
    with pytest.raises(CircuitOpen):
        ask(search, "mug")
    assert domain.asked == []


def test_nobody_home_is_unavailable(aws: None) -> None:
    with pytest.raises(Unavailable):
        ask(OpenSearch("http://127.0.0.1:9"), "mug")


@pytest.mark.parametrize("endpoint", ["http://search.example.com", "ftp://127.0.0.1", "search.example.com"])
def test_nothing_is_sent_in_the_clear(aws: None, endpoint: str) -> None:
    with pytest.raises(InsecureEndpoint):
        ask(OpenSearch(endpoint), "mug")


def test_nothing_that_is_asked_is_in_the_log(
    domain: Domain, search: OpenSearch, caplog: pytest.LogCaptureFixture
) -> None:
    domain.troubles = [503, 503]
    with caplog.at_level(logging.DEBUG, logger="pushcart"), pytest.raises(Unavailable):
        ask(search, "secretword")
    assert "secretword" not in caplog.text
    assert not any("secretword" in str(vars(entry_)) for entry_ in caplog.records)


@pytest.mark.parametrize(("status", "error"), [(429, Unavailable), (503, Unavailable), (400, Refused)])
def test_one_document_that_is_not_taken_is_no_success(
    domain: Domain, search: OpenSearch, status: int, error: type[Exception]
) -> None:
    domain.item_status = status
    with pytest.raises(error):
        search.revise(["b"], truth(entry("b")))


def test_what_was_read_later_stays_whichever_comes_last(domain: Domain, search: OpenSearch) -> None:
    domain.versions["a"] = 2**60
    search.revise(["a"], truth(entry("a", "Older")))
    assert ask(search).hits[0]["title"] == "Mug"
    search.revise(["a"], truth())
    assert ids(ask(search)) == ["a"]


def test_many_are_written_some_at_a_time(domain: Domain, search: OpenSearch) -> None:
    many = [entry(f"p{number:03d}") for number in range(A_BULK + 1)]
    search.revise([one.id for one in many], truth(*many))
    assert len([path for _, path in domain.asked if path.endswith("_bulk")]) == 2
    assert ask(search).total == A_BULK + 2


def test_an_index_is_made_with_its_mapping_and_never_of_guesses(domain: Domain, aws: None) -> None:
    with pytest.raises(IndexLost):
        OpenSearch(domain.url).revise(["a"], truth(entry("a")))
    assert domain.mapping is not None
    assert domain.mapping["mappings"]["dynamic"] == "strict"
    assert domain.asked[0] == ("PUT", INDEX)


def test_the_shop_asks_it_where_the_setting_says_so(
    domain: Domain, api: Api, drain: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCH_ENDPOINT", domain.url)
    assert isinstance(index(), OpenSearch)
    assert api.get(SEARCH, query={"q": "mug"}).data == []
    manager = session("manager")
    first = on_sale(api, manager, "MUG-1", title="Blue Mug")
    on_sale(api, manager, "PLATE-1", title="Plate", description="beside a mug")
    drain()
    reply = api.get(SEARCH, query={"q": "mug", "limit": 1})
    assert [hit["id"] for hit in reply.data] == [first["id"]]
    rest = api.get(SEARCH, query={"q": "mug", "limit": 1, "cursor": reply.meta["next_cursor"]})
    assert [hit["title"] for hit in rest.data] == ["Plate"]
    assert operations(recorded(lambda: api.get(SEARCH, query={"q": "mug"}))) == [], "of AWS nothing is asked"
    domain.troubles = [503, 503]
    refused(api.get(SEARCH, query={"q": "mug"}), 503, "UNAVAILABLE")

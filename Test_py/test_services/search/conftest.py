"""Both indexes, and a domain that stands in for OpenSearch's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pushcart.search.embedded.adapter import Embedded
from pushcart.search.opensearch.adapter import OpenSearch
from pushcart.search.ports import SearchIndex
from Test_py.support import opensearch_stand_in
from Test_py.support.opensearch_stand_in import Domain


@pytest.fixture
def domain(aws: None) -> Iterator[Domain]:
    with opensearch_stand_in.running() as running:
        yield running


@pytest.fixture(params=["embedded", "opensearch"])
def index(request: pytest.FixtureRequest, aws: None) -> SearchIndex:
    """Each kind of index in turn, empty."""
    if request.param == "embedded":
        return Embedded()
    return OpenSearch(request.getfixturevalue("domain").url)

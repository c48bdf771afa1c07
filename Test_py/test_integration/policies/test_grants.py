"""Each function may do what it was seen to do, and nothing more: recorded calls against the declared ``uses``."""

from __future__ import annotations

from typing import Final

import pytest

from infra.local.recorder import Touch, granted
from pushcart import tables
from Test_py.conftest import Shop
from Test_py.support.clock import Clock
from Test_py.support.observed import Observer
from Test_py.support.season import live_through
from utils.declarations import Declaration, Loaded, QueueWorker, Route, StreamWorker

CALLED_BY_LAMBDA: Final = {
    QueueWorker: {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
    StreamWorker: {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"},
}
"""Lambda's event source mappings call these under the function's role; a worker's own code never does
(https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html)."""


def own_grants(declaration: Declaration) -> set[Touch]:
    """Return what a function's own code may call."""
    by_lambda = CALLED_BY_LAMBDA.get(type(declaration), set())
    return {touch for touch in granted(declaration) if touch.action not in by_lambda}


@pytest.fixture
def season(cloud: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Observer:
    observer = Observer()
    live_through(cloud.connect(observer), clock, monkeypatch)
    return observer


def test_every_function_may_do_exactly_what_it_does(functions: list[Loaded], season: Observer) -> None:
    wrong = {}
    for loaded in functions:
        name = loaded.declaration.name
        assert season.invocations[name], f"{name} was never called: the season must show all that it does"
        allowed, seen = own_grants(loaded.declaration), season.touches(name)
        if seen != allowed:
            wrong[name] = f"called, not granted: {seen - allowed}; granted, never called: {allowed - seen}"
    assert not wrong, "\n".join(f"{name}: {told}" for name, told in wrong.items())


def test_nothing_is_scanned_and_every_query_is_of_one_partition(functions: list[Loaded], season: Observer) -> None:
    calls = [(name, call) for name, calls in season.calls.items() for call in calls]
    assert "Scan" not in {call.operation for _, call in calls}
    assert not [grant for loaded in functions for grant in loaded.declaration.uses if "dynamodb:Scan" in grant.actions]
    queries = [(name, call.parameters) for name, call in calls if call.operation == "Query"]
    assert all("KeyConditionExpression" in asked for _, asked in queries)
    lists = {one.declaration.name for one in functions if isinstance(one.declaration, Route) and one.declaration.many}
    # The search's pages come of its index, which is no table.
    assert lists - {"search"} <= {name for name, _ in queries}
    # Where a SKU of the cart lies is read whole: 80 places at most, and not what is listed.
    places = ("list_shipping_options", tables.inventory.physical_name)
    own = [(name, asked) for name, asked in queries if name in lists and (name, asked["TableName"]) != places]
    unlimited = sorted({name for name, asked in own if not 0 < asked.get("Limit", 0) <= 101})
    assert not unlimited

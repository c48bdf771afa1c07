"""The benchmark's own parts: what it measures with must not be what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import lanes, report
from bench.stub import Store
from bench.trees import Contestant

KEY = {"pk": {"S": "P#1"}, "sk": {"S": "META"}}
ITEM = {**KEY, "title": {"S": "Mug"}}
PART = {"pk": {"S": "P#1"}, "sk": {"S": "VARIANT#A"}}
STORE = Store({"t": {"P#1": [ITEM, PART]}}, secret='{"current":"1"}')
QUERY = {"TableName": "t", "KeyConditionExpression": "#p = :p"}


class TestStub:
    def test_it_reads_what_was_seeded(self) -> None:
        assert STORE.answer("GetItem", {"TableName": "t", "Key": KEY}) == {"Item": ITEM}
        missing = {"pk": {"S": "P#1"}, "sk": {"S": "NONE"}}
        found = STORE.answer("BatchGetItem", {"RequestItems": {"t": {"Keys": [KEY, missing]}}})
        assert found["Responses"] == {"t": [ITEM]}
        assert STORE.answer("GetSecretValue", {"SecretId": "s"})["SecretString"] == '{"current":"1"}'

    def test_it_queries_a_partition_and_a_prefix(self) -> None:
        whole = STORE.answer("Query", {**QUERY, "ExpressionAttributeValues": {":p": {"S": "P#1"}}})
        part = STORE.answer(
            "Query", {**QUERY, "ExpressionAttributeValues": {":p": {"S": "P#1"}, ":s": {"S": "VARIANT#"}}}
        )
        assert (whole["Items"], part["Items"]) == ([ITEM, PART], [PART])

    def test_it_forgets_what_is_written(self) -> None:
        put = {"Put": {"TableName": "t", "Item": {**KEY, "title": {"S": "Cup"}}}}
        assert STORE.answer("TransactWriteItems", {"TransactItems": [put]}) == {}
        assert STORE.answer("GetItem", {"TableName": "t", "Key": KEY}) == {"Item": ITEM}

    def test_what_it_does_not_know_it_does_not_answer(self) -> None:
        with pytest.raises(LookupError, match="DescribeTable"):
            STORE.answer("DescribeTable", {})


class TestRunner:
    @pytest.fixture
    def contestant(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Contestant:
        monkeypatch.setattr(lanes, "DATA", tmp_path)
        (tmp_path / "get.json").write_text(json.dumps({"status": 200}))
        (tmp_path / "post.json").write_text(json.dumps({"status": 500}))
        body = (
            "def handler(event, context):\n    print('x')\n    return {'statusCode': event['status'], 'body': '{}'}\n"
        )
        for module in ("get_product.py", "place_order.py"):
            (tmp_path / module).write_text(body)
        return Contestant("ours", (tmp_path,), 1, 1)

    def test_it_takes_a_first_answer_and_later_ones(self, contestant: Contestant) -> None:
        with lanes.runner(contestant, "get", {}) as lane:
            assert lane.first["cpu_ms"] > 0
            assert lane.first["memory_mb"] > 1
            assert lane.run(3)["cpu_us"] > 0

    def test_a_wrong_answer_ends_the_run(self, contestant: Contestant) -> None:
        with pytest.raises(lanes.NotTheSameWork, match="ours post answers"), lanes.runner(contestant, "post", {}):
            pass

    def test_a_handler_that_dies_is_quoted(self, contestant: Contestant) -> None:
        (contestant.folders[0] / "get_product.py").write_text("raise RuntimeError('no such thing')\n")
        with pytest.raises(lanes.NotTheSameWork, match="no such thing"), lanes.runner(contestant, "get", {}):
            pass


def samples(**values: list[float]) -> lanes.Samples:
    kinds = ("cpu_ms", "cpu_us", "memory_mb")
    return {
        (route, name): [dict.fromkeys(kinds, value) for value in taken]
        for name, taken in values.items()
        for route in lanes.ROUTES
    }


class TestReport:
    def test_a_ratio_is_the_median_of_the_rounds_own(self) -> None:
        # The second round was slow for all: that says nothing about any.
        taken = samples(floor=[100, 300, 100], peer=[200, 600, 200], ours=[110, 330, 110])
        line = next(line for line in report.table(taken, taken) if line.startswith("cold GET"))
        assert "1.10 (1.10-1.10) ok" in line
        assert "0.55 (0.55-0.55) OVER" in line

    def test_every_budget_has_its_row(self) -> None:
        taken = samples(floor=[100], peer=[200], ours=[90])
        assert len(report.table(taken, taken)) == 2 + len(report.BUDGETS)

    @pytest.mark.parametrize(("layer", "verdict"), [(5_900_000, "5.9 MB ok"), (6_100_000, "6.1 MB OVER")])
    def test_the_layer_has_its_budget(self, layer: int, verdict: str) -> None:
        assert verdict in report.sizes([Contestant("ours", (), 7_000_000, layer)])[-1]


def test_it_says_how_to_be_used() -> None:
    command = [sys.executable, "-m", "bench", "--help"]
    done: Any = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert "--quick" in done.stdout

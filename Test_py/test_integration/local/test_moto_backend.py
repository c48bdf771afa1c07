"""moto, made safe: one lock, transactions that are undone whole, tokens that count once."""

from __future__ import annotations

import copy
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from infra.local import moto_backend
from infra.local.clients import client
from Test_py.test_integration.local.fakes import HISTORY, STOCK

pytestmark = pytest.mark.usefixtures("aws")


def key(pk: str) -> dict[str, Any]:
    return {"pk": {"S": pk}, "sk": {"S": "META"}}


def put(pk: str, *, table: str | None = None, **attributes: Any) -> dict[str, Any]:
    return {"Put": {"TableName": table or STOCK.physical_name, "Item": key(pk) | attributes}}


def take(pk: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": STOCK.physical_name,
            "Key": key(pk),
            "UpdateExpression": "SET units = units - :one",
            "ConditionExpression": "units >= :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }
    }


def commit(*items: dict[str, Any], **options: Any) -> None:
    client("dynamodb").transact_write_items(TransactItems=list(items), **options)


def read(pk: str) -> dict[str, Any] | None:
    item: dict[str, Any] | None = client("dynamodb").get_item(TableName=STOCK.physical_name, Key=key(pk)).get("Item")
    return item


def backend_table(name: str) -> Table:
    return dynamodb_backends["123456789012"][moto_backend.REGION].tables[name]


def test_the_lock_is_held_around_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    free: list[bool] = []

    def somebody_else_gets_in() -> None:
        got = moto_backend.lock.acquire(blocking=False)
        free.append(got)
        if got:
            moto_backend.lock.release()

    original = Table.get_item

    def get_item(self: Table, *args: Any, **options: Any) -> Any:
        other = threading.Thread(target=somebody_else_gets_in)
        other.start()
        other.join()
        return original(self, *args, **options)

    monkeypatch.setattr(Table, "get_item", get_item)
    read("anything")
    assert free == [False]
    somebody_else_gets_in()
    assert free == [False, True], "and it is free between calls"


def test_many_threads_sell_exactly_what_there_is() -> None:
    commit(put("sku", units={"N": "30"}))
    sold: list[int] = []
    refused: list[str] = []
    start = threading.Barrier(16)

    def buy(buyer: int) -> None:
        start.wait()
        for attempt in range(5):
            try:
                commit(take("sku"), put(f"sale {buyer} {attempt}"))
            except ClientError as refusal:
                refused.append(refusal.response["Error"]["Code"])
            else:
                sold.append(buyer)

    buyers = [threading.Thread(target=buy, args=(number,)) for number in range(16)]
    for buyer in buyers:
        buyer.start()
    for buyer in buyers:
        buyer.join()
    assert len(sold) == 30
    assert refused == ["TransactionCanceledException"] * 50
    assert (read("sku") or {})["units"] == {"N": "0"}
    assert client("dynamodb").scan(TableName=STOCK.physical_name, Select="COUNT")["Count"] == 31


def test_a_failed_transaction_leaves_nothing_behind() -> None:
    commit(put("kept", units={"N": "3"}), put("empty", units={"N": "0"}), put("gone", note={"S": "here"}))
    stream_before = len(backend_table(HISTORY.physical_name).stream_shard.items)  # type: ignore[union-attr]
    with pytest.raises(ClientError) as refusal:
        commit(
            take("kept"),
            put("new"),
            put("event", table=HISTORY.physical_name),
            {"Delete": {"TableName": STOCK.physical_name, "Key": key("gone")}},
            take("empty"),
        )
    codes = [reason["Code"] for reason in refusal.value.response["CancellationReasons"]]
    assert codes == ["None", "None", "None", "None", "ConditionalCheckFailed"]
    assert (read("kept") or {})["units"] == {"N": "3"}
    assert (read("gone") or {})["note"] == {"S": "here"}
    assert read("new") is None
    assert len(backend_table(HISTORY.physical_name).stream_shard.items) == stream_before  # type: ignore[union-attr]
    assert client("dynamodb").scan(TableName=HISTORY.physical_name)["Items"] == []


def test_what_moto_refuses_by_itself_is_undone_too() -> None:
    commit(put("one", units={"N": "1"}))
    with pytest.raises(ClientError):
        commit(take("one"), put("two"), take("one"))
    assert (read("one") or {})["units"] == {"N": "1"}
    assert read("two") is None


def test_a_transaction_copies_the_touched_items_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def copies() -> int:
        """How many items one transaction over two items copies."""
        count = 0
        original = copy.deepcopy

        def deepcopy(value: Any, memo: dict[int, Any] | None = None) -> Any:
            nonlocal count
            count += type(value).__name__ == "Item"
            assert not isinstance(value, Table)
            return original(value, memo)

        with monkeypatch.context() as patched:
            patched.setattr(copy, "deepcopy", deepcopy)
            commit(take("a"), take("b"))
        return count

    commit(put("a", units={"N": "9"}), put("b", units={"N": "9"}))
    small = copies()
    for start in range(0, 300, 100):
        commit(*(put(f"filler {start + number}") for number in range(100)))
    assert copies() == small


def test_a_request_token_counts_once() -> None:
    commit(put("sku", units={"N": "5"}))
    for _ in range(3):
        commit(take("sku"), ClientRequestToken="again")
    assert (read("sku") or {})["units"] == {"N": "4"}
    with pytest.raises(ClientError) as refusal:
        commit(take("other"), ClientRequestToken="again")
    assert refusal.value.response["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_a_failed_transaction_does_not_use_its_token_up() -> None:
    commit(put("sku", units={"N": "0"}))
    with pytest.raises(ClientError):
        commit(take("sku"), ClientRequestToken="late")
    commit(put("sku", units={"N": "1"}))
    commit(take("sku"), ClientRequestToken="late")
    assert (read("sku") or {})["units"] == {"N": "0"}


def test_reset_forgets_all_and_clients_go_on() -> None:
    assert client("dynamodb").list_tables()["TableNames"]
    moto_backend.reset()
    assert client("dynamodb").list_tables()["TableNames"] == []

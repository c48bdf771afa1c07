"""A plain write that the transport repeated: what its first try wrote is no refusal of the second."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.models import botocore_stubber
from urllib3 import HTTPResponse

from Test_py.support.client import Api
from Test_py.test_utils.lab import Jar
from utils import aws
from utils.errors import Conflict, StaleVersion
from utils.transaction import Transaction

EVENT = "before-send.dynamodb"


@pytest.fixture
def lost_answers(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Carry out the first write, and lose its answer; botocore tries again by itself."""
    from utils import aws as seam

    monkeypatch.setattr("time.sleep", lambda _: None)
    lost: list[str] = []

    def lose(request: Any, event_name: str, **_: Any) -> Any:
        operation = event_name.rpartition(".")[2]
        if lost or operation in {"GetItem", "BatchGetItem"}:
            return None
        lost.append(operation)
        botocore_stubber(event_name, request)
        return AWSResponse(request.url, 500, HTTPHeaders(), HTTPResponse(BytesIO(b"{}"), preload_content=False))

    events = seam.client("dynamodb").meta.events
    events.register_first(EVENT, lose, "lose")
    yield lost
    events.unregister(EVENT, lose, "lose")


def jar() -> Jar:
    return Jar("JARS", "jam", content=3)


def stored() -> Any:
    return Transaction().read_one(Jar.key_of("jam"))


def written(**attributes: Any) -> None:
    item = {"pk": {"S": "JARS"}, "sk": {"S": "jam"}, "content": {"N": "3"}, "version": {"N": "1"}, **attributes}
    table = Jar.table.physical_name
    items = [{"Put": {"TableName": table, "Item": item}}, {"Delete": {"TableName": table, "Key": Jar.key_of("x").raw}}]
    aws.call("dynamodb", "TransactWriteItems", TransactItems=items)


def test_a_create_that_was_repeated_has_made_it(lost_answers: list[str]) -> None:
    tx = Transaction()
    tx.create(jar(), taken=Conflict("taken"))
    tx.commit()
    assert (lost_answers, stored().content) == (["PutItem"], 3)


def test_a_create_of_what_somebody_else_made_is_refused(lost_answers: list[str]) -> None:
    lost_answers.append("not this one")
    written(content={"N": "9"})
    lost_answers.clear()
    tx = Transaction()
    tx.create(jar(), taken=Conflict("taken"))
    with pytest.raises(Conflict):
        tx.commit()
    assert stored().content == 9


def test_a_change_that_was_repeated_was_made_once(lost_answers: list[str]) -> None:
    lost_answers.append("not this one")
    written()
    found = stored()
    lost_answers.clear()
    tx = Transaction()
    tx.change(found, Jar.content.set(Jar.content + 1))
    tx.commit()
    assert (lost_answers, stored().content, stored().version) == (["UpdateItem"], 4, 2)


def test_a_change_that_somebody_else_overtook_is_refused(lost_answers: list[str]) -> None:
    lost_answers.append("not this one")
    written()
    found = stored()
    written(version={"N": "2"}, updated_at={"S": "2026-01-01T00:00:00.000Z"})
    lost_answers.clear()
    tx = Transaction()
    tx.change(found, Jar.content.set(Jar.content + 1))
    with pytest.raises(StaleVersion):
        tx.commit()
    assert stored().content == 3


def test_a_delete_that_was_repeated_has_deleted(lost_answers: list[str]) -> None:
    lost_answers.append("not this one")
    written()
    lost_answers.clear()
    tx = Transaction()
    tx.remove(Jar.key_of("jam"), when=Jar.pk.exists(), refused=Conflict("gone"))
    tx.commit()
    assert (lost_answers, stored()) == (["DeleteItem"], None)


def test_what_is_added_to_is_not_added_to_twice(lab: Api, lost_answers: list[str]) -> None:
    """Who sends no If-Match is run again when overtaken: by itself it never is."""
    lost_answers.append("not this one")
    lab.post("/lab/jars", json={"id": "jam", "content": 3}, key="k-1")
    lost_answers.clear()
    assert lab.patch("/lab/jars/jam", json={"content": 2}, token="usr_1 customer").status == 200
    assert (lost_answers, stored().content) == (["UpdateItem"], 5)

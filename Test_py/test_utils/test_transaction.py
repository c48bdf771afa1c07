"""One place knows limits, conflicts and retries: what it sends to DynamoDB, and what it makes of each refusal."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from Test_py.test_utils.lab import Jar
from utils import aws
from utils.errors import Conflict, InvalidState, Problem, StaleVersion, Unavailable
from utils.models import Key
from utils.transaction import Transaction


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, aws: None) -> list[str]:
    """The operations that reach DynamoDB, in order."""
    from utils import aws as seam

    made: list[str] = []
    real = seam.call

    def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        made.append(operation)
        return real(service, operation, **parameters)

    monkeypatch.setattr(seam, "call", call)
    return made


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits between tries, which take no time here."""
    waited: list[float] = []
    monkeypatch.setattr("utils.backoff.time.sleep", waited.append)
    return waited


def jar(jar_id: str = "jam", content: int = 3) -> Jar:
    key = Jar.key_of(jar_id)
    return Jar(key.pk, key.sk, content=content)


def put(*jars: Jar) -> None:
    tx = Transaction()
    for one in jars:
        tx.put(one)
    tx.commit()


def stored(jar_id: str = "jam") -> Any:
    return Transaction().read_one(Jar.key_of(jar_id))


def refusal(code: str, reasons: list[str] | None = None) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": code}}
    if reasons is not None:
        response["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return ClientError(response, "TransactWriteItems")


def failing(monkeypatch: pytest.MonkeyPatch, *errors: Exception) -> list[str]:
    """Let the next calls fail with ``errors``, one each, and go through after."""
    left, made, real = list(errors), [], aws.client("dynamodb")

    class Client:
        @staticmethod
        def _make_api_call(operation: str, parameters: dict[str, Any]) -> Any:
            made.append(operation)
            if left:
                raise left.pop(0)
            return real._make_api_call(operation, parameters)

    monkeypatch.setattr(aws, "client", lambda service: Client)
    return made


def test_nothing_to_write_is_no_call(calls: list[str]) -> None:
    Transaction().commit()
    assert calls == []


def test_one_piece_is_a_plain_write_at_half_the_price(calls: list[str]) -> None:
    put(jar())
    tx = Transaction()
    tx.adjust(Jar.key_of("jam"), Jar.content.add(1), when=Jar.pk.exists(), refused=Conflict("none"))
    tx.commit()
    tx.remove(Jar.key_of("jam"))
    tx.commit()
    assert calls == ["PutItem", "UpdateItem", "DeleteItem"]


def test_a_lone_check_needs_a_transaction(calls: list[str]) -> None:
    tx = Transaction()
    tx.require(Jar.key_of("jam"), Jar.pk.exists(), refused=Conflict("none"))
    with pytest.raises(Conflict):
        tx.commit()
    assert calls == ["TransactWriteItems"]


def test_reads_of_several_tables_are_one_call(calls: list[str]) -> None:
    put(jar("a"), jar("b"))
    calls.clear()
    found = Transaction().read(Jar.key_of("b"), Jar.key_of("none"), Jar.key_of("a"))
    assert [one and one.sk for one in found] == ["b", None, "a"]
    assert calls == ["BatchGetItem"]


def test_a_single_read_is_a_get_unless_batches_are_wanted(calls: list[str]) -> None:
    Transaction().read_one(Jar.key_of("jam"))
    Transaction(batch=True).read_one(Jar.key_of("jam"))
    assert calls == ["GetItem", "BatchGetItem"]


def test_the_first_read_takes_the_preconditions_along(calls: list[str]) -> None:
    put(jar("guard"))
    seen: list[Any] = []

    class Guard:
        key = Jar.key_of("guard")

        def needs_reading(self, *, writes: bool) -> bool:
            return True

        def verify(self, item: Any) -> None:
            seen.append(item.sk)

    calls.clear()
    tx = Transaction(preconditions=[Guard()])
    tx.read(Jar.key_of("jam"))
    tx.read(Jar.key_of("jam"))
    tx.verify_preconditions()
    assert (seen, calls) == (["guard"], ["BatchGetItem", "GetItem"])


def test_all_or_nothing(aws: None) -> None:
    put(jar("b"))
    tx = Transaction()
    tx.create(jar("a"), taken=Conflict("a"))
    tx.create(jar("b"), taken=Conflict("b is there"))
    with pytest.raises(Conflict, match="b is there"):
        tx.commit()
    assert stored("a") is None


def test_problems_of_one_code_are_told_together_in_the_order_of_the_pieces(aws: None) -> None:
    put(jar("a", 1), jar("b", 2), jar("c", 9))
    tx = Transaction()
    for name in "bac":
        tx.adjust(
            Jar.key_of(name),
            Jar.content.add(-5),
            when=Jar.content >= 5,
            refused=lambda raw: Conflict(
                "short", detail=f"{raw['sk']['S']} has {raw['content']['N']}" if raw else None
            ),
        )
    with pytest.raises(Problem) as told:
        tx.commit()
    assert [entry.detail for entry in told.value.entries] == ["b has 2", "a has 1"]
    assert stored("c").content == 9


def test_what_leads_is_told_before_all_else(aws: None) -> None:
    put(jar("a"), jar("b"))
    tx = Transaction()
    tx.create(jar("a"), taken=Conflict("a"))
    tx.lead(jar("b"), when=Jar.pk.does_not_exist(), refused=InvalidState("b first"))
    with pytest.raises(InvalidState, match="b first"):
        tx.commit()


def test_a_change_counts_the_version_up_and_refuses_a_stale_one(aws: None) -> None:
    put(jar())
    mine, theirs = stored(), stored()
    tx = Transaction()
    tx.change(theirs, Jar.content.set(4))
    tx.commit()
    assert stored().version == 2
    tx.change(mine, Jar.content.set(5))
    with pytest.raises(StaleVersion):
        tx.commit()
    assert stored().content == 4


def test_a_change_keeps_attributes_that_this_code_does_not_know(aws: None) -> None:
    from utils import aws as seam

    put(jar())
    address = {"TableName": Jar.table.physical_name, "Key": Jar.key_of("jam").raw}
    seam.call(
        "dynamodb",
        "UpdateItem",
        **address,
        UpdateExpression="SET colour = :c",
        ExpressionAttributeValues={":c": {"S": "red"}},
    )
    tx = Transaction()
    tx.change(stored(), Jar.content.set(4))
    tx.commit()
    assert seam.call("dynamodb", "GetItem", **address)["Item"]["colour"] == {"S": "red"}


def test_a_conflict_is_tried_again_with_growing_jitter(
    aws: None, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    conflict = refusal("TransactionCanceledException", ["None", "TransactionConflict"])
    made = failing(monkeypatch, conflict, conflict, refusal("TransactionConflictException"))
    put(jar("a"), jar("b"))
    assert len(made) == 4
    assert len(pauses) == 3
    assert all(0 <= pause <= 0.8 for pause in pauses)


def test_conflicts_without_end_are_503_after_six_retries(
    aws: None, monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    conflict = refusal("TransactionCanceledException", ["TransactionConflict", "None"])
    made = failing(monkeypatch, *[conflict] * 7)
    with pytest.raises(Unavailable) as told:
        put(jar("a"), jar("b"))
    assert (len(made), told.value.retry_after) == (7, 1)
    monkeypatch.undo()
    assert stored("a") is None


def test_a_failed_condition_beside_a_conflict_is_final(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    made = failing(
        monkeypatch, refusal("TransactionCanceledException", ["ConditionalCheckFailed", "TransactionConflict"])
    )
    tx = Transaction()
    tx.create(jar("a"), taken=Conflict("taken"))
    tx.create(jar("b"), taken=Conflict("taken"))
    with pytest.raises(Conflict):
        tx.commit()
    assert len(made) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        refusal("ProvisionedThroughputExceededException"),
        refusal("ThrottlingException"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ],
)
def test_throttling_and_silence_are_503(aws: None, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    failing(monkeypatch, trouble)
    with pytest.raises(Unavailable):
        put(jar())


@pytest.mark.parametrize(
    "error",
    [refusal("AccessDeniedException"), refusal("TransactionCanceledException", ["ValidationError", "None"])],
)
def test_what_no_retry_can_mend_is_raised_as_it_is(
    aws: None, monkeypatch: pytest.MonkeyPatch, error: ClientError
) -> None:
    failing(monkeypatch, error)
    with pytest.raises(ClientError):
        put(jar("a"), jar("b"))


def test_keys_left_over_are_asked_for_again(aws: None, monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> None:
    from utils import aws as seam

    put(jar("a"), jar("b"))
    real, asked = seam.call, []

    def call(service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        asked.append(operation)
        answer = real(service, operation, **parameters)
        if len(asked) == 1:
            (table,) = answer["Responses"]
            left = answer["Responses"][table].pop()
            key = {"pk": left["pk"], "sk": left["sk"]}
            answer["UnprocessedKeys"] = {table: {"Keys": [key], "ConsistentRead": True}}
        return answer

    monkeypatch.setattr(seam, "call", call)
    found = Transaction().read(Jar.key_of("a"), Jar.key_of("b"))
    assert [one.sk for one in found] == ["a", "b"]
    assert (len(asked), len(pauses)) == (2, 1)


def test_more_than_a_hundred_pieces_are_an_error_of_ours() -> None:
    tx = Transaction()
    for number in range(101):
        tx.put(jar(str(number)))
    with pytest.raises(ValueError, match="101 pieces"):
        tx.commit()


def test_what_is_abandoned_is_not_written(calls: list[str]) -> None:
    tx = Transaction()
    tx.put(jar())
    tx.abandon()
    tx.commit()
    assert calls == []
    assert stored() is None


def test_pynamodbs_own_calls_are_closed() -> None:
    with pytest.raises(NotImplementedError):
        jar().save()
    with pytest.raises(NotImplementedError):
        Jar.get("JARS", "jam")
    with pytest.raises(NotImplementedError):
        list(Jar.scan())


def test_keys_are_values() -> None:
    assert Jar.key_of("a") == Key(Jar, "JARS", "a")
    assert jar("a").key == Jar.key_of("a")

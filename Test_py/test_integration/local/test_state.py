"""Data that is kept between runs."""

from __future__ import annotations

import os
import pickle
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from infra.local import moto_backend
from infra.local.clients import client
from infra.local.mailbox import mails
from infra.local.provision import provision
from infra.local.pumps import Pumps
from infra.local.state import State, StateInUse, StateUnreadable
from Test_py.test_integration.local.fakes import HISTORY, ORDERED, PLAIN, RESOURCES, SHELF, STOCK, stream_worker


def put(table: str, sort: str) -> None:
    client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "a"}, "sk": {"S": sort}, "raw": {"B": b"\x00\xff"}})


def test_everything_is_there_again(aws: dict[str, str], tmp_path: Path) -> None:
    seen: list[str] = []
    worker = stream_worker(
        lambda event, _context: seen.extend(record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"])
    )
    put(STOCK.physical_name, "kept")
    put(HISTORY.physical_name, "delivered")
    places: dict[str, str] = {}
    Pumps([worker], checkpoints=places).drain()
    put(HISTORY.physical_name, "waiting")
    client("sqs").send_message(QueueUrl=PLAIN.url, MessageBody="in flight")
    client("sqs").receive_message(QueueUrl=PLAIN.url)
    client("sqs").send_message(QueueUrl=ORDERED.url, MessageBody="x", MessageGroupId="g", MessageDeduplicationId="d")
    client("sesv2").send_email(
        FromEmailAddress=aws["MAIL_POST_FROM"],
        Destination={"ToAddresses": ["a@b.test"]},
        Content={"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "there"}}}},
    )
    key = client("kms").get_public_key(KeyId=aws["KEY_STAMP_ID"])["PublicKey"]
    secret = client("secretsmanager").get_secret_value(SecretId=aws["SECRET_SALT_ID"])["SecretString"]
    client("s3").put_object(Bucket=aws[SHELF.env], Key="picture", Body=b"first")
    client("s3").put_object(Bucket=aws[SHELF.env], Key="picture", Body=b"second", ContentType="image/png")
    state = State(tmp_path / "shop")
    with state.held():
        assert state.load() is None
        assert state.save(places)
        assert not state.save(places), "nothing new"

    moto_backend.reset()
    with State(tmp_path / "shop").held() as again:
        places = again.load() or {}
    assert provision(RESOURCES) == aws
    items = client("dynamodb").scan(TableName=STOCK.physical_name)["Items"]
    assert [(item["sk"]["S"], item["raw"]["B"]) for item in items] == [("kept", b"\x00\xff")]
    Pumps([worker], checkpoints=places).drain()
    assert seen == ["delivered", "waiting"], "the stream goes on where it was"
    plain = client("sqs").get_queue_attributes(QueueUrl=PLAIN.url, AttributeNames=["All"])["Attributes"]
    assert plain["ApproximateNumberOfMessagesNotVisible"] == "1"
    assert client("sqs").receive_message(QueueUrl=ORDERED.url)["Messages"][0]["Body"] == "x"
    assert [(mail.subject, mail.text) for mail in mails()] == [("Hello", "there")]
    assert client("kms").get_public_key(KeyId=aws["KEY_STAMP_ID"])["PublicKey"] == key
    picture = client("s3").get_object(Bucket=aws[SHELF.env], Key="picture")
    assert (picture["Body"].read(), picture["ContentType"]) == (b"second", "image/png")
    assert client("secretsmanager").get_secret_value(SecretId=aws["SECRET_SALT_ID"])["SecretString"] == secret


@pytest.mark.usefixtures("aws")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    with State(tmp_path / "shop").held() as state:
        state.save({})
    assert stat.S_IMODE((tmp_path / "shop").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "shop" / "state.bin").stat().st_mode) == 0o600


@pytest.mark.usefixtures("aws")
def test_a_save_that_dies_leaves_the_last_good_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_disk(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with State(tmp_path).held() as state:
        state.save({"place": "1"})
        monkeypatch.setattr(os, "fsync", no_disk)
        with pytest.raises(OSError, match="No space"):
            state.save({"place": "2"})
        assert State(tmp_path).load() == {"place": "1"}


def test_saving_while_others_write_sees_one_moment(aws: dict[str, str], tmp_path: Path) -> None:
    """Both tables are written in one transaction, so a saved state must not hold one without the other."""
    ended = threading.Event()

    def write() -> None:
        number = 0
        while not ended.is_set():
            number += 1
            item = {"pk": {"S": "a"}, "sk": {"S": str(number)}}
            client("dynamodb").transact_write_items(
                TransactItems=[{"Put": {"TableName": aws[t.env], "Item": item}} for t in (STOCK, HISTORY)]
            )

    writer = threading.Thread(target=write)
    writer.start()
    with State(tmp_path).held() as state:
        for _ in range(10):
            state.save({})
    ended.set()
    writer.join()
    moto_backend.reset()
    State(tmp_path).load()
    counts = {client("dynamodb").scan(TableName=aws[table.env], Select="COUNT")["Count"] for table in (STOCK, HISTORY)}
    assert len(counts) == 1


def test_a_directory_serves_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        State(tmp_path).held(),
        pytest.raises(StateInUse, match=f"in use by process {os.getpid()}"),
        State(tmp_path).held(),
    ):
        pass
    with State(tmp_path).held():
        pass


def test_a_stale_lock_is_told_and_taken_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = (
        "import os, pathlib, sys; from infra.local.state import State\n"
        "with State(pathlib.Path(sys.argv[1])).held(): os._exit(9)"
    )
    died = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": ".:layers"})
    assert died.wait(20) == 9
    with State(tmp_path).held():
        pass
    (line,) = capsys.readouterr().out.splitlines()
    assert f"process {died.pid} did not stop cleanly" in line
    with State(tmp_path).held():
        pass
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a state", "damaged"),
        (b"", "damaged"),
        (pickle.dumps({"moto": "0.0.1", "backends": {}, "checkpoints": {}}), "written with moto 0.0.1"),
        (b"cos\nsystem\n(S'false'\ntR.", "does not belong"),
        (b"cbuiltins\neval\n(S'1'\ntR.", "does not belong"),
        (b"cmoto.core.utils\ndatetime\n(I1\ntR.", "does not belong"),
    ],
)
def test_a_file_that_is_no_state_is_refused_and_left_alone(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "state.bin").write_bytes(content)
    with pytest.raises(StateUnreadable, match=said):
        State(tmp_path).load()
    assert (tmp_path / "state.bin").read_bytes() == content

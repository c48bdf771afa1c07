"""Runs each function's sample event on the demo shop and counts what it asks of AWS."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from botocore.client import BaseClient

from infra.access_patterns.capacity import READS, WRITES, Cost, Look, read_cost, targets, write_cost
from infra.local import moto_backend
from infra.local.bucket_touches import SIGNED_POST
from infra.local.cloud import Cloud
from infra.local.facts import facts, order_for
from infra.local.invoke import run
from infra.local.moto_tables import moto_dynamodb
from infra.local.sample import complete, read_sample
from infra.local.seed import seed
from infra.local.state import State
from utils.declarations import Authorizer, Declaration, Loaded, Route

EVENTS: Final = Path(__file__).resolve().parents[2] / "events"
PAID_BY: Final = {"pay_order": "tok_declined", "capture_payment": "tok_success"}
"""Functions whose sample needs an order whose payment has failed, or was authorised."""

PROVISIONED: Final = frozenset({"GetSecretValue", "GetPublicKey"})
"""Read once a process and kept: a warm function does not call them."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """What one function asked of AWS. ``calls`` are operations with how often, in the order of their first."""

    function: str
    source: str
    calls: tuple[tuple[str, int], ...]
    indexes: tuple[str, ...]
    cost: Cost


class SampleRefused(RuntimeError):
    """A sample that should show a success was refused."""


def measure() -> list[Pattern]:
    """Return the pattern of every function, in the order of their paths.

    Raises
    ------
    SampleRefused
        When a function refuses its sample.
    """
    moto_backend.start()
    moto_backend.reset()
    with contextlib.redirect_stdout(io.StringIO()), tempfile.TemporaryDirectory(prefix="pushcart-") as folder:
        cloud, state = Cloud.start(), State(Path(folder))
        seed(cloud)
        known = known_to(cloud)
        state.save({})
        patterns = []
        for loaded in cloud.functions:
            state.load()
            patterns.append(pattern_of(cloud, loaded, known[loaded.declaration.name]))
    return patterns


def known_to(cloud: Cloud) -> dict[str, dict[str, str]]:
    """Return what the sample of each function may name of a seeded shop, making what is not there yet."""
    first = facts(cloud)
    paid = {name: _paid_by(cloud, token, first) for name, token in PAID_BY.items()}
    # After the pumps have run, so that its order still waits for its payment.
    known = facts(cloud)
    names = [one.declaration.name for one in cloud.functions]
    return {name: known | paid.get(name, {}) for name in names}


def pattern_of(cloud: Cloud, loaded: Loaded, known: dict[str, str], samples: Path = EVENTS) -> Pattern:
    """Run a function's sample, from the folder ``samples``, and return what it asked of AWS.

    Raises
    ------
    SampleRefused
        When the function refuses it.
    """
    declaration = loaded.declaration
    event = _prepared(cloud, loaded, known, samples)
    with _counting() as counted:
        outcome = run(loaded, event)
    answer = outcome.answer
    status = answer.get("statusCode", 200) if isinstance(answer, dict) else 200
    if outcome.error or (status >= 400 and declaration.name != "not_found"):
        raise SampleRefused(f"{declaration.name}: {outcome.error or answer}")
    calls: dict[str, int] = {}
    for call in outcome.calls:
        if call.operation not in PROVISIONED and call.operation != SIGNED_POST:
            calls[call.operation] = calls.get(call.operation, 0) + 1
    used = (f"{_table(call.parameters['TableName'])}.{call.parameters['IndexName']}"
            for call in outcome.calls if "IndexName" in call.parameters)  # fmt: skip
    return Pattern(
        declaration.name, source_of(declaration), tuple(calls.items()), tuple(dict.fromkeys(used)), counted[0]
    )


def source_of(declaration: Declaration) -> str:
    """Say what a function works for: its route, its queue, its stream or its schedule."""
    if isinstance(declaration, Route):
        return declaration.key
    for name, words in (("queue", "queue {}"), ("table", "stream of {}")):
        if hasattr(declaration, name):
            return words.format(getattr(declaration, name).name)
    minutes = getattr(declaration, "every_minutes", None)
    return f"every {minutes} min" if minutes else "authorizer"


def _prepared(cloud: Cloud, loaded: Loaded, known: dict[str, str], samples: Path) -> dict[str, Any]:
    """Return the function's sample, as whoever calls would be known."""
    declaration = loaded.declaration
    sample = samples / declaration.context / f"{declaration.name}.json"
    event = complete(read_sample(sample, known), declaration)
    if isinstance(declaration, Route) and declaration.access.authorizer != "none":
        authorizer = next(one for one in cloud.functions if isinstance(one.declaration, Authorizer))
        event["requestContext"]["authorizer"] = {"lambda": run(authorizer, event).answer["context"]}
    return event


def _paid_by(cloud: Cloud, token: str, known: dict[str, str]) -> dict[str, str]:
    """Return an order whose payment has failed, or waits to be captured."""
    os.environ["PAYMENT_CAPTURE"] = "manual"
    try:
        order = order_for(cloud, known["sku"], token=known["customer_token"], payment_token=token)
        cloud.pumps.drain()
    finally:
        del os.environ["PAYMENT_CAPTURE"]
    return {"order_id": order["id"], "payment_id": order["payment"]["id"]}


@contextlib.contextmanager
def _counting() -> Iterator[list[Cost]]:
    """Yield a list of one cost that grows with each call of this block."""
    from pushcart.tables import TABLES

    seam: Any = BaseClient
    total, original = [Cost()], seam._make_api_call
    look = look_into_moto()

    def counted(self: Any, operation: str, request: dict[str, Any]) -> Any:
        if self.meta.service_model.service_name != "dynamodb":
            return original(self, operation, request)
        writes = operation in WRITES or operation == "TransactWriteItems"
        about = targets(operation, request, TABLES, look) if writes else []
        answer = original(self, operation, request)
        if operation in READS:
            total[0] += read_cost(operation, request, answer)
        elif writes:
            total[0] += write_cost(about, look, transaction=operation == "TransactWriteItems")
        return answer

    seam._make_api_call = counted
    try:
        yield total
    finally:
        seam._make_api_call = original


def look_into_moto() -> Look:
    """Return a look into moto's tables that passes no counter."""
    backend = moto_dynamodb()

    def look(table: str, key: Any) -> Any:
        item = backend.get_item(table, key)
        return item.to_json()["Attributes"] if item else None

    return look


def _table(physical: str) -> str:
    """Return a table's logical name: the physical one is pushcart, stage, name and generation."""
    return physical.split("-", 2)[2].rpartition("-")[0]

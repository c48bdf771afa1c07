"""``make invoke``: runs one handler against the demo shop in memory and shows its answer, log lines and AWS calls.

``python -m infra.local.invoke functions/orders/place_order.py events/orders/place_order.json``
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra.local import moto_backend
from infra.local.recorder import Calls, record
from utils.declarations import Authorizer, Loaded, Route

ROOT = Path(__file__).resolve().parents[2]


class CannotInvoke(RuntimeError):
    """What is in the way, in one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one invocation. ``error`` is what the handler raised, in place of an answer."""

    answer: Any
    error: Exception | None
    log: str
    calls: Calls


def main(arguments: Sequence[str] | None = None) -> int:
    """Invoke one function; the exit status is 1 when it raised or could not be called."""
    parser = argparse.ArgumentParser(prog="make invoke", description="Run one handler against the demo shop in memory.")
    parser.add_argument("function", type=Path, help="functions/orders/place_order.py")
    parser.add_argument("event", type=Path, help="events/orders/place_order.json")
    options = parser.parse_args(arguments)
    try:
        outcome = invoke_file(options.function, options.event)
    except CannotInvoke as trouble:
        print(trouble, file=sys.stderr)
        return 1
    print(render(outcome))
    return 1 if outcome.error else 0


def invoke_file(function: Path, event: Path) -> Outcome:
    """Run the handler in ``function`` with the sample in ``event`` against a fresh demo shop.

    Raises
    ------
    CannotInvoke
        When the file declares no function or the event cannot be read.
    """
    from infra.local.cloud import Cloud
    from infra.local.facts import facts
    from infra.local.sample import BadSample, complete, fill, load_sample
    from infra.local.seed import seed

    if os.environ.pop("AWS_ENDPOINT_URL", None):
        print("AWS_ENDPOINT_URL is ignored: this runs in memory.", file=sys.stderr)
    moto_backend.start()
    moto_backend.reset()
    cloud = Cloud.start()
    loaded = _find(cloud.functions, function)
    try:
        sample = load_sample(event)
        with contextlib.redirect_stdout(io.StringIO()):
            seed(cloud)
            known = facts(cloud)
        given = complete(fill(sample, known), loaded.declaration)
    except BadSample as trouble:
        raise CannotInvoke(str(trouble)) from trouble
    _identify(cloud.functions, loaded, given)
    return run(loaded, given)


def run(loaded: Loaded, event: dict[str, Any]) -> Outcome:
    """Call a handler and keep what it answered, logged and asked of AWS."""
    from infra.local.lambda_context import invoke

    log, answer, error = io.StringIO(), None, None
    with record() as calls, contextlib.redirect_stdout(log):
        try:
            answer = invoke(loaded, event)
        except Exception as raised:  # noqa: BLE001 - it is shown, whatever it is
            error = raised
    return Outcome(answer, error, log.getvalue(), calls)


def render(outcome: Outcome) -> str:
    """Return an outcome as text for a terminal."""
    lines = ["Answer", *_indented(_answer(outcome)), "Log", *(_indented(outcome.log.strip()) or ["  none"])]
    lines.append(f"AWS calls: {len(outcome.calls)}")
    for call in outcome.calls:
        actions = ", ".join(dict.fromkeys(touch.action for touch in call.touches))
        failed = f"  {type(call.error).__name__}: {call.error}" if call.error else ""
        lines.append(f"  {call.milliseconds:6.1f} ms  {call.service} {call.operation}  {' '.join(call.resources)}")
        lines.append(f"             {actions}{failed}")
    return "\n".join(lines)


def _answer(outcome: Outcome) -> str:
    if outcome.error:
        return f"{type(outcome.error).__name__}: {outcome.error}"
    answer = outcome.answer
    if isinstance(answer, dict) and isinstance(answer.get("body"), str):
        with contextlib.suppress(ValueError):
            answer = answer | {"body": json.loads(answer["body"])}
    return json.dumps(answer, indent=2, ensure_ascii=False)


def _indented(text: str) -> list[str]:
    return [f"  {line}" for line in text.splitlines()]


def _find(functions: list[Loaded], file: Path) -> Loaded:
    wanted = file.resolve()
    for loaded in functions:
        if (ROOT / loaded.declaration.file).resolve() == wanted:
            return loaded
    raise CannotInvoke(f"{file} declares no function: name a file such as functions/orders/place_order.py")


def _identify(functions: list[Loaded], loaded: Loaded, event: dict[str, Any]) -> None:
    """Run the real authorizer where the gateway would, unless the event says already who calls."""
    route = loaded.declaration
    if not isinstance(route, Route) or route.access.authorizer == "none" or "authorizer" in event["requestContext"]:
        return
    authorizer = next(one for one in functions if isinstance(one.declaration, Authorizer))
    said = run(authorizer, event).answer
    event["requestContext"]["authorizer"] = {"lambda": said["context"]}


if __name__ == "__main__":
    sys.exit(main())

"""``python -m infra.sample_events``: writes events/<context>/<name>.json for each function.

``--check`` writes nothing and says what is stale. A file of a function that is gone is removed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from infra.openapi.document import documented
from infra.openapi.models import Models
from infra.sample_events.records import authorizer_event, queue_event, schedule_event, stream_event
from infra.sample_events.requests import request_event
from utils.declarations import Declaration, Loaded, QueueWorker, Route, Scheduled, StreamWorker
from utils.discovery import discover

EVENTS: Final = Path(__file__).resolve().parents[2] / "events"


def samples(functions: Iterable[Loaded]) -> dict[str, str]:
    """Return each function's sample as it is committed, by its path below ``events/``."""
    loaded = list(functions)
    models = Models(documented(loaded))
    return {
        f"{one.declaration.context}/{one.declaration.name}.json": _render(_sample(one.declaration, models))
        for one in loaded
    }


def stale(wanted: dict[str, str], folder: Path = EVENTS) -> list[str]:
    """Return the paths that are missing, differ, or belong to no function."""
    there = {path.relative_to(folder).as_posix(): path for path in sorted(folder.glob("*/*.json"))}
    changed = [name for name, text in wanted.items() if name not in there or there[name].read_text("utf-8") != text]
    return sorted([*changed, *(there.keys() - wanted.keys())])


def main(arguments: list[str] | None = None, folder: Path = EVENTS) -> int:
    """Write or check; return 0 when all is well, 1 when something is stale."""
    parser = argparse.ArgumentParser(prog="python -m infra.sample_events", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a sample is stale")
    options = parser.parse_args(arguments)
    wanted = samples(discover())
    outdated = stale(wanted, folder)
    for name in outdated:
        if options.check:
            print(f"events/{name} is not what the code says: run `make openapi`", file=sys.stderr)
        elif name in wanted:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
            print(f"Wrote events/{name}")
        else:
            (folder / name).unlink()
            print(f"Removed events/{name}")
    if not outdated:
        print("The sample events are current.")
    return 1 if outdated and options.check else 0


def _sample(declaration: Declaration, models: Models) -> dict[str, Any]:
    match declaration:
        case Route():
            return request_event(declaration, models)
        case QueueWorker():
            return queue_event(declaration)
        case StreamWorker():
            return stream_event()
        case Scheduled():
            return schedule_event(declaration)
    return authorizer_event()


def _render(event: dict[str, Any]) -> str:
    return json.dumps(event, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())

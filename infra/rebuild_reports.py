"""``python -m infra.rebuild_reports --stage prod``: makes every report anew of the events, and shows the new ones.

For a shop whose sums are in doubt, or whose newer code adds up something else. It may be run while people buy: the
sums that are shown stay as they are until the new ones are whole. Whoever runs this needs AWS credentials of the
stage's account that may read its events and write its reports.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from typing import Final

from infra.operator import took_up
from infra.settings import stage_names

BEGINNING: Final = date(2026, 1, 1)
"""No shop has events from before this software."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Rebuild, and say how many events of each day were added; a stage that is none is an error of one line."""
    options = _parser().parse_args(arguments)
    if not took_up(options.stage):
        return 1
    from pushcart.reports.service import rebuilding

    made, former = rebuilding.rebuild(options.since, _tell)
    print(f"the reports are those of generation {made}; generation {former} is not read any more")
    return 0


def _tell(day: date, events: int) -> None:
    if events:
        print(f"{day}: {events} events")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.rebuild_reports", description="Make the reports anew.")
    parser.add_argument("--stage", required=True, metavar="|".join(stage_names()))
    parser.add_argument(
        "--since", type=date.fromisoformat, default=BEGINNING, help="the day of the first event (default: %(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

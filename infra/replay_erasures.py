"""``python -m infra.replay_erasures --stage prod --since 2026-11-01``: erases again who was erased before a restore.

A restored table holds people who had been erased since its backup was taken. Each wish to be erased stands in the
``work`` table; this carries out again those from a moment on, in jobs that can be done twice. Whoever runs this needs
AWS credentials of the stage's account that may write its tables.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from infra.operator import took_up
from infra.settings import stage_names


def main(arguments: Sequence[str] | None = None) -> int:
    """Queue the jobs and say whose; a stage that is none is an error of one line."""
    options = _parser().parse_args(arguments)
    if not took_up(options.stage):
        return 1
    from pushcart.accounts.service import erasing
    from utils.clock import rfc3339

    count = 0
    for user_id in erasing.replay(rfc3339(options.since)):
        print(f"{user_id} is erased again")
        count += 1
    print(f"{count} erasures asked for since {rfc3339(options.since)} are under way")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.replay_erasures", description="Erase again after a restore.")
    parser.add_argument("--stage", required=True, metavar="|".join(stage_names()))
    parser.add_argument(
        "--since", required=True, type=_moment, help="when the backup that was restored was taken (ISO 8601, UTC)"
    )
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())

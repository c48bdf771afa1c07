"""``make rebuild-search STAGE=prod``: has the search look at every product again, as it does by itself every day.

For a shop that begins to use another index, or whose index was lost. The search goes on finding what it knows; the
queue's worker does the work, in some minutes. Whoever runs this needs AWS credentials of the stage's account that may
invoke the function ``refresh_search``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from infra.local.clients import client
from infra.names import Names
from infra.operator import failed
from infra.settings import UnknownStage, load_settings, stage_names

FUNCTION: Final = "refresh_search"


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for it; what is in the way is an error of one line."""
    options = _parser().parse_args(arguments)
    try:
        name = Names(load_settings(options.stage)).function(FUNCTION)
        client("lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
    except UnknownStage as error:
        return failed(error.args[0])
    except (ClientError, BotoCoreError) as error:
        return failed(f"{options.stage}: {error}")
    print("every product is being looked at again, by the queue `search`; its worker's log tells how it goes")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.rebuild_search", description="Write the search index anew.")
    parser.add_argument("--stage", required=True, metavar="|".join(stage_names()))
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""``python -m infra.grant_role --stage dev ada@example.com admin``: makes the first admin of a deployed shop.

The account registers by the API like any other; whoever runs this vouches for its address, and needs AWS credentials
of the stage's account that may write its tables and read its pepper.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from infra.operator import took_up
from infra.settings import stage_names


def main(arguments: Sequence[str] | None = None) -> int:
    """Grant the roles and say so; an account that is not there is an error of one line."""
    options = _parser().parse_args(arguments)
    if not took_up(options.stage):
        return 1
    from pushcart.accounts.service import grant_roles, user_id_of
    from utils.errors import InvalidState

    user_id = user_id_of(options.email)
    if not user_id:
        print(f"{options.stage} has no account {options.email}: register it by the API first", file=sys.stderr)
        return 1
    try:
        grant_roles(user_id, options.roles)
    except (ValueError, InvalidState) as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{user_id} is now: {', '.join(sorted(options.roles))}; a token that is out keeps its roles for ten minutes")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.grant_role", description="Say who somebody is to the shop.")
    parser.add_argument("--stage", required=True, help=f"one of {', '.join(stage_names())}")
    parser.add_argument("email")
    parser.add_argument("roles", nargs="+", metavar="role", help="the roles that the account is to have, and no other")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""``make rotate-keys STAGE=prod``: gives the key that signs access tokens a successor now.

The shop does so by itself when the key is old; this is for whoever will not wait. No token is refused over it, and no
user notices. Whoever runs this needs AWS credentials of the stage's account that may do what the function
``rotate_signing_keys`` may, and describe the key that its alias names.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from infra.names import Names
from infra.operator import failed, took_up
from infra.settings import load_settings, stage_names


def main(arguments: Sequence[str] | None = None) -> int:
    """Rotate and say from when the successor signs; what is in the way is an error of one line."""
    options = _parser().parse_args(arguments)
    if not took_up(options.stage):
        return 1
    from pushcart.accounts.service.signing_key_rotation import rotate
    from utils.errors import Problem

    try:
        os.environ.update(signing_key(options.stage))
        made = rotate(at_once=True)
    except (Problem, ClientError, BotoCoreError) as error:
        return failed(f"{options.stage}: {str(error) or type(error).__name__}")
    if made is None:
        return failed(f"{options.stage}: KMS does not tell the new key yet; the next hourly run goes on with it")
    print(f"{made.kid} is published and signs from {made.signs_from}; its predecessor's tokens live out their time")
    return 0


def signing_key(stage: str) -> dict[str, str]:
    """Return the variable with the key that came with the deployment, found by its alias.

    Raises
    ------
    botocore.exceptions.ClientError
        When there is none.
    """
    from pushcart import queues
    from utils import aws

    key = queues.token_signing
    answer = aws.call("kms", "DescribeKey", KeyId=f"alias/{Names(load_settings(stage)).prefix}-{key.name}")
    return {key.env: answer["KeyMetadata"]["KeyId"]}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.rotate_signing_keys", description="Rotate the signing key.")
    parser.add_argument("--stage", required=True, help=f"one of {', '.join(stage_names())}")
    return parser


if __name__ == "__main__":
    sys.exit(main())

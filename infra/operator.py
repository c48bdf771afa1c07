"""What an operator's command needs to be the shop's own code on a deployed stage, from outside of Lambda."""

from __future__ import annotations

import os
import sys

from infra.local.provision import Resources
from infra.names import Names
from infra.packaging.paths import LAYERS
from infra.settings import UnknownStage, load_settings


def operator_environment(stage: str) -> dict[str, str]:
    """Return the variables with which the shop's own code works on ``stage`` from outside of Lambda.

    Raises
    ------
    infra.settings.UnknownStage
        When there is no such stage.
    """
    names = Names(load_settings(stage))
    resources = Resources.declared()
    tables = {table.env: names.table(table.name) for table in resources.tables}
    secrets = {secret.env: names.secret(secret) for secret in resources.secrets}
    return {**tables, **secrets, "PUSHCART_STAGE": stage}


def act_on(stage: str) -> None:
    """Let this process work on ``stage`` from now on; what is imported of the shop afterwards finds its tables.

    Raises
    ------
    infra.settings.UnknownStage
        When there is no such stage.
    """
    sys.path.insert(0, str(LAYERS))
    os.environ.update(operator_environment(stage))


def took_up(stage: str) -> bool:
    """Let this process work on ``stage``, as the first thing that a command does (:func:`act_on`).

    Returns
    -------
    bool
        ``False``, after an error of one line, when there is no such stage.
    """
    try:
        act_on(stage)
    except UnknownStage as error:
        failed(error.args[0])
        return False
    return True


def failed(why: str) -> int:
    """Say in one line why a command does nothing, and return its exit status."""
    print(why, file=sys.stderr)
    return 1

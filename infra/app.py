"""The CDK app: ``npx cdk synth -c stage=dev``. Every stack is made of the declarations in ``functions/``."""

from __future__ import annotations

import sys
from typing import NoReturn

from pydantic import ValidationError

from infra.packaging.paths import LAYERS

sys.path.insert(0, str(LAYERS))


def _stop(reason: object) -> NoReturn:
    print(f"cannot synthesise: {reason}", file=sys.stderr)
    sys.exit(1)


def main() -> None:
    """Synthesise the stage named by ``-c stage=`` (default ``dev``); a foreseeable error is one line."""
    from aws_cdk import App

    from infra.packaging.layers import UnbuildableLayer
    from infra.packaging.runtime import UnusableRuntime
    from infra.packaging.wheels import InstallationFailed
    from infra.released_indexes import TooManyIndexChanges
    from infra.settings import UnknownStage, load_settings
    from infra.shop import UnfinishedShop
    from infra.shop_app import build_app
    from utils.discovery import UndeclaredFunction

    context = App().node
    stage = context.try_get_context("stage") or "dev"
    try:
        app = build_app(
            load_settings(stage),
            runtime=context.try_get_context("runtime"),
            report=lambda line: print(line, file=sys.stderr, flush=True),
        )
    except (
        UnknownStage,
        UnusableRuntime,
        UnbuildableLayer,
        InstallationFailed,
        UnfinishedShop,
        UndeclaredFunction,
        TooManyIndexChanges,
    ) as error:
        _stop(error.args[0])
    except ValidationError as error:
        _stop(f"config/settings.yaml, stage {stage}: {error}")
    app.synth()


if __name__ == "__main__":
    main()

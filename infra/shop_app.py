"""Builds all stacks of one stage, in the order in which they are deployed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks

from infra.constructs.kit import Kit
from infra.names import Names
from infra.packaging.layers import LayerBuilder
from infra.packaging.runtime import machine_architecture, resolve_runtime
from infra.released_indexes import guard
from infra.settings import StageSettings
from infra.shop import Shop
from infra.stacks.api import ApiStack
from infra.stacks.base import ShopStack
from infra.stacks.data import DataStack
from infra.stacks.identity import IdentityStack
from infra.stacks.messaging import MessagingStack
from infra.stacks.observability import ObservabilityStack
from infra.stacks.service import ServiceStack
from infra.stacks.stage import StageStack
from infra.stacks.storage import StorageStack


def build_app(
    settings: StageSettings,
    *,
    shop: Shop | None = None,
    runtime: str | None = None,
    report: Callable[[str], None] = print,
    **app_options: Any,
) -> App:
    """Return the CDK app of one stage, ready for ``synth()``.

    Parameters
    ----------
    settings
        The stage's settings.
    shop
        What to deploy; the declared shop by default.
    runtime
        Another minor version of Python than the running one.
    report
        Is told of long steps.
    app_options
        Handed to :class:`aws_cdk.App`, such as ``outdir``.
    """
    architecture = machine_architecture() if settings.emulated else "arm64"
    target = resolve_runtime(version=runtime, architecture=architecture)
    wanted = shop or Shop.declared()
    if not settings.emulated:
        guard(wanted.resources.tables)
    kit = Kit(shop=wanted, names=Names(settings), layers=LayerBuilder(target, report=report))
    app = App(**app_options)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    _stacks(app, kit)
    return app


def _stacks(app: App, kit: Kit) -> None:
    ground = [DataStack(app, kit=kit), IdentityStack(app, kit=kit), MessagingStack(app, kit=kit)]
    storage = StorageStack(app, kit=kit)
    api = ApiStack(app, kit=kit)
    services = [ServiceStack(app, context, kit=kit) for context in kit.shop.contexts]
    stage = StageStack(app, kit=kit)
    features = kit.settings.features
    observed = features.alarms or features.dashboard or features.budget
    _in_order(ground, [storage], [api], services, [stage], [ObservabilityStack(app, kit=kit)] if observed else [])


def _in_order(*waves: Sequence[ShopStack]) -> None:
    """Exports are named by hand, so CDK does not see who needs whom: each wave waits for the one before."""
    for before, after in pairwise(waves):
        for stack in after:
            for dependency in before:
                stack.add_stack_dependency(dependency)

"""One bounded context: its routes and its workers, each a function with its own role, log and trigger."""

from __future__ import annotations

from constructs import Construct

from infra.constructs.kit import Kit
from infra.constructs.triggers import connect
from infra.stacks.base import ShopStack


class ServiceStack(ShopStack):
    """The functions of ``context``. A route is about seven resources, and 500 is a stack's limit."""

    def __init__(self, scope: Construct, context: str, *, kit: Kit) -> None:
        super().__init__(scope, context, kit=kit, description=f"routes and workers of {context}")
        for declaration in kit.shop.of_context(context):
            connect(self, declaration)

"""What all stacks share: the kit, exports under names of our own, and layers made once a stack."""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput, Stack, Tags
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_s3_assets import Asset
from constructs import Construct

from infra.constructs.kit import Kit


class ShopStack(Stack):
    """A stack of the shop. Its name is the stage's prefix and ``part``."""

    def __init__(self, scope: Construct, part: str, *, kit: Kit, description: str) -> None:
        super().__init__(
            scope,
            kit.names.stack(part),
            description=f"Pushcart ({kit.names.stage}): {description}",
            termination_protection=kit.settings.protect,
        )
        self.kit = kit
        self._layers: dict[str, lambda_.CfnLayerVersion] = {}
        Tags.of(self).add("application", "pushcart")
        Tags.of(self).add("stage", kit.names.stage)

    def export(self, *parts: str, value: Any) -> None:
        """Export ``value`` under the name that :meth:`infra.names.Names.export` makes of ``parts``."""
        CfnOutput(
            self,
            "Export" + "".join(part.title().replace("-", "") for part in parts),
            value=value,
            export_name=self.kit.names.export(*parts),
        )

    def layer(self, name: str) -> lambda_.CfnLayerVersion:
        """Return this stack's own version of the layer ``name``.

        A version's ARN changes with its content, so it must never be an export that another stack uses.
        """
        if name not in self._layers:
            runtime = self.kit.runtime
            asset = Asset(self, f"Layer-{name}-asset", path=str(self.kit.layers.build(name)))
            self._layers[name] = lambda_.CfnLayerVersion(
                self,
                f"Layer-{name}",
                layer_name=f"{self.stack_name}-{name.replace('_', '-')}",
                compatible_runtimes=[runtime.name],
                compatible_architectures=[runtime.architecture],
                content=lambda_.CfnLayerVersion.ContentProperty(
                    s3_bucket=asset.s3_bucket_name, s3_key=asset.s3_object_key
                ),
            )
        return self._layers[name]

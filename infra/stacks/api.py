"""The HTTP API without its stage, and the two authorizers.

The stage comes last (its per-route throttles name routes that must exist), the routes in their contexts' stacks. An
API may have ten authorizers, so they are made here, once, and never per stack.
"""

from __future__ import annotations

from typing import Final, Literal

from aws_cdk import Fn
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

from infra.constructs.function import DeclaredFunction
from infra.constructs.kit import Kit
from infra.local.cors import Cors
from infra.stacks.base import ShopStack

CACHE_SECONDS: Final = 60


class ApiStack(ShopStack):
    """The API, the function that says who calls, and the two ways in which the gateway asks it."""

    def __init__(self, scope: Construct, *, kit: Kit) -> None:
        super().__init__(scope, "api", kit=kit, description="HTTP API and authorizers")
        self._api = self._http_api()
        self.export("api", "id", value=self._api.attr_api_id)
        url = Fn.sub("https://${api}.execute-api.${AWS::Region}.${AWS::URLSuffix}", {"api": self._api.attr_api_id})
        self.export("api", "url", value=url)
        function = DeclaredFunction(self, kit.shop.authorizer)
        function.resource.add_property_override("Environment.Variables.TOKEN_ISSUER", kit.settings.token_issuer or url)
        function.allow_invocation(
            principal="apigateway.amazonaws.com",
            source_arn=self.format_arn(
                service="execute-api", resource=self._api.attr_api_id, resource_name="authorizers/*"
            ),
        )
        self._authorizer("required", function, identity_source=["$request.header.Authorization"], ttl=CACHE_SECONDS)
        self._authorizer("optional", function, identity_source=[], ttl=0)

    def _http_api(self) -> apigateway.CfnApi:
        origins = self.kit.settings.cors_origins
        rules = Cors(allow_origins=origins)
        return apigateway.CfnApi(
            self,
            "Api",
            name=self.kit.names.prefix,
            protocol_type="HTTP",
            description="Pushcart",
            cors_configuration=apigateway.CfnApi.CorsProperty(
                allow_origins=list(origins),
                allow_methods=list(rules.allow_methods),
                allow_headers=list(rules.allow_headers),
                expose_headers=list(rules.expose_headers),
                max_age=rules.max_age_seconds,
                allow_credentials=False,
            )
            if origins
            else None,
        )

    def _authorizer(
        self, name: Literal["required", "optional"], function: DeclaredFunction, *, identity_source: list[str], ttl: int
    ) -> None:
        """Make one authorizer; its cache is always written out, since the default is 300 s, which AWS refuses
        without an identity source and an emulator silently takes."""
        invocation = Fn.sub(
            "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${function}/invocations",
            {"function": function.arn},
        )
        made = apigateway.CfnAuthorizer(
            self,
            f"Authorizer-{name}",
            api_id=self._api.attr_api_id,
            name=name,
            authorizer_type="REQUEST",
            authorizer_uri=invocation,
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            authorizer_result_ttl_in_seconds=ttl,
            identity_source=identity_source,
        )
        self.export("authorizer", name, "id", value=made.ref)

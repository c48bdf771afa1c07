"""The laptop cloud in one object: moto or an endpoint, the declared resources, the gateway and the pumps.

Example
-------
>>> cloud = Cloud.start()  # doctest: +SKIP
>>> cloud.gateway.handle("GET", "/api/v1/products").status  # doctest: +SKIP
200
>>> cloud.pumps.drain()  # doctest: +SKIP
[]
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from infra.local import moto_backend
from infra.local.cors import Cors
from infra.local.gateway import Gateway, Invoke
from infra.local.lambda_context import invoke
from infra.local.provision import Resources, provision
from infra.local.pumps import Pumps
from utils.declarations import Loaded


@dataclass(slots=True)
class Cloud:
    """What a running laptop cloud has. ``environment`` holds the variables that provisioning set."""

    functions: list[Loaded]
    environment: dict[str, str]
    gateway: Gateway
    pumps: Pumps

    @classmethod
    def start(
        cls,
        functions: Iterable[Loaded] | None = None,
        *,
        resources: Resources | None = None,
        cors: Cors | None = None,
        call: Invoke = invoke,
        checkpoints: dict[str, str] | None = None,
    ) -> Cloud:
        """Provision and connect everything; the pumps do not run yet.

        Uses moto unless ``AWS_ENDPOINT_URL`` is set or moto runs already. What exists is kept, so that a second start
        in one process is what a code reload does.

        Parameters
        ----------
        functions
            Loaded functions; all declared ones by default.
        resources
            What to provision; the declared pages by default.
        call
            How the gateway and the pumps call a function; a test wraps it to break, count or double.
        checkpoints
            Places in the streams that an earlier cloud came to.
        """
        if not os.environ.get("AWS_ENDPOINT_URL"):
            moto_backend.start()
        environment = provision(resources)
        if functions is None:
            # Not before the environment is set: models and clients are made when a function is imported.
            from utils.discovery import discover

            functions = discover()
        loaded = list(functions)
        return cls(
            functions=loaded,
            environment=environment,
            gateway=Gateway(loaded, cors=cors, call=call),
            pumps=Pumps(loaded, deliver=call, checkpoints=checkpoints),
        )

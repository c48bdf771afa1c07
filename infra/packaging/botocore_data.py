"""Cuts botocore's data to the services and operations that the shop calls.

botocore ships 400 services (27 MB); a client reads the model of one, and makes a method for each operation in it.
``endpoints.json`` is read whole by the first client (26 ms of a cold start), so it is cut with them, and documentation
that no client reads goes.
"""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any, Final

SERVICES: Final[dict[str, str]] = {
    "dynamodb": "dynamodb",
    "kms": "kms",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sesv2": "ses",
    "sns": "sns",
    "sqs": "sqs",
}
"""botocore's name of each service that is kept, and the prefix of its IAM actions."""

OPERATIONS: Final[dict[str, frozenset[str]]] = {
    "dynamodb": frozenset(
        {"BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"}
    ),
    "kms": frozenset(
        {
            "CreateKey",
            "Decrypt",
            "Encrypt",
            "GetPublicKey",
            "ListKeys",
            "ListResourceTags",
            "ScheduleKeyDeletion",
            "Sign",
        }
    ),
    "s3": frozenset({"DeleteObject", "GetObject", "PutObject"}),
    "secretsmanager": frozenset({"GetSecretValue"}),
    "sesv2": frozenset({"SendEmail"}),
    "sns": frozenset({"Publish"}),
    "sqs": frozenset({"SendMessage", "SendMessageBatch"}),
}
"""What is called through ``utils.aws``; a test reads the calls out of the sources and holds them against this."""

_ENDPOINT_NAMES: Final = {
    "dynamodb": "dynamodb",
    "kms": "kms",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sesv2": "email",
    "sns": "sns",
    "sqs": "sqs",
}
_MODEL_FILES: Final = ("service-2", "endpoint-rule-set-1", "paginators-1")


def cut_botocore_data(data: Path) -> None:
    """Cut ``botocore/data`` at ``data`` in place; what stays is plain, minified JSON, which zips better than gzip."""
    for service in [path for path in data.iterdir() if path.is_dir()]:
        if service.name in SERVICES:
            _cut_service(service)
        else:
            shutil.rmtree(service)
    endpoints = data / "endpoints.json"
    _write(endpoints, _cut_endpoints(json.loads(endpoints.read_bytes())))
    for name in ("partitions.json", "sdk-default-configuration.json", "_retry.json"):
        _write(data / name, json.loads((data / name).read_bytes()))


def _cut_service(service: Path) -> None:
    versions = sorted(path for path in service.iterdir() if path.is_dir())
    for older in versions[:-1]:
        shutil.rmtree(older)
    for path in list(versions[-1].iterdir()):
        # By the whole name: "service-2.sdk-extras.json" is a patch of the model, and no model.
        stem = path.name.removesuffix(".gz").removesuffix(".json")
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        path.unlink()
        if stem in _MODEL_FILES:
            kept = _without_documentation(json.loads(content))
            # S3's above all have some, and botocore reads their documentation unasked at each call.
            for parameter in kept.get("clientContextParams", {}).values():
                parameter["documentation"] = ""
            if "operations" in kept:
                kept = cut_operations(kept, OPERATIONS[service.name])
            _write(versions[-1] / f"{stem}.json", kept)


def cut_operations(model: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """Return a service's model with these operations and the shapes that they reach.

    Raises
    ------
    KeyError
        When the service has no such operation.
    """
    operations = {name: model["operations"][name] for name in sorted(names)}
    reached: dict[str, Any] = {}
    waiting = _shapes_in(operations)
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = model["shapes"][name]
            waiting |= _shapes_in(reached[name])
    return {**model, "operations": operations, "shapes": reached}


def _shapes_in(node: Any) -> set[str]:
    if isinstance(node, list):
        return {name for value in node for name in _shapes_in(value)}
    if not isinstance(node, dict):
        return set()
    own = {node["shape"]} if isinstance(node.get("shape"), str) else set()
    return own | {name for value in node.values() for name in _shapes_in(value)}


def _cut_endpoints(endpoints: dict[str, Any]) -> dict[str, Any]:
    kept = set(_ENDPOINT_NAMES.values())
    for partition in endpoints["partitions"]:
        partition["services"] = {name: body for name, body in partition["services"].items() if name in kept}
    return endpoints


def _without_documentation(node: Any) -> Any:
    """Drop texts only: a structure may well have a member that is called ``documentation``."""
    if isinstance(node, dict):
        return {
            key: _without_documentation(value)
            for key, value in node.items()
            if not (key == "documentation" and isinstance(value, str))
        }
    if isinstance(node, list):
        return [_without_documentation(value) for value in node]
    return node


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="utf-8")

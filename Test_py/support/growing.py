"""``python -m Test_py.support.growing``: measures growth, in a small way, of a catalogue one of whose routes grows.

The list of products reads all of its index before it answers. What it prints is for ``test_growth``.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from infra.growth.measure import Shop, Size, compare
from infra.local import moto_backend

SPOILT = "list_products"
SMALL, LARGE = Size(30, 0), Size(90, 0)


def main() -> int:
    """Measure it as it is and as it is spoilt; print which routes grew."""
    moto_backend.start()
    os.environ.update(moto_backend.ENVIRONMENT)
    from pushcart import tables
    from utils import aws
    from utils.discovery import discover

    functions = discover()

    def spoilt(handler: Any) -> Any:
        def handle(event: Any, context: Any) -> Any:
            everything = {"ExpressionAttributeValues": {":pk": {"S": "active#0"}}, "IndexName": "by_status"}
            wanted = {"KeyConditionExpression": "status_shard = :pk", "TableName": tables.catalog.physical_name}
            aws.call("dynamodb", "Query", **wanted, **everything)
            return handler(event, context)

        return handle

    changed = [
        one._replace(handler=spoilt(one.handler)) if one.declaration.name == SPOILT else one for one in functions
    ]
    shop, measured = Shop.open(functions), []
    for size in (SMALL, LARGE):
        shop.grow_to(size)
        for some in (functions, changed):
            shop.cloud.functions = some
            measured.append(shop.patterns(frozenset({"catalog"})))
    for small, large in ((0, 2), (1, 3)):
        found = compare(measured[small], measured[large])
        print(len(found), *found, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

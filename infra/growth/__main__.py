"""``make growth``: fails, and names the routes, when a request asks for more or costs more in a large shop.

``python -m infra.growth --products 100 10000 --orders 100 100000``. AWS calls and capacity units are counted, which no
machine changes; how long moto takes to answer says nothing of DynamoDB and is not looked at.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time

from infra.growth.measure import Size, grown


def main(arguments: list[str] | None = None) -> int:
    """Measure and compare; return 0 when every route costs the same at both sizes, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="make growth", description=__doc__)
    parser.add_argument("--products", type=int, nargs=2, default=(100, 10_000), metavar=("FEW", "MANY"))
    parser.add_argument("--orders", type=int, nargs=2, default=(100, 100_000), metavar=("FEW", "MANY"))
    options = parser.parse_args(arguments)
    small, large = (Size(*pair) for pair in zip(options.products, options.orders, strict=True))
    started = time.monotonic()
    found = grown(small, large)
    gigabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
    print(f"{time.monotonic() - started:.0f} s, {gigabytes:.1f} GB.")
    for one in found:
        print(f"  ✗ {one}", file=sys.stderr)
    print("No route costs more in the large shop." if not found else f"{len(found)} routes grow with the shop.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

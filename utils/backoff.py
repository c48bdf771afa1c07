"""How often, and after what wait, something that could not be done at once is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Final

RETRIES: Final = 6
BASE_SECONDS: Final = 0.025
CAP_SECONDS: Final = 0.8


def tries(
    *, retries: int = RETRIES, base_seconds: float = BASE_SECONDS, cap_seconds: float = CAP_SECONDS
) -> Iterator[int]:
    """Yield the number of each try, from 0, with a pause of full jitter before each but the first.

    Left to themselves, the figures are those for what DynamoDB had to put off.

    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    yield 0
    for retry in range(1, retries + 1):
        time.sleep(random.uniform(0, min(cap_seconds, base_seconds * 2**retry)))  # noqa: S311 - spreads load only
        yield retry

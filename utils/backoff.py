"""How often, and after what wait, something that DynamoDB had to put off is tried again."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Final

RETRIES: Final = 6
BASE_SECONDS: Final = 0.025
CAP_SECONDS: Final = 0.8


def tries() -> Iterator[int]:
    """Yield the number of each try, from 0, with a pause of full jitter before each but the first.

    Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    yield 0
    for retry in range(1, RETRIES + 1):
        time.sleep(random.uniform(0, min(CAP_SECONDS, BASE_SECONDS * 2**retry)))  # noqa: S311
        yield retry

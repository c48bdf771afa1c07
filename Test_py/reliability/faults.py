"""What may go wrong at one AWS call: the process dies before or after it, it is throttled, its answer is lost."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Literal

from botocore.exceptions import ClientError, ReadTimeoutError

from Test_py.reliability.seam import Crash, Proceed

Moment = Literal["before", "after"]


@dataclass(slots=True)
class Counting:
    """Breaks nothing; counts."""

    made: list[str] = field(default_factory=list)

    def __call__(self, operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        self.made.append(operation)
        return proceed()


@dataclass(slots=True)
class CrashAt:
    """Ends the process before or after its n-th call (from 1), and again at the next ``times - 1`` tries of that call.

    The second crash comes at the first call of the same operation after the first, as when the cause of a crash is
    still there on redelivery.
    """

    n: int
    moment: Moment
    times: int = 2
    seen: int = 0
    crashed: int = 0
    operation: str = ""

    def __call__(self, operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        self.seen += 1
        first = self.seen == self.n
        again = 0 < self.crashed < self.times and operation == self.operation
        if not (first or again):
            return proceed()
        self.crashed, self.operation = self.crashed + 1, operation
        if self.moment == "after":
            proceed()
        raise Crash(f"{self.moment} call {self.n}, {operation}")


@dataclass(slots=True)
class LoseAnswer:
    """The n-th call is carried out, and its answer lost on the way."""

    n: int
    seen: int = 0

    def __call__(self, operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        self.seen += 1
        answer = proceed()
        if self.seen == self.n:
            raise ReadTimeoutError(endpoint_url=f"https://aws.test/{operation}")
        return answer


@dataclass(slots=True)
class Throttle:
    """Refuses DynamoDB calls at ``rate``, as many times as botocore would try one again; counts every attempt."""

    rate: float
    seed: int
    attempts: int = 0
    wanted: int = 0
    max_attempts: int = 5

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    _random: random.Random = field(init=False, repr=False)

    def __call__(self, operation: str, parameters: dict[str, Any], proceed: Proceed) -> Any:
        self.wanted += 1
        for _ in range(self.max_attempts):
            self.attempts += 1
            if self._random.random() >= self.rate:
                return proceed()
        code = "ProvisionedThroughputExceededException"
        raise ClientError({"Error": {"Code": code, "Message": "throttled"}}, operation)

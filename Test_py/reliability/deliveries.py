"""A pump's deliveries as the cloud may make them: doubled up to five times, out of order, delayed, dropped."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from infra.local.lambda_context import FunctionError
from Test_py.reliability.seam import call
from utils.declarations import Loaded, QueueWorker, StreamWorker

MAX_COPIES = 5


@dataclass(slots=True)
class UnreliableDelivery:
    """Stands between the pumps and the functions.

    A batch is handed over once to five times; a standard queue's is shuffled; now and then the answer is lost after
    the work was done, or the batch is dropped before, so that the queue hands it out again. Streams and FIFO queues
    keep their order, as AWS promises, but come twice all the same. ``calm`` ends it all.
    """

    seed: int
    calm: bool = False
    handed: int = 0
    _random: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def __call__(self, loaded: Loaded, event: dict[str, Any]) -> Any:
        worker = loaded.declaration
        if self.calm or not isinstance(worker, QueueWorker | StreamWorker):
            return call(loaded, event)
        dice = self._random
        if dice.random() < 0.15:
            raise FunctionError("dropped on the way")
        answer: Any = None
        for _ in range(dice.choice((1, 1, 2, 3, MAX_COPIES))):
            records = list(event["Records"])
            if isinstance(worker, QueueWorker) and not worker.queue.fifo:
                dice.shuffle(records)
            self.handed += 1
            answer = call(loaded, {**event, "Records": records})
        if dice.random() < 0.15:
            raise FunctionError("the answer was lost")
        return answer

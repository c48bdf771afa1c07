"""Moves work from streams, queues and clocks to its workers: in threads for serving, or step by step for tests.

Example
-------
>>> pumps = Pumps(discover())  # doctest: +SKIP
>>> [delivery.function for delivery in pumps.drain()]  # doctest: +SKIP
['relay', 'on_payment_due', 'relay', 'send_mail']
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from infra.local.lambda_context import invoke
from infra.local.queue_source import QueueSource
from infra.local.schedule_source import ScheduleSource
from infra.local.sources import Deliver, Delivery, Source
from infra.local.stream_source import StreamSource
from utils.clock import now
from utils.declarations import Loaded, QueueWorker, Scheduled, StreamWorker

BUSY_SECONDS = 0.01
IDLE_SECONDS = 0.5
logger = logging.getLogger("local.pumps")


class NeverQuiet(RuntimeError):
    """Work kept making new work for as many rounds as were allowed."""


class Pumps:
    """All event sources of the declared functions.

    Parameters
    ----------
    functions
        What discovery found; routes are ignored.
    deliver
        Calls a function with an event and returns its answer. A test that doubles, reorders, delays or drops
        deliveries wraps :func:`infra.local.lambda_context.invoke` here; a raise is a failed batch.
    checkpoints
        Places in the streams; pass the same dictionary to the next ``Pumps`` to go on from there.
    """

    def __init__(
        self,
        functions: Iterable[Loaded],
        *,
        deliver: Deliver = invoke,
        checkpoints: dict[str, str] | None = None,
    ) -> None:
        self.checkpoints = {} if checkpoints is None else checkpoints
        self.streams: list[StreamSource] = []
        self.queues: list[QueueSource] = []
        self.schedules: list[ScheduleSource] = []
        for loaded in functions:
            match loaded.declaration:
                case StreamWorker() as worker:
                    self.streams.append(StreamSource(loaded, worker, deliver, self.checkpoints))
                case QueueWorker() as worker:
                    self.queues.append(QueueSource(loaded, worker, deliver))
                case Scheduled() as schedule:
                    self.schedules.append(ScheduleSource(loaded, schedule, deliver))
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self._wakers: list[threading.Event] = []

    def drain(self, max_rounds: int = 100) -> list[Delivery]:
        """Hand over all that is visible, and what follows from it, in one fixed order and without waiting.

        Streams first, then the queues in the order of their workers' paths. What failed stays invisible until its
        time-out, so that a poison message does not keep this busy. Schedules do not run here: see
        :meth:`run_schedules`.

        Raises
        ------
        NeverQuiet
            When there is still work after ``max_rounds``.
        """
        delivered: list[Delivery] = []
        for _ in range(max_rounds):
            sources: list[Source] = [*self.streams, *self.queues]
            round_ = [delivery for source in sources if (delivery := source.poll())]
            if not round_:
                return delivered
            delivered += round_
        raise NeverQuiet(f"still busy after {max_rounds} rounds: {delivered[-1].function}")

    def run_schedules(self, *, due_only: bool = True) -> list[Delivery]:
        """Run the schedules that are due by the clock, or all of them."""
        if due_only:
            return [delivery for source in self.schedules if (delivery := source.poll())]
        return [source.run(now()) for source in self.schedules]

    def start(self) -> None:
        """Poll every source in a thread of its own until :meth:`stop`."""
        self._stopping.clear()
        sources: list[Source] = [*self.streams, *self.queues, *self.schedules]
        for source in sources:
            waker = threading.Event()
            thread = threading.Thread(target=self._run, args=(source, waker), name=source.name, daemon=True)
            self._wakers.append(waker)
            self._threads.append(thread)
            thread.start()

    def wake(self) -> None:
        """Make the threads look now: something was written, or the clock moved."""
        for waker in self._wakers:
            waker.set()

    def stop(self, timeout_seconds: float = 2.0) -> bool:
        """Let each thread end the batch in its hands; return whether all did in time."""
        self._stopping.set()
        self.wake()
        for thread in self._threads:
            thread.join(timeout_seconds)
        ended = not any(thread.is_alive() for thread in self._threads)
        self._threads, self._wakers = [], []
        return ended

    def _run(self, source: Source, waker: threading.Event) -> None:
        pause = BUSY_SECONDS
        while not self._stopping.is_set():
            try:
                delivery = source.poll()
            except Exception:
                logger.exception("%s cannot be read", source.name)
                delivery, pause = None, IDLE_SECONDS
            if delivery is not None:
                pause = BUSY_SECONDS
                self.wake()
            # Idle polls grow rare, so that a quiet shop costs no processor; whoever writes wakes them.
            if waker.wait(pause):
                pause = BUSY_SECONDS
                waker.clear()
            else:
                pause = min(pause * 2, IDLE_SECONDS)

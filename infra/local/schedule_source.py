"""Starts scheduled work when its time has come by ``utils.clock``, as an EventBridge rate does."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from threading import Lock

from infra.local.sources import Deliver, Delivery, logger
from utils.clock import now
from utils.declarations import Loaded, Scheduled


class ScheduleSource:
    """One schedule. The first start is one interval after this object was made; missed ones are not made up for."""

    def __init__(self, loaded: Loaded, schedule: Scheduled, deliver: Deliver) -> None:
        self._loaded, self._deliver = loaded, deliver
        self._interval = timedelta(minutes=schedule.every_minutes)
        self._due = now() + self._interval
        self._lock = Lock()
        self.name = f"schedule {schedule.name}"

    def poll(self) -> Delivery | None:
        """Run it if it is due."""
        moment = now()
        with self._lock:
            # A clock that was moved back must not leave the schedule waiting for the old time to come again.
            self._due = min(self._due, moment + self._interval)
            if moment < self._due:
                return None
            self._due = moment + self._interval
        return self.run(moment)

    def run(self, moment: datetime) -> Delivery:
        """Run it now, whatever the time."""
        name, event_id = self._loaded.declaration.name, str(uuid.uuid4())
        event = {
            "version": "0",
            "id": event_id,
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "123456789012",
            "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": "eu-central-1",
            "resources": [f"arn:aws:events:eu-central-1:123456789012:rule/{name}"],
            "detail": {},
        }
        try:
            self._deliver(self._loaded, event)
        except Exception as error:  # noqa: BLE001 - whatever a function raises is its failure, not the pump's
            logger.exception("%s failed", name)
            return Delivery(name, self.name, (event_id,), frozenset({event_id}), error)
        return Delivery(name, self.name, (event_id,))

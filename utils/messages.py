"""The shape of an event on its way, in the topic, a queue or a dead letter. Ids only, nothing personal (data.md)."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from utils.startup import IN_LAMBDA


class EventMessage(BaseModel):
    """An event as consumers receive it. Unknown fields are ignored: a newer version may send more.

    ``sequence`` counts up within an aggregate without a hole. Deliveries come twice and in any order.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=IN_LAMBDA)

    id: str
    type: str
    aggregate: str
    sequence: int
    schema_version: int = 1
    occurred_at: str
    correlation_id: str
    data: dict[str, Any]

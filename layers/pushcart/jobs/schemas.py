"""What is told of a job."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from utils.schemas import Output


class Progress(Output):
    """How much of a job is done; ``total`` is 0 until it is known."""

    done: int = Field(ge=0, examples=[0])
    total: int = Field(ge=0, examples=[3])


class Job(Output):
    """Work that goes on apart. ``status`` is ``blocked``, ``queued``, ``running``, ``succeeded``, ``failed`` or
    ``cancelled``."""

    id: str = Field(max_length=64, examples=["job_01JZ8Q3V5W2K3M4N5P6Q7R8S9T"])
    kind: str = Field(max_length=64, examples=["data_export"])
    title: str = Field(max_length=200, examples=["Export of personal data"])
    rationale: str | None = Field(default=None, max_length=1000, examples=[None])
    blocked_by: list[Annotated[str, StringConstraints(max_length=64)]] = Field(max_length=50, examples=[[]])
    status: str = Field(max_length=16, examples=["queued"])
    progress: Progress
    result: dict[str, Any] | None = Field(default=None, examples=[None])
    errors: list[dict[str, Any]] = Field(max_length=50, examples=[[]])
    created_at: str = Field(max_length=32, examples=["2026-01-02T03:04:05.000Z"])
    updated_at: str = Field(max_length=32, examples=["2026-01-02T03:04:05.000Z"])
    version: int = Field(ge=1, examples=[1])

"""What one sees of one's own sessions."""

from pydantic import Field

from utils.schemas import Output


class Session(Output):
    """One sign-in that still lives. ``expires_at`` is when it ends unless it is used; ``current``: it is this one."""

    id: str = Field(max_length=30, examples=["ses_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    agent: str = Field(
        max_length=200, examples=["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"]
    )
    client_id: str | None = Field(default=None, max_length=30, examples=["cli_01J9ZC8Q0V5W2K3M4N5P6Q7R8S"])
    current: bool = Field(examples=[True])
    created_at: str = Field(max_length=24, examples=["2026-01-02T03:04:05.000Z"])
    last_used_at: str = Field(max_length=24, examples=["2026-01-03T03:04:05.000Z"])
    expires_at: str = Field(max_length=24, examples=["2026-01-17T03:04:05.000Z"])
    updated_at: str = Field(max_length=24, examples=["2026-01-03T03:04:05.000Z"])

"""What the system tells of itself."""

from utils.schemas import Output


class Readiness(Output):
    """Whether a request that needs the database would be served."""

    status: str
    database: str

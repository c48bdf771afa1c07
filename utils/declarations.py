"""What a function file declares about itself. Everything else is derived from these frozen values.

CDK makes the function, its route and its policy of them; the laptop cloud its routing and its pumps; OpenAPI its
operations; the tests the access matrix and the table of calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from utils.access import Access
from utils.deprecation import Deprecated
from utils.rate_limits import RateLimit
from utils.resources import Grant, Queue
from utils.tables import Table

DEFAULT_PATH: Final = "$default"
"""The path of the route that answers what no other does."""


class Package(NamedTuple):
    """A heavy third-party package in a small layer of its own, so that other functions stay light.

    ``name`` is the folder below ``layers/`` whose lock is built; ``modules`` are imported while the function
    initialises, so that one heavy use does not weigh on the first request.
    """

    name: str
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Function:
    """What every declared function has."""

    name: str
    context: str
    summary: str
    uses: tuple[Grant, ...] = ()
    packages: tuple[Package, ...] = ()
    memory_mb: int = 512
    timeout_seconds: int = 10

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.context}/{self.name})"

    @property
    def file(self) -> str:
        """Path of the one file, from the top of the repository."""
        return f"functions/{self.context}/{self.name}.py"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Route(Function):
    """A route: method and path, who may call it, what goes in and out.

    ``input`` is the model of the query string for GET and DELETE and of the body otherwise; ``output`` is the model
    of ``data`` (``None``: no body). ``many`` says that ``data`` is a list of them, and ``about`` is then the model of
    ``meta.summary``, which is about all that was found. ``raw`` names the standard that is followed instead of the
    envelope. ``idempotency`` is ``"required"``, ``"accepted"`` or ``"none"``. ``limit`` is how often one caller may
    write by it.
    """

    method: str
    path: str
    access: Access
    status: int = 200
    input: type[Any] | None = None
    output: Any = None
    many: bool = False
    about: type[Any] | None = None
    raw: str | None = None
    idempotency: str = "none"
    versioned: bool = False
    etag: bool = False
    cache_seconds: int | None = None
    path_parameters: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    limit: RateLimit | None = None
    deprecated: Deprecated | None = None

    @property
    def key(self) -> str:
        """API Gateway's route key, such as ``POST /api/v1/orders``; also the label in logs."""
        return self.path if self.path == DEFAULT_PATH else f"{self.method} {self.path}"

    @property
    def operation_id(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class QueueWorker(Function):
    """A worker of one SQS queue, with partial batch responses."""

    queue: Queue


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class StreamWorker(Function):
    """A reader of one table's stream: inserts only, partial batch responses, finite retries, a failure queue."""

    table: Table
    max_retries: int = 10
    max_age_seconds: int = 3600


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Scheduled(Function):
    """Work that EventBridge starts every ``every_minutes``."""

    every_minutes: int


class Authorizer(Function):
    """The function that says who calls (API Gateway's Lambda authorizer, simple response, payload 2.0)."""


Declaration = Route | QueueWorker | StreamWorker | Scheduled | Authorizer
Handler = Callable[[dict[str, Any], Any], Any]


class Loaded(NamedTuple):
    """A declaration beside its Lambda handler, as discovery finds them."""

    declaration: Declaration
    handler: Handler
    module: str = ""

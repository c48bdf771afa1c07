"""A few routes and a worker that exist only here, to try the core at the edge where its users stand."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field
from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from utils.access import Access, Rule
from utils.deprecation import Deprecated
from utils.ephemeral import ephemeral
from utils.errors import Conflict, NotFound, Unavailable
from utils.models import Item, Key
from utils.queries import Page, query
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.route import route
from utils.schemas import Identifier, Input, Output, PageQuery

ANYONE = Access((Rule("anyone"),))
GUEST = Access((Rule("guest"),))
USER = Access((Rule("user"),))
STAFF = Access((Rule("user", "lab:write", frozenset({"admin"})),))


class Jar(Item):
    table = ephemeral
    content = NumberAttribute(default=0)
    note = UnicodeAttribute(null=True)
    version = NumberAttribute(default=1)
    updated_at = UnicodeAttribute(null=True)

    @classmethod
    def key_of(cls, jar_id: str) -> Key:
        return Key(cls, "JARS", jar_id)


class NewJar(Input):
    """A jar to put on the shelf."""

    id: Identifier = Field(examples=["jam"])
    content: int = Field(ge=0, le=100, examples=[3])
    labels: list[str] = Field(default=[], max_length=5)


class Fill(Input):
    """What to add."""

    content: int


class JarOut(Output):
    """A jar."""

    id: str
    content: int
    version: int
    token: str | None = None


class JarQuery(PageQuery):
    """Which jars."""

    sort: str = "id"


def shown(jar: Jar, token: str | None = None) -> JarOut:
    return JarOut(id=jar.sk, content=int(jar.content), version=int(jar.version), token=token)


@route("POST", "/lab/jars", access=GUEST | USER, status=201, idempotent=True)
def create_jar(request: Request[NewJar]) -> JarOut:
    """Put a jar on the shelf; its token is derived."""
    if request.input.id == "broken":
        raise ZeroDivisionError("password=hunter2 for ada@example.org")
    if request.input.id == "busy":
        raise Unavailable
    if request.input.id == "lost":
        raise NotFound("lid")
    key = Jar.key_of(request.input.id)
    jar = Jar(key.pk, key.sk, content=request.input.content)
    request.tx.create(jar, taken=Conflict("There is such a jar."))
    return shown(jar, request.issue_token("jar", jar.sk))


@route("POST", "/lab/limited", access=GUEST | USER, status=201, limit=RateLimit("jars", 10, 60))
def create_limited_jar(request: Request[NewJar]) -> JarOut:
    """Put a jar on the shelf, now and then."""
    key = Jar.key_of(request.input.id)
    jar = Jar(key.pk, key.sk, content=request.input.content)
    request.tx.create(jar, taken=Conflict("There is such a jar."))
    return shown(jar)


@route(
    "GET",
    "/lab/old",
    access=ANYONE,
    deprecated=Deprecated(date(2026, 1, 1), sunset=date(2026, 7, 1), successor="/lab/jars"),
)
def old_jars(request: Request[JarQuery]) -> JarOut:
    """Show a jar as one did before."""
    raise NotFound("jar")


@route("GET", "/lab/jars", access=USER)
def list_jars(request: Request[JarQuery]) -> Page[JarOut]:
    """List the jars."""
    page = query(Jar, "JARS", limit=request.input.limit, start=request.start)
    return Page([shown(jar) for jar in page.items], page.last_key)


@route("GET", "/lab/jars/{jar_id}", access=ANYONE, etag=True, cache_seconds=60)
def get_jar(request: Request[JarQuery], jar_id: str) -> JarOut:
    """Show a jar."""
    jar = request.tx.read_one(Jar.key_of(jar_id))
    if jar is None:
        raise NotFound("jar")
    return shown(jar)


@route("PATCH", "/lab/jars/{jar_id}", access=USER | STAFF, versioned=True, limit=None)
def fill_jar(request: Request[Fill], jar_id: str) -> JarOut:
    """Add to a jar."""
    jar = request.tx.read_one(Jar.key_of(jar_id))
    if jar is None:
        raise NotFound("jar")
    jar.version = request.if_match or jar.version
    request.tx.change(jar, Jar.content.set(Jar.content + request.input.content))
    return JarOut(id=jar.sk, content=int(jar.content) + request.input.content, version=int(jar.version) + 1)


@route("DELETE", "/lab/jars/{jar_id}", access=STAFF, limit=None)
def drop_jar(request: Request[JarQuery], jar_id: str) -> None:
    """Drop a jar."""
    request.tx.remove(Jar.key_of(jar_id), when=Jar.pk.exists(), refused=NotFound("jar"))


LAB_ROUTES: list[Any] = [create_jar, create_limited_jar, old_jars, list_jars, get_jar, fill_jar, drop_jar]

"""What does not build: a file that declares nothing, twins, and a handler that does not fit its route."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from Test_py.test_utils.lab import ANYONE, NewJar
from utils.discovery import UndeclaredFunction, discover
from utils.envelope import Answer
from utils.ephemeral import ephemeral
from utils.rate_limits import RateLimit
from utils.request import Request
from utils.resources import Queue
from utils.route import route
from utils.schemas import Output, Query
from utils.sealing import pepper
from utils.settings import MissingSetting, setting
from utils.signature import BadDeclaration
from utils.tables import Index, Table

GOOD = '''
from Test_py.test_utils.lab import ANYONE
from utils.route import route

@route("GET", "/{path}", access=ANYONE)
def handler() -> None:
    """Do nothing."""
'''


class Thing(Output):
    """A thing."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A ``functions`` package of the test's own, in place of the real one."""
    kept = {name: sys.modules.pop(name) for name in list(sys.modules) if name.split(".")[0] == "functions"}
    monkeypatch.syspath_prepend(str(tmp_path))
    for place in ("functions", "functions/shelf", "functions/rack"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "__init__.py").touch()
    yield tmp_path / "functions"
    for name in [name for name in sys.modules if name.split(".")[0] == "functions"]:
        del sys.modules[name]
    sys.modules.update(kept)


def test_every_file_is_found_with_its_place(folder: Path) -> None:
    (folder / "shelf" / "look.py").write_text(GOOD.replace("{path}", "look"))
    (loaded,) = discover(folder)
    assert (loaded.declaration.name, loaded.declaration.context, loaded.declaration.file) == (
        "look", "shelf", "functions/shelf/look.py",
    )  # fmt: skip


def test_a_file_without_a_declaration_does_not_build(folder: Path) -> None:
    (folder / "shelf" / "look.py").write_text("def handler(event, context): ...\n")
    with pytest.raises(UndeclaredFunction, match=r"look\.py has no declared handler"):
        discover(folder)


@pytest.mark.parametrize(
    ("second", "path", "label"), [("see.py", "look", "GET /look"), ("../rack/look.py", "see", "function look")]
)
def test_twins_do_not_build(folder: Path, second: str, path: str, label: str) -> None:
    (folder / "shelf" / "look.py").write_text(GOOD.replace("{path}", "look"))
    (folder / "shelf" / second).write_text(GOOD.replace("{path}", path))
    with pytest.raises(UndeclaredFunction, match=label):
        discover(folder)


def declare(function: Any, path: str = "/things/{thing_id}", **options: Any) -> Any:
    return route("GET", path, access=ANYONE, **options)(function)


def test_a_path_parameter_without_an_argument_does_not_build() -> None:
    def handler(request: Request[Query]) -> Thing:
        raise NotImplementedError

    with pytest.raises(BadDeclaration, match="thing_id"):
        declare(handler)


def test_an_argument_that_is_nothing_does_not_build() -> None:
    def handler(thing_id: str, colour: str) -> Thing:
        raise NotImplementedError

    with pytest.raises(BadDeclaration, match="colour"):
        declare(handler)


def test_an_answer_that_is_no_model_does_not_build() -> None:
    def handler(thing_id: str) -> dict[str, str]:
        raise NotImplementedError

    with pytest.raises(BadDeclaration, match="no model"):
        declare(handler)


def test_raw_routes_and_only_they_answer_an_answer() -> None:
    def enveloped(thing_id: str) -> Thing:
        raise NotImplementedError

    def raw(thing_id: str) -> Answer:
        raise NotImplementedError

    with pytest.raises(BadDeclaration, match="raw"):
        declare(enveloped, raw="RFC 7517")
    with pytest.raises(BadDeclaration, match="raw"):
        declare(raw)
    assert declare(raw, raw="RFC 7517").declaration.raw == "RFC 7517"


def test_access_has_no_default() -> None:
    with pytest.raises(TypeError, match="access"):
        route("GET", "/things")  # type: ignore[call-arg]


def test_idempotency_brings_its_own_grants() -> None:
    def handler(request: Request[NewJar]) -> Thing:
        raise NotImplementedError

    def grants(method: str, **options: Any) -> set[str]:
        declaration = route(method, "/things", access=ANYONE, **options)(handler).declaration  # type: ignore[arg-type]
        return {f"{grant.resource.name}.{grant.verb}" for grant in declaration.uses}  # type: ignore[attr-defined]

    own = {"ephemeral.batch_get", "ephemeral.put", "pepper.read"}
    counting = {"ephemeral.batch_get", "ephemeral.update"}
    assert grants("POST") == own | counting
    assert grants("POST", limit=None) == own
    assert grants("POST", idempotent=True, limit=None) == own
    assert grants("POST", idempotent=False, limit=None) == set()
    assert grants("PUT") == counting
    assert grants("GET") == set()
    assert grants("GET", limit=RateLimit("looks", 3, 60)) == counting
    assert grants("POST", uses=[ephemeral.put, pepper.read]) == own | counting


def test_a_missing_setting_says_who_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QUEUE_SHELF_URL", raising=False)
    with pytest.raises(MissingSetting, match="QUEUE_SHELF_URL is not set"):
        _ = Queue("shelf").url
    monkeypatch.setenv("QUEUE_SHELF_URL", "u")
    assert setting("QUEUE_SHELF_URL") == Queue("shelf").url == "u"


def test_an_index_that_is_not_declared_is_an_error() -> None:
    table = Table("shelf", indexes=(Index("by_colour", "colour"),))
    assert table["by_colour"].table == "shelf"
    with pytest.raises(KeyError, match="by_size"):
        _ = table["by_size"]

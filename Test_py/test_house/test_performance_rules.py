"""The rules of docs/PERFORMANCE.md that can be counted. Times belong to the benchmark: a test never looks at a clock.

Two handlers are imported as Lambda does it, in a fresh interpreter that has their built layers and nothing else.
"""

from __future__ import annotations

import ast
import importlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from botocore.handlers import BUILTIN_HANDLERS

from infra.packaging.botocore_data import OPERATIONS, SERVICES, cut_operations
from infra.packaging.deferred_imports import DEFERRED, Deferred, UnexpectedSource, defer_imports, moved
from infra.packaging.functions import build_functions
from infra.packaging.layers import DEPENDENCIES, SHARED, LayerBuilder
from infra.packaging.paths import ROOT
from infra.packaging.runtime import machine_architecture, resolve_runtime
from utils.aws_session import concerns_us
from utils.discovery import discover
from utils.lazy import lazily
from utils.startup import services_called

HANDLERS: Final = {
    "get_product": "functions/catalog/get_product.py",
    "place_order": "functions/orders/place_order.py",
}
CLIENTS: Final = {"get_product": ["dynamodb"], "place_order": ["dynamodb", "secretsmanager"]}
CONTEXTS: Final = {
    "get_product": {"catalog"},
    "place_order": {"accounts", "carts", "inventory", "orders", "outbox", "payments", "pricing"},
}
MODULES: Final = {"get_product": 410, "place_order": 460}
"""380 and 430 on Python 3.11, most of them botocore's: each costs some 0.2 ms. Other versions differ by a few of the
standard library; a package that came in by mistake is dozens."""
DATACLASSES: Final = {"get_product": 13, "place_order": 13}
"""Of ours: 11 each. One costs 0.4 ms to make, seven times a NamedTuple."""
FORBIDDEN: Final = frozenset(
    {
        "argon2",
        "asyncio",
        "aws_lambda_powertools.event_handler",
        "aws_lambda_powertools.utilities.batch",
        "aws_xray_sdk",
        "boto3",
        "botocore.docs.service",
        "cryptography",
        "html.parser",
        "importlib.metadata",
        "jwt",
        "moto",
        "pydantic.networks",
        "pydantic.v1",
        "pushcart.carts.schemas",
        "pushcart.inventory.schemas",
        "pushcart.notifications",
        "sqlite3",
        "stripe",
        "unittest",
        "yaml",
    }
)
OBSERVE: Final = """
import dataclasses, json, sys
before, made = set(sys.modules), []
decorate = dataclasses._process_class
def counted(cls, *args, **options):
    made.append(cls.__module__)
    return decorate(cls, *args, **options)
dataclasses._process_class = counted
sys.path[:0] = sys.argv[2:]
import botocore.session
sessions, start = [], botocore.session.Session.__init__
def begin(self, *args, **options):
    sessions.append(self)
    start(self, *args, **options)
botocore.session.Session.__init__ = begin
handler = __import__(sys.argv[1]).handler
import gc
from utils import aws
models = [m for m in (handler.declaration.input, handler.declaration.output) if m]
print(json.dumps({
    "modules": sorted(set(sys.modules) - before),
    "dataclasses": [name for name in made if name.startswith(("utils.", "pushcart."))],
    "sessions": len(sessions),
    "clients": sorted(aws._clients),
    "operations": {name: sorted(c.meta.service_model.operation_names) for name, c in aws._clients.items()},
    "collector": gc.isenabled(),
    "frozen": gc.get_freeze_count(),
    "built": [model.__pydantic_complete__ for model in models],
}))
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """Layers unpacked as Lambda has them below ``/opt/python``, and how to run something there."""

    builder: LayerBuilder
    layers: tuple[Path, ...]
    folder: Path

    def run(self, code: str, *arguments: str) -> Any:
        environment = {"AWS_LAMBDA_FUNCTION_NAME": "fn", "AWS_DEFAULT_REGION": "eu-central-1", "PATH": ""}
        command = [sys.executable, "-I", "-S", "-c", code, *arguments, *map(str, self.layers)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def handler(self, name: str) -> Any:
        source = ROOT / HANDLERS[name]
        code = build_functions([source], runtime=self.builder.runtime)[source]
        return self.run(OBSERVE, name, str(code))


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    builder = LayerBuilder(resolve_runtime(version=None, architecture=machine_architecture()), report=lambda line: None)
    folder = tmp_path_factory.mktemp("opt")
    for name in (SHARED, DEPENDENCIES):
        with zipfile.ZipFile(builder.build(name)) as archive:
            archive.extractall(folder / name)
    return Opened(builder, tuple(folder / name / "python" for name in (SHARED, DEPENDENCIES)), folder)


@pytest.fixture(scope="module", params=sorted(HANDLERS))
def seen(request: pytest.FixtureRequest, opened: Opened) -> tuple[str, Any]:
    return request.param, opened.handler(request.param)


class TestWhatAHandlerLoads:
    def test_nothing_that_it_does_not_need(self, seen: tuple[str, Any]) -> None:
        loaded = set(seen[1]["modules"])
        assert not loaded & FORBIDDEN

    def test_no_other_context(self, seen: tuple[str, Any]) -> None:
        name, observed = seen
        loaded = {module.split(".")[1] for module in observed["modules"] if module.startswith("pushcart.")}
        folders = {path.name for path in (ROOT / "layers/pushcart").iterdir() if path.is_dir()}
        assert loaded & folders == CONTEXTS[name]

    def test_not_too_many_modules(self, seen: tuple[str, Any]) -> None:
        name, observed = seen
        assert len(observed["modules"]) <= MODULES[name]

    def test_not_too_many_dataclasses(self, seen: tuple[str, Any]) -> None:
        name, observed = seen
        assert len(observed["dataclasses"]) <= DATACLASSES[name], observed["dataclasses"]


class TestWhatIsMadeAtInit:
    def test_one_session_and_a_client_for_each_service_that_is_called(self, seen: tuple[str, Any]) -> None:
        name, observed = seen
        assert (observed["sessions"], observed["clients"]) == (1, CLIENTS[name])

    def test_a_client_knows_the_operations_in_use(self, seen: tuple[str, Any]) -> None:
        for service, operations in seen[1]["operations"].items():
            assert set(operations) == OPERATIONS[service]

    def test_the_models_of_input_and_output(self, seen: tuple[str, Any]) -> None:
        assert seen[1]["built"] == [True, True]

    def test_all_of_it_is_frozen_and_the_collector_on_again(self, seen: tuple[str, Any]) -> None:
        assert seen[1]["collector"]
        assert seen[1]["frozen"] > 10_000

    def test_models_that_a_route_does_not_use_are_not_built(self, opened: Opened) -> None:
        code = """
import json, sys
sys.path[:0] = sys.argv[1:]
from pushcart.orders.schemas import Order, OrderEvent
print(json.dumps([Order.__pydantic_complete__, OrderEvent.__pydantic_complete__]))
"""
        assert opened.run(code) == [False, False]

    def test_every_service_has_its_client(self, opened: Opened) -> None:
        code = """
import json, sys
services, sys.path[:0] = sys.argv[1].split(), sys.argv[2:]
from utils import aws
print(json.dumps({one: sorted(aws.client(one).meta.service_model.operation_names) for one in services}))
"""
        kept = opened.run(code, " ".join(SERVICES))
        assert kept == {service: sorted(operations) for service, operations in OPERATIONS.items()}

    def test_grants_say_which_clients(self) -> None:
        called = {loaded.declaration.name: services_called(loaded.declaration) for loaded in discover()}
        assert called["health"] == []
        assert called["get_product"] == ["dynamodb"]
        assert "sesv2" in called["on_mail_due"]
        assert "sqs" not in called["on_stock_event"], "the event source receives, not the function"
        assert {service for services in called.values() for service in services} <= set(SERVICES)


class TestBotocore:
    def test_few_of_its_handlers_are_registered(self) -> None:
        kept = [spec[0] for spec in BUILTIN_HANDLERS if concerns_us(spec[0]) and "moto" not in str(spec[1])]
        assert "before-call" in kept
        assert "after-call.sqs.*" in kept
        assert len(kept) < 20 < len(BUILTIN_HANDLERS)

    def test_the_operations_kept_are_those_that_are_called(self) -> None:
        called: dict[str, set[str]] = {}
        for service, operation in _calls():
            called.setdefault(service, set()).add(operation)
        assert called == {service: set(operations) for service, operations in OPERATIONS.items()}

    def test_shapes_that_no_kept_operation_reaches_go(self) -> None:
        model = {
            "operations": {"A": {"input": {"shape": "In"}}, "B": {"input": {"shape": "Other"}}},
            "shapes": {
                "In": {"members": {"shape": {"shape": "Text"}, "again": {"shape": "In"}}},
                "Text": {"type": "string"},
                "Other": {"type": "structure"},
            },
        }
        cut = cut_operations(model, frozenset({"A"}))
        assert (list(cut["operations"]), sorted(cut["shapes"])) == (["A"], ["In", "Text"])
        with pytest.raises(KeyError):
            cut_operations(model, frozenset({"C"}))


class TestDeferredImports:
    def test_an_import_moves_to_where_it_is_used(self) -> None:
        source = "import x\n\ndef f():\n    x.y()\n"
        assert moved(source, Deferred("f.py", "import x", "    x.y()")) == "\n\ndef f():\n    import x\n    x.y()\n"

    @pytest.mark.parametrize("source", ["", "import x\n", "    x.y()\n", "import x\n    x.y()\n    x.y()\n"])
    def test_a_source_that_reads_otherwise_stops_the_build(self, source: str) -> None:
        with pytest.raises(UnexpectedSource, match=r"f\.py has changed"):
            moved(source, Deferred("f.py", "import x", "    x.y()"))

    def test_a_package_that_is_not_there_is_passed_over(self, tmp_path: Path) -> None:
        defer_imports(tmp_path)
        assert not list(tmp_path.iterdir())

    def test_a_file_that_went_away_stops_the_build(self, tmp_path: Path) -> None:
        (tmp_path / Path(DEFERRED[0].file).parts[0]).mkdir()
        with pytest.raises(UnexpectedSource):
            defer_imports(tmp_path)

    def test_what_was_put_off_still_works(self, opened: Opened) -> None:
        code = """
import json, sys
sys.path[:0] = sys.argv[1:]
from utils import aws
print(json.dumps(str(aws.client("dynamodb").get_item.__doc__)))
"""
        assert "get_item" in opened.run(code)


class TestServices:
    @pytest.mark.parametrize(
        "context", ["accounts", "carts", "catalog", "inventory", "notifications", "orders", "pricing"]
    )
    def test_every_name_of_a_lazy_service_is_there(self, context: str) -> None:
        service = importlib.import_module(f"pushcart.{context}.service")
        assert all(getattr(service, name) for name in service.__all__)

    def test_a_name_that_is_not_there_is_told_as_ever(self) -> None:
        find: Callable[[str], Any] = lazily("utils", {"clock": ("now",)})
        assert find("now")()
        with pytest.raises(AttributeError, match="module 'utils' has no attribute 'then'"):
            find("then")


class TestSources:
    @pytest.mark.parametrize(
        ("package", "homes"),
        [
            ("boto3", set()),
            ("aws_xray_sdk", set()),
            ("aws_lambda_powertools.event_handler", set()),
            ("aws_lambda_powertools.utilities.batch", {"utils/queue.py", "utils/stream.py"}),
            (
                "botocore",
                {"utils/aws.py", "utils/aws_session.py", "utils/commits.py", "utils/presigned.py", "utils/sigv4.py"},
            ),
        ],
    )
    def test_who_imports_what_is_heavy(self, package: str, homes: set[str]) -> None:
        found = {path for path, name in _imports() if name == package or name.startswith(f"{package}.")}
        assert found <= homes

    def test_models_are_given_their_types_as_types(self) -> None:
        """As strings, pydantic compiles each one again: 0.7 ms for a page of models."""
        layer = ROOT / "layers/pushcart"
        pages = [*layer.glob("*/schemas.py"), *layer.glob("*/schemas/*.py"), ROOT / "utils/schemas.py"]
        assert len(pages) > 12
        assert not [page for page in pages if "from __future__ import annotations" in page.read_text()]


def _sources() -> Iterator[tuple[str, ast.Module]]:
    for folder in ("utils", "layers/pushcart", "functions"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text())


def _imports() -> Iterator[tuple[str, str]]:
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield path, node.module
            elif isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)


def _calls() -> Iterator[tuple[str, str]]:
    """Every ``aws.call(service, operation)``; a single piece of a transaction is written by its kind's operation."""
    for path, tree in _sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "aws.call":
                service, operation = node.args[0], node.args[1]
                assert isinstance(service, ast.Constant), f"{path}: which service is called must be readable"
                if isinstance(operation, ast.Constant):
                    yield str(service.value), str(operation.value)
                else:
                    assert ast.unparse(operation) == "f'{pieces[0].kind}Item'", f"{path}: {ast.unparse(operation)}"
                    yield from (("dynamodb", f"{kind}Item") for kind in ("Put", "Update", "Delete"))

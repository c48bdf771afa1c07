"""Builds each contestant's folders: what would lie below ``/opt/python`` and ``/var/task``.

Ours come out of the zips that CDK deploys. The others get the same courtesy of bytecode alone, and ship botocore
whole, as it comes from its wheel.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from infra.packaging.archive import files_below, fingerprint, write_zip
from infra.packaging.bytecode import compile_tree
from infra.packaging.functions import build_functions
from infra.packaging.layers import LayerBuilder
from infra.packaging.paths import BUILD, ROOT
from infra.packaging.runtime import Runtime, machine_architecture, resolve_runtime

FOLDER: Final = BUILD / "bench"
CONTESTANTS: Final = Path(__file__).parent / "contestants"
BOTOCORE: Final = ("botocore", "jmespath", "python-dateutil", "six", "urllib3")
DISTRIBUTIONS: Final[dict[str, tuple[str, ...]]] = {
    "floor": BOTOCORE,
    "peer": (
        *BOTOCORE, "boto3", "s3transfer", "fastapi", "starlette", "annotated-doc", "anyio", "idna", "mangum",
        "pydantic", "pydantic-core", "annotated-types", "typing-extensions", "typing-inspection", "opentelemetry-api",
    ),
}  # fmt: skip
OURS: Final = {"get": ROOT / "functions/catalog/get_product.py", "post": ROOT / "functions/orders/place_order.py"}
MODULES: Final = {"get": "get_product", "post": "place_order"}


@dataclass(frozen=True, slots=True)
class Contestant:
    """A contestant's folders, in the order of the path, and the bytes of what it would upload."""

    name: str
    folders: tuple[Path, ...]
    zip_bytes: int
    layer_bytes: int


def build() -> list[Contestant]:
    """Build what is not built yet, and return floor, peer and ours, in this order."""
    runtime = resolve_runtime(version=None, architecture=machine_architecture())
    return [_other("floor", runtime), _other("peer", runtime), _ours(runtime)]


def _ours(runtime: Runtime) -> Contestant:
    builder = LayerBuilder(runtime)
    layers = [builder.build("dependencies"), builder.build("shared")]
    functions = list(build_functions(list(OURS.values()), runtime=runtime).values())
    task = FOLDER / "task"
    shutil.rmtree(task, ignore_errors=True)
    for archive in functions:
        _unzip(archive, task)
    opened = [FOLDER / archive.stem for archive in layers]
    for archive, folder in zip(layers, opened, strict=True):
        if not folder.exists():
            _unzip(archive, folder)
    size = sum(archive.stat().st_size for archive in (*layers, *functions))
    folders = (task, *(folder / "python" for folder in opened))
    return Contestant("ours", folders, size, layers[0].stat().st_size)


def _unzip(archive: Path, target: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(target)


def _other(name: str, runtime: Runtime) -> Contestant:
    distributions = [metadata.distribution(one) for one in DISTRIBUTIONS[name]]
    sources = [*files_below(CONTESTANTS / "common"), *files_below(CONTESTANTS / name)]
    versions = [f"{one.name} {one.version}" for one in distributions]
    made = f"{name}-{fingerprint(parts=[runtime.version, *versions], files=_python(sources), base=ROOT)}"
    folder, archive = FOLDER / made, FOLDER / f"{made}.zip"
    if not archive.exists():
        print(f"building {name} …", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        for distribution in distributions:
            _copy(distribution, folder)
        for source in _python(sources):
            shutil.copy(source, folder / source.name)
        compile_tree(folder, runtime=runtime, shown_as="/var/task")
        write_zip(folder, archive)
    return Contestant(name, (folder,), archive.stat().st_size, archive.stat().st_size)


def _python(files: Iterable[Path]) -> list[Path]:
    return [file for file in files if file.suffix == ".py"]


def _copy(distribution: metadata.Distribution, target: Path) -> None:
    for file in distribution.files or ():
        if file.parts[0] != ".." and "__pycache__" not in file.parts:
            copy = target / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(str(distribution.locate_file(file)), copy)

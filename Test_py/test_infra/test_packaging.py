"""What is built for Lambda: small, bytecode of the right Python, equal for equal sources, complete."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from infra.packaging import layers as layers_module
from infra.packaging.archive import write_zip
from infra.packaging.botocore_data import OPERATIONS, SERVICES
from infra.packaging.bytecode import CompilationFailed, compile_tree
from infra.packaging.functions import build_functions
from infra.packaging.layers import DEPENDENCIES, SHARED, LayerBuilder, UnbuildableLayer
from infra.packaging.paths import LAYERS, ROOT
from infra.packaging.runtime import Runtime, UnusableRuntime, machine_architecture, resolve_runtime
from infra.packaging.wheels import InstallationFailed, install_lock
from utils.declarations import Declaration
from utils.discovery import discover

RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def here() -> LayerBuilder:
    """Builds for this machine, as for the emulator."""
    return LayerBuilder(resolve_runtime(version=None, architecture=machine_architecture()), report=lambda line: None)


@pytest.fixture(scope="module")
def aws() -> LayerBuilder:
    """Builds for AWS's default processor."""
    return LayerBuilder(resolve_runtime(version=None, architecture="arm64"), report=lambda line: None)


class TestRuntime:
    def test_it_is_the_version_that_builds(self) -> None:
        runtime = resolve_runtime(version=None, architecture="arm64")
        assert (runtime.name, runtime.interpreter) == (f"python{RUNNING}", sys.executable)

    def test_one_that_lambda_does_not_have_is_refused(self) -> None:
        with pytest.raises(UnusableRuntime, match=r"no runtime python3\.9: choose one of 3\.11"):
            resolve_runtime(version="3.9", architecture="arm64")

    def test_one_that_is_not_installed_is_refused_with_the_way_out(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        other = "3.12" if RUNNING != "3.12" else "3.13"
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(UnusableRuntime, match=f"needs python{other} on the PATH"):
            resolve_runtime(version=other, architecture="arm64")

    def test_a_shim_of_another_version_does_not_count(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        other = "3.12" if RUNNING != "3.12" else "3.13"
        shim = tmp_path / f"python{other}"
        shim.write_text("#!/bin/sh\nexit 127\n")
        shim.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
        with pytest.raises(UnusableRuntime):
            resolve_runtime(version=other, architecture="arm64")

    def test_wheels_fit_the_glibc_of_amazon_linux(self) -> None:
        assert "manylinux_2_34_aarch64" not in Runtime("3.11", "arm64", "").wheel_platforms
        assert "manylinux_2_34_x86_64" in Runtime("3.12", "x86_64", "").wheel_platforms

    @pytest.mark.parametrize(("machine", "name"), [("aarch64", "arm64"), ("arm64", "arm64"), ("x86_64", "x86_64")])
    def test_lambda_names_processors_its_own_way(
        self, monkeypatch: pytest.MonkeyPatch, machine: str, name: str
    ) -> None:
        monkeypatch.setattr("platform.machine", lambda: machine)
        assert machine_architecture() == name


class TestArchive:
    def test_equal_contents_are_equal_bytes_whatever_their_times(self, tmp_path: Path) -> None:
        zips = []
        for number, moment in enumerate((1_000_000_000, 1_700_000_000)):
            folder = tmp_path / str(number)
            (folder / "deep").mkdir(parents=True)
            for name in ("b.txt", "a.txt", "deep/c.txt"):
                (folder / name).write_text(name)
                os.utime(folder / name, (moment, moment))
            zips.append(write_zip(folder, tmp_path / f"{number}.zip").read_bytes())
        assert zips[0] == zips[1]

    def test_a_build_that_fails_leaves_nothing_that_looks_finished(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "in").mkdir()
        for name in ("a", "b"):
            (tmp_path / "in" / name).write_text(name)
        read = Path.read_bytes

        def interrupted(path: Path) -> bytes:
            if path.name == "b":
                raise KeyboardInterrupt
            return read(path)

        monkeypatch.setattr(Path, "read_bytes", interrupted)
        with pytest.raises(KeyboardInterrupt):
            write_zip(tmp_path / "in", tmp_path / "out" / "layer.zip")
        assert not (tmp_path / "out" / "layer.zip").exists()


class TestBytecode:
    def test_sources_go_and_an_error_names_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "good.py").write_text("x = 1\n")
        compile_tree(tmp_path, runtime=resolve_runtime(version=None, architecture="arm64"), shown_as="/opt/python")
        assert [path.name for path in tmp_path.iterdir()] == ["good.pyc"]
        (tmp_path / "bad.py").write_text("x = (\n")
        with pytest.raises(CompilationFailed, match=r"/opt/python/bad\.py"):
            compile_tree(tmp_path, runtime=resolve_runtime(version=None, architecture="arm64"), shown_as="/opt/python")

    def test_a_functions_zip_is_its_one_file(self, tmp_path: Path) -> None:
        source = tmp_path / "place_order.py"
        source.write_text("def handler(event, context):\n    return 1\n")
        runtime = resolve_runtime(version=None, architecture="arm64")
        first = build_functions([source], runtime=runtime, build=tmp_path / "a")[source]
        second = build_functions([source], runtime=runtime, build=tmp_path / "b")[source]
        assert zipfile.ZipFile(first).namelist() == ["place_order.pyc"]
        assert first.read_bytes() == second.read_bytes()


class TestLayers:
    def test_dependencies_stay_small(self, aws: LayerBuilder) -> None:
        assert aws.build(DEPENDENCIES).stat().st_size <= 6 * MEGABYTE

    @pytest.mark.parametrize("name", [DEPENDENCIES, SHARED])
    def test_only_bytecode_of_this_python_is_shipped(self, aws: LayerBuilder, name: str) -> None:
        with zipfile.ZipFile(aws.build(name)) as archive:
            names = archive.namelist()
            assert not [entry for entry in names if entry.endswith(".py") or "__pycache__" in entry]
            compiled = [entry for entry in names if entry.endswith(".pyc")]
            assert compiled
            for entry in compiled:
                head = archive.open(entry).read(8)
                assert head[:4] == importlib.util.MAGIC_NUMBER, entry
                assert int.from_bytes(head[4:], "little") == 0b01, f"{entry} is not unchecked-hash"

    def test_no_path_of_this_machine_is_shipped(self, aws: LayerBuilder) -> None:
        with zipfile.ZipFile(aws.build(SHARED)) as archive:
            for entry in archive.namelist():
                assert str(ROOT).encode() not in archive.read(entry), entry

    def test_botocore_knows_only_the_services_in_use(self, aws: LayerBuilder) -> None:
        with zipfile.ZipFile(aws.build(DEPENDENCIES)) as archive:
            data = [entry for entry in archive.namelist() if entry.startswith("python/botocore/data/")]
            endpoints = json.loads(archive.read("python/botocore/data/endpoints.json"))
        assert {entry.split("/")[3] for entry in data if entry.count("/") > 3} == set(SERVICES)
        assert all(len(partition["services"]) <= len(SERVICES) for partition in endpoints["partitions"])

    def test_every_service_that_functions_use_is_kept(self) -> None:
        prefixes = {
            action.split(":")[0]
            for loaded in discover()
            for grant in loaded.declaration.uses
            for action in grant.actions
        }
        assert prefixes <= set(SERVICES.values())

    def test_boto3_stays_out_and_http2_stays_in(self, aws: LayerBuilder) -> None:
        names = zipfile.ZipFile(aws.build(DEPENDENCIES)).namelist()
        assert not [entry for entry in names if entry.startswith(("python/boto3/", "python/s3transfer/"))]
        assert [entry for entry in names if entry.startswith("python/urllib3/http2/")]

    def test_native_code_is_for_the_target(self, aws: LayerBuilder) -> None:
        native = [entry for entry in zipfile.ZipFile(aws.build(DEPENDENCIES)).namelist() if entry.endswith(".so")]
        assert native
        assert all("aarch64" in entry for entry in native)

    def test_a_second_build_finds_the_first(self, tmp_path: Path) -> None:
        told: list[str] = []
        runtime = resolve_runtime(version=None, architecture="arm64")
        first = LayerBuilder(runtime, build=tmp_path, report=told.append).build(SHARED)
        assert LayerBuilder(runtime, build=tmp_path, report=told.append).build(SHARED) == first
        assert told == [f"building layer shared for python{RUNNING} arm64 …"]

    def test_changed_sources_make_another_layer(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        package = tmp_path / "pushcart"
        package.mkdir()
        monkeypatch.setattr(layers_module, "_SHARED_PACKAGES", (package,))
        monkeypatch.setattr(layers_module, "ROOT", tmp_path)
        monkeypatch.setattr(layers_module, "_RECIPE", tmp_path)
        builder = LayerBuilder(
            resolve_runtime(version=None, architecture="arm64"), build=tmp_path / "build", report=lambda line: None
        )
        built = []
        for body in ("x = 1\n", "x = 2\n", "x = 1\n"):
            (package / "a.py").write_text(body)
            built.append(builder.build(SHARED))
        assert built[0] == built[2] != built[1]

    def test_a_layer_that_nobody_made_is_named(self, aws: LayerBuilder) -> None:
        with pytest.raises(UnbuildableLayer, match=r"layers/nothing/requirements\.txt is missing"):
            aws.build("nothing")

    def test_a_file_that_is_still_to_be_made_is_named(
        self, aws: LayerBuilder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "docs_assets" / "static").mkdir(parents=True)
        (tmp_path / "docs_assets" / "static" / "openapi.json").symlink_to("../../../docs/openapi.json")
        (tmp_path / "docs_assets" / "static" / "docs.js").write_text("")
        monkeypatch.setattr(layers_module, "LAYERS", tmp_path)
        monkeypatch.setattr(layers_module, "ROOT", tmp_path)
        with pytest.raises(UnbuildableLayer, match=r"openapi\.json is missing; `make openapi` writes it"):
            aws.build("docs_assets")

    def test_a_package_without_its_hash_is_refused(self, tmp_path: Path) -> None:
        lock = tmp_path / "requirements.txt"
        lock.write_text("six==1.17.0\n")
        with pytest.raises(InstallationFailed, match="hash"):
            install_lock(lock, tmp_path / "out", runtime=resolve_runtime(version=None, architecture="arm64"))


IMPORT = """
import sys
before = set(sys.modules)
import importlib
handler = importlib.import_module(sys.argv[1]).handler
assert callable(handler)
from_elsewhere = [
    name for name, module in sys.modules.items()
    if name not in before and "site-packages" in (getattr(module, "__file__", None) or "")
]
assert not from_elsewhere, from_elsewhere
"""


@pytest.fixture(scope="module")
def opt(here: LayerBuilder, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Unpack a layer of this machine into a folder of its own, once."""

    @cache
    def unpacked(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        with zipfile.ZipFile(here.build(name)) as archive:
            archive.extractall(folder)
        return folder / "python"

    return unpacked


def run_alone(code: str, argument: str, *, path: list[str], environment: dict[str, str], folder: Path) -> str:
    """Run code in an interpreter that finds nothing but what lies on ``path``, and return what it printed."""
    outcome = subprocess.run(
        [sys.executable, "-S", "-c", code, argument],
        env={**environment, "PYTHONPATH": ":".join(path), "PYTHONNOUSERSITE": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert outcome.returncode == 0, outcome.stderr
    return outcome.stdout


@pytest.mark.parametrize("declaration", [loaded.declaration for loaded in discover()], ids=lambda one: one.name)
def test_a_handler_imports_with_its_layers_alone(
    declaration: Declaration, here: LayerBuilder, opt: Callable[[str], Path], tmp_path: Path
) -> None:
    source = ROOT / declaration.file
    code = build_functions([source], runtime=here.runtime)[source]
    names = [SHARED, DEPENDENCIES, *(package.name for package in declaration.packages)]
    path = [str(code), *(str(opt(name)) for name in names)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    run_alone(IMPORT, declaration.name, path=path, environment=environment, folder=tmp_path)


REACH = """
import json, sys
from utils import aws

class Reached(Exception):
    pass

def reach(request, **_):
    raise Reached(request.url)

def sample(shape):
    if shape.type_name == "structure":
        return {name: sample(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [sample(shape.member)]
    if shape.type_name == "map":
        return {"a-name": sample(shape.value)}
    values = {"integer": 1, "long": 1, "boolean": True, "blob": b"bytes", "timestamp": 0}
    return values[shape.type_name] if shape.type_name in values else (getattr(shape, "enum", None) or ["some-text"])[0]

aws.session().register("before-send", reach)
for service, operations in json.loads(sys.argv[1]).items():
    for operation in operations:
        model = aws.client(service).meta.service_model.operation_model(operation)
        try:
            aws.call(service, operation, **sample(model.input_shape))
        except Reached as reached:
            print(operation, reached)
"""


def test_every_operation_gets_as_far_as_the_network(opt: Callable[[str], Path], tmp_path: Path) -> None:
    """By the data that was cut: what a client reads late shows in no import."""
    wanted = {service: sorted(names) for service, names in OPERATIONS.items()}
    path = [str(opt(name)) for name in (SHARED, DEPENDENCIES)]
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_DEFAULT_REGION": "eu-central-1"}
    environment = {**keys, "PATH": os.environ["PATH"]}
    said = run_alone(REACH, json.dumps(wanted), path=path, environment=environment, folder=tmp_path)
    reached = [line.split() for line in said.splitlines()]
    assert [name for name, _ in reached] == [name for names in wanted.values() for name in names]
    assert all(".eu-central-1.amazonaws.com/" in address for _, address in reached), reached


def test_every_extra_layer_has_its_lock() -> None:
    for loaded in discover():
        for package in loaded.declaration.packages:
            folder = LAYERS / package.name
            assert (folder / "requirements.txt").is_file() or (folder / "static").is_dir(), package.name

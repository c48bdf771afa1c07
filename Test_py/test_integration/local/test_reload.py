"""Code that changes while the shop runs."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import reload


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package that counts as ours, and this process's modules as they were afterwards."""
    monkeypatch.setattr(reload, "PACKAGES", ("made_up_shop",))
    monkeypatch.setattr(reload, "HOLDS_DECLARATIONS", ())
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.syspath_prepend(str(tmp_path))
    package = tmp_path / "made_up_shop"
    package.mkdir()
    (package / "__init__.py").write_text("")
    write(package / "prices.py", "PRICE = 1")
    yield package
    for name in [name for name in sys.modules if name.startswith("made_up_shop")]:
        del sys.modules[name]


def write(path: Path, code: str) -> None:
    path.write_text(textwrap.dedent(code))


def price() -> int:
    from made_up_shop import prices  # type: ignore[import-not-found]

    return int(prices.PRICE)


def test_changed_code_is_taken_in(made_up: Path) -> None:
    assert price() == 1
    write(made_up / "prices.py", "PRICE = 2")
    assert price() == 1
    assert reload.rebuild(price) == 2
    assert price() == 2


def test_a_new_file_is_found(made_up: Path) -> None:
    def added() -> str:
        from made_up_shop import added as module

        return str(module.__name__)

    assert price() == 1
    write(made_up / "added.py", "")
    assert reload.rebuild(added) == "made_up_shop.added"


@pytest.mark.parametrize(
    ("code", "error"),
    [("PRICE = = 2", SyntaxError), ("import nowhere_at_all", ImportError), ("1 / 0", ArithmeticError)],
)
def test_code_that_cannot_be_imported_leaves_the_old(made_up: Path, code: str, error: type[Exception]) -> None:
    assert price() == 1
    write(made_up / "prices.py", code)
    with pytest.raises(error):
        reload.rebuild(price)
    assert price() == 1
    write(made_up / "prices.py", "PRICE = 3")
    assert reload.rebuild(price) == 3


def test_changes_are_seen_by_what_came_went_and_grew(tmp_path: Path) -> None:
    folder = tmp_path / "functions" / "orders"
    folder.mkdir(parents=True)
    (folder / "kept.py").write_text("1")
    (folder / "gone.py").write_text("1")
    before = reload.snapshot(tmp_path)
    assert reload.changed(before, reload.snapshot(tmp_path)) == []
    (folder / "kept.py").write_text("12")
    (folder / "gone.py").unlink()
    (folder / "new.py").write_text("1")
    (folder / "ignored.txt").write_text("1")
    names = [Path(path).name for path in reload.changed(before, reload.snapshot(tmp_path))]
    assert sorted(names) == ["gone.py", "kept.py", "new.py"]


def test_every_module_that_looks_at_declarations_is_renewed() -> None:
    """A module that stays must not hold a class of the old code, or it would not know the new ones."""
    never_reloaded = {"invoke"}
    looking = {
        path.stem
        for path in Path(reload.__file__).parent.glob("*.py")
        if re.search(r"^from (utils|pushcart|functions)\b(?!\.clock)", path.read_text(), re.MULTILINE)
    }
    assert {"gateway", "pumps", "provision"} <= looking
    assert looking - never_reloaded <= set(reload.HOLDS_DECLARATIONS)

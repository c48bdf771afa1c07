"""How long and how often each thing outside is asked (requirement E4): docs/ARCHITECTURE.md tells the truth of it."""

from __future__ import annotations

import importlib
import re
from typing import Final

import pytest

from infra.packaging.paths import ROOT

ROW: Final = re.compile(r"^\| [^|]*\(`([a-z_.]+)`\) \|(.*)\|$", re.MULTILINE)
FIGURE: Final = re.compile(r"`([A-Z_]+)` = ([\d.]+)")


def table() -> list[tuple[str, str, str]]:
    """Return module, name and figure of each constant in the table."""
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = text.partition("## Integration Points")[2].partition("\n## ")[0]
    return [(module, *figure) for module, row in ROW.findall(section) for figure in FIGURE.findall(row)]


def test_the_table_names_what_is_asked_outside() -> None:
    assert len(table()) >= 16
    modules = {module for module, _, _ in table()}
    assert {"utils.aws", "utils.circuit", "pushcart.accounts.oidc.web"} < modules


@pytest.mark.parametrize(("module", "name", "figure"), table())
def test_each_figure_is_the_constant(module: str, name: str, figure: str) -> None:
    assert getattr(importlib.import_module(module), name) == float(figure)

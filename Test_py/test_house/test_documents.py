"""README and its neighbours: every link leads somewhere, every command exists, and the purchase can be pasted."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest

TOP = Path(__file__).resolve().parents[2]
PAGES = [
    TOP / "README.md",
    TOP / "CONTRIBUTING.md",
    TOP / "CHANGELOG.md",
    TOP / "events" / "README.md",
    *sorted((TOP / "docs").rglob("*.md")),
]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
PASTED = r"<!-- (purchase|accounts): begin -->\n```bash\n(.*?)```\n<!-- \1: end -->"
HEADINGS = (
    "Architecture Overview",
    "Service Definitions",
    "Database Schema",
    "API Specifications",
    "Integration Points",
    "Scalability Strategy",
    "Security Implementation",
    "Monitoring & Logging",
)


def named(page: Path) -> str:
    return page.relative_to(TOP).as_posix()


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    lowered = (heading.lower().replace(" ", "-") for heading in headings)
    return {"".join(sign for sign in heading if sign.isalnum() or sign in "-_") for heading in lowered}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        place, _, anchor = link.partition("#")
        if "://" in place or place.startswith("mailto:"):
            continue
        target = (page.parent / unquote(place)).resolve() if place else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (TOP / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = page.read_text(encoding="utf-8")
    wanted = set(re.findall(r"`make ([a-z][a-z-]*)", text)) | set(
        re.findall(r"^make ([a-z][a-z-]*)", text, re.MULTILINE)
    )
    assert wanted <= targets


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_module_that_is_run_exists(page: Path) -> None:
    for module in re.findall(r"python -m ((?:infra|Test_py|bench)[\w.]*)", page.read_text(encoding="utf-8")):
        place = TOP / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


def test_the_architecture_has_its_headings() -> None:
    text = (TOP / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == HEADINGS
    assert text.count("```mermaid") >= 5
    assert "### Signing in" in text


def test_every_file_that_the_architecture_names_exists() -> None:
    text = (TOP / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    files = re.findall(r"`((?:utils|infra|layers|functions|Test_py|events|config)/[\w./]*)`", text)
    assert files
    assert [file for file in files if not (TOP / file).exists()] == []


def test_every_decision_is_listed_once() -> None:
    folder = TOP / "docs" / "adr"
    listed: list[str] = LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert listed == sorted(path.name for path in folder.glob("0*.md"))
    assert [name[:4] for name in listed] == [f"{number:04d}" for number in range(1, len(listed) + 1)]


@pytest.fixture
def served() -> Iterator[str]:
    """The address of a shop that runs as a process of its own, on a free port."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TABLE_"))}
    command = [sys.executable, "-u", "-m", "infra.local.serve", "--port", "0"]
    process = subprocess.Popen(command, cwd=TOP, env=environment, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        lines = iter(process.stdout.readline, "")
        address = next(found[1] for line in lines if (found := re.search(r"answers at (http://\S+)", line)))
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)


@pytest.mark.integration
def test_the_purchase_and_what_follows_can_be_pasted(served: str) -> None:
    text = (TOP / "README.md").read_text(encoding="utf-8")
    purchase, accounts = (block for _, block in re.findall(PASTED, text, re.DOTALL))
    script = (purchase + accounts).replace("http://127.0.0.1:8000", served)
    ran = subprocess.run(["bash", "-eu"], input=script, capture_output=True, text=True, check=False, timeout=60)
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"order [0-9A-Z]{9} is confirmed", ran.stdout)
    assert "order.placed → payment.due → payment.captured → order.confirmed" in ran.stdout
    assert '"reserved": 2' in ran.stdout
    assert re.search(r'"subject": "Your order [0-9A-Z]{9} is confirmed"', ran.stdout)
    assert len(re.findall(r"^grace\.\d+@example\.org$", ran.stdout, re.MULTILINE)) == 2, "registered, then verified"
    assert re.search(r"^True$", ran.stdout, re.MULTILINE)
    assert '"current": true' in ran.stdout

"""docs/SECURITY.md: nothing is left out, nothing is claimed without a test or a reason, and the figures are met."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from pydantic import ValidationError

from infra.security_page import __main__ as command
from infra.security_page import page
from infra.security_page.asvs import requirements
from infra.security_page.evidence import ROOT, is_there, link
from infra.security_page.rows import LEAST_REASON, Chapter, Row, attacks, chapter, chapters, is_founded, share

FOLDER = ROOT / command.FOLDER
ASVS = chapters(FOLDER / "asvs")
TOP_TEN = chapter(FOLDER / "api-top-10.yaml")
ATTACKS = attacks(FOLDER / "attacks.yaml")
ROWS = [row for one in ASVS for row in one.rows]
LEAST_L2 = 90.0


def missing(evidence: Iterable[str]) -> list[str]:
    return [node for node in evidence if not is_there(node)]


SAMPLE = Row(id="V1.1.1", level=2, what="Decoded once only", verdict="met", evidence=("test_utils/test_access.py",))


def test_the_standard_has_as_many_requirements_as_it_says() -> None:
    assert [len(requirements(level)) for level in (1, 2, 3)] == [70, 183, 92]


def test_every_requirement_of_level_1_and_2_has_its_row_in_order() -> None:
    assert {row.id: row.level for row in ROWS} == requirements(1, 2)
    assert [row.id for row in ROWS] == list(requirements(1, 2))
    assert all(row.id.startswith(f"{one.chapter}.") for one in ASVS for row in one.rows)


def test_the_ten_risks_to_apis_are_there() -> None:
    assert [row.id for row in TOP_TEN.rows] == [f"API{number}:2023" for number in range(1, 11)]
    assert not [row.id for row in TOP_TEN.rows if row.verdict == "not met"]


def test_each_row_rests_on_tests_that_exist_or_a_reason() -> None:
    rows = [*ROWS, *TOP_TEN.rows]
    assert [row.id for row in rows if not is_founded(row)] == [], "name a test, or say why"
    assert {row.id: gone for row in rows if (gone := missing(row.evidence))} == {}


def test_each_attack_is_measured_by_tests_that_exist_or_says_why_not() -> None:
    assert [one.attack for one in ATTACKS if not one.evidence and len(one.reason) < LEAST_REASON] == []
    assert {one.attack: gone for one in ATTACKS if (gone := missing(one.evidence))} == {}


def test_level_1_is_met_and_level_2_by_nine_tenths() -> None:
    first, second = share(ROWS, 1), share(ROWS, 2)
    print(f"ASVS 5.0.0 L1: {first.met} of {first.applies} that apply ({first.percent:.1f} %), {first.aside} do not")
    print(f"ASVS 5.0.0 L2: {second.met} of {second.applies} that apply ({second.percent:.1f} %), {second.aside} do not")
    assert first.percent == 100
    assert second.percent >= LEAST_L2


def test_the_page_is_what_its_parts_say() -> None:
    assert command.main(["--check"]) == 0, "run `make openapi`"


def test_the_same_parts_make_the_same_page() -> None:
    assert command.generated() == command.generated()


def test_a_test_that_is_not_there_is_noticed(tmp_path: Path) -> None:
    folder = tmp_path / "Test_py"
    folder.mkdir()
    (folder / "test_it.py").write_text("def test_one(): ...\ndef helper(): ...\n")
    (folder / "test_none.py").write_text("def helper(): ...\n")
    assert is_there("test_it.py", tmp_path)
    assert is_there("test_it.py::test_one", tmp_path)
    for node in ("test_it.py::test_two", "test_it.py::helper", "test_none.py", "test_gone.py", ""):
        assert not is_there(node, tmp_path), node


def test_a_test_is_named_in_words() -> None:
    assert link("test_a/test_b.py::test_it_is_so") == "[it is so](../Test_py/test_a/test_b.py)"
    assert link("test_a/test_b.py") == "[b](../Test_py/test_a/test_b.py)"


@pytest.mark.parametrize(
    "row",
    [
        SAMPLE.model_copy(update={"evidence": ()}),
        SAMPLE.model_copy(update={"verdict": "not met"}),
        SAMPLE.model_copy(update={"verdict": "not applicable", "reason": "no need"}),
    ],
)
def test_a_claim_without_ground_is_noticed(row: Row) -> None:
    assert not is_founded(row)


@pytest.mark.parametrize("change", [{"verdict": "fine"}, {"unknown": 1}, {"what": "x"}])
def test_a_row_that_cannot_be_read_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Row.model_validate(SAMPLE.model_dump() | change)


def test_what_does_not_apply_counts_neither_way() -> None:
    verdicts = ("met", "met", "not met", "not applicable")
    counted = share([SAMPLE.model_copy(update={"verdict": verdict}) for verdict in verdicts], 2)
    assert counted == (2, 3, 1)
    assert round(counted.percent) == 67
    assert share([SAMPLE], 1).percent == 100


def test_the_frame_has_a_place_for_each_table_and_no_other() -> None:
    parts = {"asvs": [Chapter(chapter="V1", name="One", rows=(SAMPLE,))], "top_ten": TOP_TEN, "attacks": ATTACKS}
    places = ("notice", "attacks", "asvs totals", "asvs open", "asvs rows", "api top 10")
    frame = "\n".join(f"<!-- insert: {place} -->" for place in places)
    assert "| V1 One | 0 of 0 | 0 | 1 of 1 | 0 |" in page.render(frame, **parts)  # type: ignore[arg-type]
    for wrong in (frame + "\n<!-- insert: more -->", "\n".join(frame.splitlines()[1:])):
        with pytest.raises(page.UnknownPlace):
            page.render(wrong, **parts)  # type: ignore[arg-type]


def test_the_command_writes_and_checks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / command.FOLDER
    (folder / "asvs").mkdir(parents=True)
    for name in (command.FRAME, "api-top-10.yaml", "attacks.yaml", "asvs/v01.yaml"):
        (folder / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    assert command.main(["--check"], tmp_path) == 1
    assert "run `make openapi`" in capsys.readouterr().err
    assert command.main([], tmp_path) == 0
    assert command.main(["--check"], tmp_path) == 0
    assert command.main([], tmp_path) == 0
    assert capsys.readouterr().out == "Wrote docs/SECURITY.md\ndocs/SECURITY.md is current.\n"


@pytest.mark.parametrize("path", ["docs/SECURITY.md", "docs/ARCHITECTURE.md"])
def test_no_line_of_a_diagram_ends_early(path: str) -> None:
    """Mermaid takes a semicolon for the end of a line, and a hash for the beginning of an entity."""
    diagrams = re.findall(r"```mermaid\n(.*?)```", (ROOT / path).read_text(encoding="utf-8"), re.DOTALL)
    assert diagrams
    assert [line for one in diagrams for line in one.splitlines() if ";" in line or "#" in line] == []

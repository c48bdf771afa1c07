"""The files that people set things in: .env.example and config/logging.yaml."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local import logs
from Test_py.conftest import VARIABLES

HOUSE = Path(__file__).resolve().parents[2]
LINE = re.compile(r'(?P<name>[A-Z0-9_]+)=(?P<value>"[^"]*"|\S*) +# (?P<why>\S.+)')


@pytest.fixture
def loggers() -> Iterator[None]:
    """Put the root logger back as pytest had it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


def documented() -> dict[str, str]:
    lines = [line for line in (HOUSE / ".env.example").read_text().splitlines() if line and not line.startswith("#")]
    matches = [LINE.fullmatch(line) for line in lines]
    assert [line for line, match in zip(lines, matches, strict=True) if match is None] == []
    return {match["name"]: match["value"].strip('"') for match in matches if match}


def test_every_variable_is_documented() -> None:
    assert sorted(VARIABLES.keys() - documented().keys()) == []


def test_no_variable_is_documented_that_nobody_reads() -> None:
    chosen_by_people = {"AWS_ENDPOINT_URL", "AWS_PROFILE", "OIDC_CLIENTS", "PUSHCART_LEDGER", "STRIPE_CREDENTIALS"}
    chosen_by_people |= {"UPLOAD_URL"}
    assert sorted(documented().keys() - VARIABLES.keys() - chosen_by_people) == []


def test_the_documented_defaults_are_the_defaults() -> None:
    from infra.local.provision import SETTINGS

    assert {name: documented()[name] for name in SETTINGS} == SETTINGS


def test_nothing_that_looks_like_a_secret_is_in_the_example() -> None:
    told = {name for name, value in documented().items() if value and re.search("KEY|SECRET|TOKEN$", name)}
    assert told == {"SIGNING_KEY_DAYS"}


def test_logging_is_set_up_from_the_file(loggers: None) -> None:
    logs.configure()
    assert logging.getLogger("pushcart.gateway").level == logging.INFO
    assert logging.getLogger("botocore").level == logging.WARNING


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nloggers: {botocore: {level: DEBUG}}\n",
        "version: 1\nroot: {level: DEBUG}\n",
        "version: 1\nloggers: {botocore: {level: INFO}, boto3: {level: INFO}}\nroot: {level: DEBUG}\n",
    ],
)
def test_logging_that_would_print_credentials_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "logging.yaml"
    file.write_text(text)
    with pytest.raises(logs.UnsafeLogging, match="credentials"):
        logs.configure(file)

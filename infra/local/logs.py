"""Applies ``config/logging.yaml`` to this process: the laptop cloud and the command-line tools."""

from __future__ import annotations

import logging.config
from pathlib import Path
from typing import Any, Final

import yaml

FILE: Final = Path(__file__).resolve().parents[2] / "config" / "logging.yaml"
QUIET: Final = frozenset({"botocore", "boto3", "urllib3"})
"""At DEBUG these print credentials and bodies."""


class UnsafeLogging(ValueError):
    """The file would make secrets appear in a log."""


def configure(file: Path = FILE) -> None:
    """Set up logging from ``file``.

    Raises
    ------
    UnsafeLogging
        When a logger that prints credentials is set to DEBUG, by itself or by the root's level.

    Example
    -------
    >>> configure()  # doctest: +SKIP
    """
    settings: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    loggers: dict[str, Any] = settings.get("loggers", {})
    root = settings.get("root", {}).get("level", "WARNING")
    loud = sorted(name for name in QUIET if loggers.get(name, {}).get("level", root) in ("DEBUG", "NOTSET"))
    if loud:
        raise UnsafeLogging(f"{file.name}: {', '.join(loud)} at DEBUG would print credentials")
    logging.config.dictConfig(settings)

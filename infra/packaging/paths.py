"""Where the build finds its sources and leaves what it made."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent.parent
LAYERS: Final = ROOT / "layers"
LOCK: Final = "requirements.txt"
BUILD: Final = ROOT / ".build"
"""Safe to delete: everything below it is made again, and is found again by the hash of its inputs."""

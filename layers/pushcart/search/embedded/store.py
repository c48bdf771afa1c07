"""The bucket ``search-index``: immutable files, and one small object that names the current one.

A writer puts a new file and then points at it, under the condition that the pointer is what it was when it began: of
two at once, one begins again. A reader holds a file against the checksum in the pointer. Files that are pointed at no
more stay for two generations, for whoever has read the pointer and not yet the file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Final

from pushcart import queues
from utils import objects
from utils.ids import new_id
from utils.log import logger

FORMAT: Final = 1
"""Of files: code that writes another begins with an index of its own, beside the one that is in use."""
POINTER: Final = f"format-{FORMAT}/current.json"
MOST_POINTER_BYTES: Final = 4096
MOST_BYTES: Final = 100 * 1024 * 1024
"""Of one file, which every function that asks it keeps a copy of. A shop with more uses OpenSearch."""
FORMER: Final = 2
_POINTER_TYPE: Final = "application/json"
_FILE_TYPE: Final = "application/vnd.sqlite3"


class Corrupt(ValueError):
    """What lies in the bucket is not what was put there."""


class OutgrownIndex(RuntimeError):
    """The catalogue is too large for this kind of index: set ``SEARCH_ENDPOINT`` (docs/DEPLOYMENT.md)."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """The current file: its name, its checksum, and those before it. ``tag`` is the pointer's own, when it was read."""

    key: str
    sha256: str
    former: tuple[str, ...] = ()
    tag: str | None = field(default=None, compare=False)


def pointer() -> Pointer | None:
    """Read which file is the current one, in one call; ``None`` when there is none yet.

    Raises
    ------
    Corrupt
        When the pointer is none of ours.
    """
    found = objects.read_tagged(queues.search_index, POINTER, at_most=MOST_POINTER_BYTES)
    if found is None:
        return None
    try:
        told: dict[str, Any] = json.loads(found.content)
        return Pointer(str(told["key"]), str(told["sha256"]), tuple(map(str, told["former"])), found.tag)
    except (ValueError, KeyError, TypeError) as error:
        raise Corrupt("the pointer") from error


def content(wanted: Pointer) -> bytes | None:
    """Read a file, in one call; ``None`` when it is gone, because there are newer ones.

    Raises
    ------
    Corrupt
        When its checksum is another.
    """
    read = objects.read(queues.search_index, wanted.key, at_most=MOST_BYTES)
    if read is not None and hashlib.sha256(read).hexdigest() != wanted.sha256:
        raise Corrupt(wanted.key)
    return read


def publish(file: bytes, before: Pointer | None, tag: str | None) -> Pointer | None:
    """Make a file the current one; ``None`` when another has become that since ``before`` was read.

    Parameters
    ----------
    tag
        The tag of the pointer that is replaced, which may be one that could not be read.

    Raises
    ------
    OutgrownIndex
        When it is larger than readers take.
    """
    if len(file) > MOST_BYTES:
        raise OutgrownIndex(f"{len(file)} bytes, and {MOST_BYTES} are read at most")
    former = (before.key, *before.former) if before else ()
    made = Pointer(f"format-{FORMAT}/{new_id('idx')}.sqlite", hashlib.sha256(file).hexdigest(), former[:FORMER])
    objects.write(queues.search_index, made.key, file, content_type=_FILE_TYPE)
    told = json.dumps({"key": made.key, "sha256": made.sha256, "former": made.former}).encode()
    if not objects.replace(queues.search_index, POINTER, told, content_type=_POINTER_TYPE, tag=tag):
        objects.delete(queues.search_index, made.key)
        return None
    for key in former[FORMER:]:
        objects.delete(queues.search_index, key)
    logger.info("search index written", extra={"generation": made.key, "bytes": len(file)})
    return made


def tag_of_pointer() -> str | None:
    """Return the tag of a pointer that could not be read, so that it can be replaced."""
    found = objects.read_tagged(queues.search_index, POINTER)
    return found.tag if found else None

"""Puts off what third-party packages import for work that no function does.

An import moves to the one line that uses it; nothing else about the package changes. The lock names each source by its
hash, so the lines are known: when a new version reads otherwise, the build stops and says so, and the entry is looked
at again. What this saves of a cold start stands in docs/PERFORMANCE.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final


class UnexpectedSource(RuntimeError):
    """A third-party file is not what its entry in :data:`DEFERRED` expects."""


@dataclass(frozen=True, slots=True)
class Deferred:
    """An ``import_line`` of ``file`` that moves to right before ``use_line``, the only one that needs it."""

    file: str
    import_line: str
    use_line: str


_DOCSTRINGS: Final = "botocore/docs/docstring.py"

DEFERRED: Final = (
    # The writer of botocore's manual, with an HTML parser below it: it makes the methods' docstrings for `help()`.
    Deferred(
        "botocore/docs/__init__.py",
        "from botocore.docs.service import ServiceDocumenter",
        "        docs = ServiceDocumenter(",
    ),
    Deferred(
        _DOCSTRINGS,
        "from botocore.docs.bcdoc.restdoc import DocumentStructure",
        "        docstring_structure = DocumentStructure('docstring', target='html')",
    ),
    Deferred(
        _DOCSTRINGS,
        "from botocore.docs.method import document_model_driven_method",
        "        document_model_driven_method(*args, **kwargs)",
    ),
    Deferred(
        _DOCSTRINGS,
        "from botocore.docs.paginator import document_paginate_method",
        "        document_paginate_method(*args, **kwargs)",
    ),
    Deferred(
        _DOCSTRINGS,
        "from botocore.docs.waiter import document_wait_method",
        "        document_wait_method(*args, **kwargs)",
    ),
    # The versions of installed packages, with zip files below: for HTTP/2, and for plugins, which a layer has none of.
    Deferred("urllib3/http2/__init__.py", "from importlib.metadata import version", '    h2_version = version("h2")'),
    Deferred(
        "pydantic/plugin/_loader.py",
        "from importlib.metadata import entry_points",
        "            for entry_point in entry_points(group=PYDANTIC_ENTRY_POINT_GROUP):",
    ),
)


def defer_imports(python: Path) -> None:
    """Change the sources below ``python`` in place. Entries of a package that is not there are passed over.

    Raises
    ------
    UnexpectedSource
        When a file reads otherwise than its entry says.
    """
    for deferred in DEFERRED:
        if (python / Path(deferred.file).parts[0]).is_dir():
            path = python / deferred.file
            source = path.read_text(encoding="utf-8") if path.is_file() else ""
            path.write_text(moved(source, deferred), encoding="utf-8")


def moved(source: str, deferred: Deferred) -> str:
    """Return ``source`` with the import moved.

    Example
    -------
    >>> moved("import x\\n\\ndef f():\\n    x.y()\\n", Deferred("f.py", "import x", "    x.y()"))
    '\\n\\ndef f():\\n    import x\\n    x.y()\\n'
    """
    lines = source.split("\n")
    if any(lines.count(line) != 1 for line in (deferred.import_line, deferred.use_line)):
        raise UnexpectedSource(f"{deferred.file} has changed: see its entry in infra/packaging/deferred_imports.py")
    lines[lines.index(deferred.import_line)] = ""
    indent = deferred.use_line[: len(deferred.use_line) - len(deferred.use_line.lstrip())]
    lines.insert(lines.index(deferred.use_line), indent + deferred.import_line)
    return "\n".join(lines)

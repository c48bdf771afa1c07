"""CloudFormation changes one index of a table in one deployment: holds the declarations against the last release.

``config/released-indexes.json`` is what the last release deployed; ``python -m infra.released_indexes`` writes it anew,
as the last step of a release (docs/DEPLOYMENT.md). A table that was not in it is made with all its indexes at once.
Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-table.html
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from infra.packaging.paths import LAYERS, ROOT
from utils.tables import Table

RELEASED: Final = ROOT / "config" / "released-indexes.json"

Indexes = dict[str, dict[str, list[str]]]
"""Table → index → its partition key, sort key and what it projects."""


class TooManyIndexChanges(RuntimeError):
    """A table would change more than one index at once, which CloudFormation refuses half-way through."""


def declared_indexes(tables: Iterable[Table]) -> Indexes:
    """Return the indexes of ``tables`` in the form that the file has."""
    return {
        table.name: {
            index.name: [
                index.pk,
                index.sk or "",
                *([index.projection] if isinstance(index.projection, str) else index.projection),
            ]
            for index in table.indexes
        }
        for table in tables
    }


def changes(released: Indexes, declared: Indexes) -> dict[str, list[str]]:
    """Return, for each table of both, the indexes to be made or removed; a changed one counts twice.

    Example
    -------
    >>> changes({"t": {"a": ["x", ""]}}, {"t": {"a": ["y", ""]}})
    {'t': ['remove a', 'make a']}
    """
    found: dict[str, list[str]] = {}
    for table in released.keys() & declared.keys():
        before, after = released[table], declared[table]
        removed = [f"remove {name}" for name in sorted(before) if after.get(name) != before[name]]
        made = [f"make {name}" for name in sorted(after) if before.get(name) != after[name]]
        if removed or made:
            found[table] = removed + made
    return found


def guard(tables: Iterable[Table], *, file: Path = RELEASED) -> None:
    """Refuse more than one change a table since the last release.

    Raises
    ------
    TooManyIndexChanges
        With the changes, and the way out.
    """
    released: Indexes = json.loads(file.read_text(encoding="utf-8"))
    for table, steps in changes(released, declared_indexes(tables)).items():
        if len(steps) > 1:
            raise TooManyIndexChanges(
                f"table {table}: {', '.join(steps)} since the last release, and CloudFormation changes one index of a "
                "table in one deployment: release them one by one, a changed index under a new name"
            )


def main() -> None:
    """Write what is declared now as what has been released."""
    sys.path.insert(0, str(LAYERS))
    from pushcart.tables import TABLES

    RELEASED.write_text(json.dumps(declared_indexes(TABLES), indent=2) + "\n", encoding="utf-8")
    print(f"wrote {RELEASED.relative_to(ROOT)}")


if __name__ == "__main__":
    main()

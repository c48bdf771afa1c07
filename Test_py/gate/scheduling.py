"""Which of the two test processes takes what, in the integration part.

pytest-xdist would read the mark ``xdist_group`` for this, but it hands the mark on by renaming the test, which pytest 9
no longer lets it do: every test goes its own way then, an emulator is deployed in each process, and nothing says so.
"""

from __future__ import annotations

from typing import Final

from xdist.scheduler.loadscope import LoadScopeScheduling

MACHINE: Final = "Test_py/test_infra/"
"""What shares an emulator, the folder of built layers and the processor with nobody: one process takes it all."""
ONE_BY_ONE: Final = tuple(f"Test_py/test_integration/{folder}/" for folder in ("concurrency", "reliability"))
"""Folders whose tests need nothing but their own process, and are long: any process may take any of them."""


def group_of(test: str) -> str:
    """Return the name that ``test`` shares with all that must run in the same process, one after the other.

    Example
    -------
    >>> group_of("Test_py/test_infra/test_stacks.py::test_a")
    'Test_py/test_infra/'
    >>> group_of("Test_py/test_integration/local/test_seed.py::test_a")
    'Test_py/test_integration/local/test_seed.py'
    >>> group_of("Test_py/test_integration/reliability/test_crashes.py::test_a[one]")
    'Test_py/test_integration/reliability/test_crashes.py::test_a[one]'
    """
    if test.startswith(MACHINE):
        return MACHINE
    return test if test.startswith(ONE_BY_ONE) else test.partition("::")[0]


class Groups(LoadScopeScheduling):  # type: ignore[misc]  # published without types
    """Hands out whole groups, the largest first."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

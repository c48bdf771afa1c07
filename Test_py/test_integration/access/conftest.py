"""One world for all tests of access: made once, put back before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from Test_py.support import environment, world
from Test_py.support.world import World
from utils.declarations import Loaded


@pytest.fixture(scope="package")
def made(functions: list[Loaded]) -> Iterator[World]:
    yield world.build(functions)
    environment.restore()


@pytest.fixture
def shop(environment_variables: None, made: World) -> World:
    """The world as it stood when it was made."""
    made.restore()
    return made

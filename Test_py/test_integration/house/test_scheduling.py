"""Two processes share the integration part, and what belongs together stays in one of them."""

from __future__ import annotations

import re
import subprocess
import sys

from Test_py.gate.run import TOP
from Test_py.gate.scheduling import MACHINE, group_of

FILES = ("Test_py/test_integration/local/test_sample.py", "Test_py/test_house/test_waiting.py")
DONE = re.compile(r"\[(gw\d)\] .*?(?:PASSED|FAILED) (\S+?)::")


def test_a_file_is_run_by_one_process() -> None:
    """pytest and its plugin agree on this by private names: a new version of either may stop it without a word."""
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist=loadgroup", *FILES]
    said = subprocess.run(command, cwd=TOP, check=False, capture_output=True, text=True, timeout=120).stdout
    took = set(DONE.findall(said))
    assert sorted(file for _, file in took) == sorted(FILES), said


def test_what_shares_an_emulator_is_one_group() -> None:
    deployed = [file.relative_to(TOP).as_posix() for file in (TOP / MACHINE).glob("test_deployed_*.py")]
    assert {group_of(f"{file}::test_one") for file in deployed} == {MACHINE}


def test_long_tests_that_need_nothing_go_one_by_one() -> None:
    test = "Test_py/test_integration/reliability/test_crashes.py::test_flow[one]"
    assert group_of(test) == test

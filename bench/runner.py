"""Runs one handler in a fresh interpreter that has nothing but a contestant's own folders on its path.

Started as ``python -I -S runner.py MODULE EVENT FOLDER…``. It prints one JSON line after the first answer; then, for
each line ``N`` on standard input, one after ``N`` more answers. What the handler itself prints goes nowhere. It
imports next to nothing itself, since whatever it imports would be taken off a contestant's bill.
"""

from __future__ import annotations

import json
import os
import sys
import time

MEGABYTE = 1024 * 1024


class Context:
    """What Lambda hands to a handler beside the event."""

    function_name = "bench"
    function_version = "$LATEST"
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:bench"
    memory_limit_in_mb = "512"
    aws_request_id = "00000000-0000-4000-8000-000000000000"
    log_group_name = "/aws/lambda/bench"
    log_stream_name = "bench"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 10_000


def resident_bytes() -> int:
    """Memory in use now. The peak that ``getrusage`` tells would be the parent's, which a child inherits."""
    try:
        with open("/proc/self/statm") as statm:  # noqa: PTH123 - pathlib would be on the contestant's bill
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")
    except FileNotFoundError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main() -> None:
    name, event_path, *folders = sys.argv[1:]
    with open(event_path, "rb") as file:  # noqa: PTH123
        event = file.read()
    report = os.fdopen(os.dup(1), "w", buffering=1)
    sys.stdout = open(os.devnull, "w", buffering=1)  # noqa: PTH123, SIM115 - open as long as the process
    sys.path[:0] = folders
    given, context = json.loads(event), Context()

    cpu, wall, before = time.process_time_ns(), time.perf_counter_ns(), len(sys.modules)
    handler = __import__(name).handler
    imported = time.process_time_ns()
    answer = handler(given, context)
    first = {
        "cpu_ms": (time.process_time_ns() - cpu) / 1e6,
        "import_ms": (imported - cpu) / 1e6,
        "wall_ms": (time.perf_counter_ns() - wall) / 1e6,
        "memory_mb": resident_bytes() / MEGABYTE,
        "modules": len(sys.modules) - before,
        "status": answer["statusCode"],
        "body": answer["body"],
    }
    report.write(json.dumps(first) + "\n")
    for line in sys.stdin:
        times = int(line)
        events = [json.loads(event) for _ in range(times)]
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        for given in events:
            answer = handler(given, context)
        cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
        warm = {"cpu_us": cpu / 1e3 / times, "wall_us": wall / 1e3 / times, "status": answer["statusCode"]}
        report.write(json.dumps(warm) + "\n")


if __name__ == "__main__":
    main()

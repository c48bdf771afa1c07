"""Exports and erasures under crashes and lost answers: the end is the same, within three deliveries."""

from __future__ import annotations

import pytest

from infra.local.gateway import Gateway
from pushcart.jobs import service
from Test_py.reliability.seam import call, standing
from Test_py.reliability.sweep import all_faults, swept
from Test_py.support.accounts import events
from Test_py.support.client import Api
from Test_py.support.jobs import asked, jobs, until_done
from Test_py.support.outbox import only
from Test_py.support.privacy import TRACES, everything_held
from utils.declarations import Loaded


@pytest.fixture
def worker(functions: list[Loaded]) -> Loaded:
    return only(functions, "on_job")[0]


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/api/v1/users/me"), ("POST", "/api/v1/users/me/data-export")])
def test_a_crash_or_a_lost_answer_at_any_call_changes_nothing_in_the_end(
    functions: list[Loaded], aws: None, worker: Loaded, method: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The run waits for its copies, which is no work of the job's own.
    monkeypatch.setattr(service, "SLICE_SECONDS", 3600)
    api = Api(Gateway(functions, call=call))
    person, found = asked(api, functions, method, path)
    with swept(all_faults) as sweep:
        with standing(sweep):
            assert until_done(worker, found) <= 3, "final within three deliveries"
        (job,) = jobs()
        assert job.status == "succeeded"
        if method == "DELETE":
            assert [trace for trace in TRACES if trace in everything_held()] == []
            assert len(events("user.erased")) == 1
        else:
            records = api.get(path, token=person.token, query={"limit": 100}).data
            assert [record["kind"] for record in records].count("order") == 1
            assert len(events("user.data_exported")) == 1
    print(f"{method} {path}: {sweep.calls} calls, each crashed before, after, and with its answer lost")

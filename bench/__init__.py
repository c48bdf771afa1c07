"""The benchmark: our handlers beside a bare one and FastAPI + Mangum, doing the same work against one local stub.

It is no test: times belong to a machine, so they are printed as ratios from one interleaved run
(docs/PERFORMANCE.md). What does not depend on the machine is asserted in ``Test_py``.
"""

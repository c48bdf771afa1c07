"""The demo shop on the emulator: the same seed as in the laptop cloud, over HTTP.

Run as a process of its own, with the environment of an operator, since the shop's modules make their clients when
they are imported.
"""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Final, cast

from infra.local.cloud import Cloud
from infra.local.payload import HttpResponse
from infra.local.seed import seed
from infra.local.shop_api import SeedFailed

_TIMEOUT_SECONDS: Final = 60
_ATTEMPTS: Final = 5
"""The emulator's first start of a function can take longer than a caller is given."""


@dataclass(frozen=True, slots=True)
class RemoteGateway:
    """Answers as the gateway in this process does, by asking the deployed one."""

    url: str

    def handle(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> HttpResponse:
        """Send one request; a 503 is tried again, as its answer asks."""
        address = f"{self.url}{path}{f'?{query}' if query else ''}"
        request = urllib.request.Request(address, data=body or None, headers=headers, method=method)  # noqa: S310
        answer = self._send(request)
        for _ in range(_ATTEMPTS - 1):
            if answer.status != 503:
                break
            time.sleep(1)
            answer = self._send(request)
        return answer

    @staticmethod
    def _send(request: urllib.request.Request) -> HttpResponse:
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310
                return HttpResponse(response.status, dict(response.headers), response.read())
        except urllib.error.HTTPError as refusal:
            return HttpResponse(refusal.code, dict(refusal.headers), refusal.read())


class RunningPumps:
    """The emulator's own event sources run by themselves."""

    def drain(self, *, max_rounds: int) -> list[str]:  # noqa: ARG002 - the seed says it
        """Nothing is to be moved from here."""
        return []


@dataclass(frozen=True, slots=True)
class RemoteCloud:
    """The two parts of a cloud that the seed touches."""

    gateway: RemoteGateway
    pumps: RunningPumps = field(default_factory=RunningPumps)


def main() -> int:
    """Seed the shop at the address given; exit status 1 with the API's answer when it refuses."""
    try:
        seed(cast("Cloud", RemoteCloud(RemoteGateway(sys.argv[1]))))
    except SeedFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""localstripe as a process of its own, and what a payer, a bank and an auditor do there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from infra.local.processes import free_port
from infra.packaging.paths import ROOT
from Test_py.support.stripe_stand_in import API_KEY

WAIT_SECONDS: Final = 30
ACTION_CARD: Final = "4000002500003155"
DECLINED_AFTER_ACTION_CARD: Final = "4000008400001629"
DECLINED_CARD: Final = "4000000000000341"
REFUSED_IBAN: Final = "DE62370400440532013001"


@dataclass(frozen=True, slots=True)
class LocalStripe:
    """A server that listens."""

    url: str

    def request(self, method: str, path: str, **fields: str) -> Any:
        """Ask as the shop's owner."""
        data = urlencode(fields).encode() if method == "POST" else None
        asked = urllib.request.Request(  # noqa: S310 - our own
            self.url + path, method=method, data=data, headers={"authorization": f"Bearer {API_KEY}"}
        )
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
            content = answer.read()
        return json.loads(content) if content else None

    def flush(self) -> None:
        """Forget everything."""
        self.request("DELETE", "/_config/data")

    def card(self, number: str) -> str:
        """Return what a payer's browser makes of a card."""
        card = {"card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2030", "card[cvc]": "123"}
        return str(self.request("POST", "/v1/payment_methods", type="card", **card)["id"])

    def account(self, iban: str) -> str:
        """Return what a payer's browser makes of a bank account, whose bank answers half a second later."""
        made = self.request("POST", "/v1/payment_methods", type="sepa_debit", **{"sepa_debit[iban]": iban})
        return str(made["id"])

    def act(self, reference: str, *, succeed: bool) -> None:
        """Do what the payer is asked to."""
        secret = self.request("GET", f"/v1/payment_intents/{reference}")["client_secret"]
        path = f"/v1/payment_intents/{reference}/_authenticate"
        try:
            self.request("POST", path, client_secret=secret, success=str(succeed).lower())
        except urllib.error.HTTPError as declined:
            if declined.code != 402:
                raise

    def taken(self) -> int:
        """Return what was taken of all payers, by the charges themselves."""
        charges = self.request("GET", "/v1/charges?limit=100")["data"]
        return sum(one["amount_captured"] for one in charges)

    def given_back(self) -> int:
        refunds = self.request("GET", "/v1/refunds?limit=100")["data"]
        return sum(one["amount"] for one in refunds)

    def charges(self) -> int:
        return len(self.request("GET", "/v1/charges?limit=100")["data"])


@contextmanager
def running() -> Iterator[LocalStripe]:
    """Start localstripe on a free port of this machine, and end it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "Test_py.support.localstripe_server", str(port)], cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        server = LocalStripe(f"http://127.0.0.1:{port}")
        _await(process, server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=WAIT_SECONDS)


def _await(process: subprocess.Popen[bytes], server: LocalStripe) -> None:
    for _ in range(WAIT_SECONDS * 10):
        try:
            server.flush()
        except (urllib.error.URLError, ConnectionError):
            assert process.poll() is None, "localstripe ended"
            time.sleep(0.1)
        else:
            return
    raise AssertionError("localstripe does not answer")

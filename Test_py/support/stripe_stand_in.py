"""A stand-in for Stripe that can be told to fail: enough of its API for one attempt to pay and its refunds.

It honours idempotency keys unless told not to, and writes down each movement of money by itself (``moved``), so that a
second charge shows whatever its answers said. It knows nothing of the adapter: words and codes are from Stripe's pages.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

from utils.clock import now

API_KEY: Final = "sk_test_standin"
WEBHOOK_SECRET: Final = "whsec_standin"
TOO_LATE_SECONDS: Final = 0.6

Operation = Literal["make", "confirm", "look", "cancel", "capture", "refund"]
Trouble = Literal[
    "500", "503", "429", "401", "409", "garbage", "redirect", "reset before", "reset after", "late", "none"
]

DECLINES: Final = {
    "pm_declined": ("card_declined", "generic_decline"),
    "pm_no_funds": ("card_declined", "insufficient_funds"),
    "pm_stolen": ("card_declined", "stolen_card"),
    "pm_expired": ("expired_card", None),
}
METHODS: Final = {"pm_card_visa", "pm_action", "pm_late", *DECLINES}


class Refusal(Exception):
    """An error of Stripe's: a status, and what stands in ``error``."""

    def __init__(self, status: int, **error: Any) -> None:
        super().__init__(error)
        self.status, self.error = status, {"type": "invalid_request_error", "message": "no", **error}


@dataclass
class StandIn:
    """The books, and what goes wrong next."""

    knows_keys: bool = True
    url: str = ""
    intents: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    moved: list[tuple[str, int]] = field(default_factory=list)
    asked: list[tuple[Operation, dict[str, str], dict[str, str]]] = field(default_factory=list)
    troubles: list[tuple[Operation, Trouble]] = field(default_factory=list)
    refund_status: str = "succeeded"
    _answers: dict[str, tuple[str, int, bytes]] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.RLock)

    def will(self, operation: Operation, *troubles: Trouble) -> None:
        """Let the next calls of an operation go wrong, one way each."""
        self.troubles += [(operation, trouble) for trouble in troubles]

    def operations(self) -> list[Operation]:
        return [operation for operation, _, _ in self.asked]

    def forget(self) -> None:
        """Forget idempotency keys, as Stripe does after a day."""
        self._answers.clear()

    def settle(self, intent_id: str, *, paid: bool) -> dict[str, Any]:
        """Do what happens at a bank in its own time: an action is completed or refused, a late payment comes or not."""
        with self._lock:
            intent = self.intents[intent_id]
            if intent["status"] in ("requires_action", "processing"):
                if paid:
                    self._pay(intent)
                else:
                    self._refuse(intent, "payment_intent_authentication_failure", None)
            return intent

    def settle_refund(self, refund_id: str, status: str) -> None:
        self.refunds[refund_id]["status"] = status

    def webhook(
        self, kind: str, about: dict[str, Any], *, event_id: str = "evt_1", secret: str = WEBHOOK_SECRET
    ) -> tuple[dict[str, str], bytes]:
        """Return a webhook as it would be sent now: headers and body."""
        event = {"id": event_id, "object": "event", "type": kind, "api_version": "2026-10-28.endive"}
        body = json.dumps(event | {"data": {"object": about}}, indent=2).encode()
        return signed(body, secret=secret)

    # -- the API

    def answer(self, operation: Operation, at: str, fields: dict[str, str], key: str) -> tuple[int, bytes]:
        """Answer one request, once for each idempotency key."""
        asked = json.dumps([operation, at, fields], sort_keys=True)
        with self._lock:
            if key and self.knows_keys and key in self._answers:
                before, status, body = self._answers[key]
                if before != asked:
                    error = {"type": "idempotency_error", "message": "Keys for idempotent requests …"}
                    return 400, json.dumps({"error": error}).encode()
                return status, body
            try:
                status, told = 200, getattr(self, f"_{operation}")(at, fields)
            except Refusal as refusal:
                status, told = refusal.status, {"error": refusal.error}
            body = json.dumps(told).encode()
            if key:
                self._answers[key] = (asked, status, body)
            return status, body

    def _make(self, _: str, fields: dict[str, str]) -> dict[str, Any]:
        method = fields["payment_method"]
        if method not in METHODS:
            raise Refusal(
                400, code="resource_missing", param="payment_method", message=f"No such PaymentMethod: {method}"
            )
        if int(fields["amount"]) < 50:
            raise Refusal(400, code="amount_too_small", param="amount")
        number = len(self.intents) + 1
        intent: dict[str, Any] = {
            "id": f"pi_{number:06d}",
            "object": "payment_intent",
            "amount": int(fields["amount"]),
            "amount_received": 0,
            "currency": fields["currency"],
            "status": "requires_confirmation",
            "payment_method": method,
            "capture_method": fields["capture_method"],
            "client_secret": f"pi_{number:06d}_secret_canary",
            "latest_charge": None,
            "last_payment_error": None,
            "next_action": None,
            "metadata": _metadata(fields),
        }
        self.intents[intent["id"]] = intent
        return intent

    def _look(self, at: str, _: dict[str, str]) -> dict[str, Any]:
        if at not in self.intents:
            raise Refusal(404, code="resource_missing", message=f"No such payment_intent: '{at}'")
        intent = self.intents[at]
        given_back = [one for one in self.refunds.values() if one["payment_intent"] == at]
        charge = None
        if intent["latest_charge"]:
            listed = {"object": "list", "data": given_back[::-1][:10], "has_more": len(given_back) > 10}
            charge = {"id": intent["latest_charge"], "object": "charge", "refunds": listed}
        return intent | {"latest_charge": charge}

    def _confirm(self, at: str, _: dict[str, str]) -> dict[str, Any]:
        intent = self.intents[at]
        self._require(intent, "requires_confirmation")
        method = intent["payment_method"]
        if method in DECLINES:
            code, decline = DECLINES[method]
            self._refuse(intent, code, decline)
            raise Refusal(402, type="card_error", code=code, decline_code=decline, payment_intent=intent)
        if method == "pm_action":
            intent["status"] = "requires_action"
            where = {"url": f"https://hooks.stripe.test/3ds/{at}", "return_url": "…"}
            intent["next_action"] = {"type": "redirect_to_url", "redirect_to_url": where}
        elif method == "pm_late":
            intent["status"] = "processing"
        else:
            self._pay(intent)
        return self._look(at, {})

    def _capture(self, at: str, fields: dict[str, str]) -> dict[str, Any]:
        intent = self.intents[at]
        self._require(intent, "requires_capture")
        amount = int(fields.get("amount_to_capture", intent["amount"]))
        if amount > intent["amount"]:
            raise Refusal(400, code="amount_too_large")
        self._take(intent, amount)
        return intent

    def _cancel(self, at: str, _: dict[str, str]) -> dict[str, Any]:
        intent = self.intents[at]
        if intent["status"] in ("succeeded", "canceled"):
            raise Refusal(400, code="payment_intent_unexpected_state")
        intent.update(status="canceled", next_action=None)
        return intent

    def _refund(self, _: str, fields: dict[str, str]) -> dict[str, Any]:
        intent, amount = self.intents[fields["payment_intent"]], int(fields["amount"])
        given = sum(one["amount"] for one in self.refunds.values() if one["payment_intent"] == intent["id"])
        if amount > intent["amount_received"] - given:
            raise Refusal(400, code="charge_already_refunded")
        refund = {
            "id": f"re_{len(self.refunds) + 1:06d}",
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "status": self.refund_status,
            "payment_intent": intent["id"],
            "metadata": _metadata(fields),
        }
        self.refunds[refund["id"]] = refund
        self.moved.append((intent["id"], -amount))
        return refund

    def _list(self, _: str, fields: dict[str, str]) -> dict[str, Any]:
        found = [one for one in self.refunds.values() if one["payment_intent"] == fields["payment_intent"]][::-1]
        after = fields.get("starting_after")
        begin = [one["id"] for one in found].index(after) + 1 if after else 0
        page = found[begin : begin + int(fields.get("limit", 10))]
        more = begin + len(page) < len(found)
        return {"object": "list", "url": "/v1/refunds", "data": page, "has_more": more}

    def _require(self, intent: dict[str, Any], status: str) -> None:
        if intent["status"] != status:
            raise Refusal(400, code="payment_intent_unexpected_state", payment_intent=intent)

    def _pay(self, intent: dict[str, Any]) -> None:
        intent["latest_charge"], intent["next_action"] = f"ch_{intent['id']}", None
        if intent["capture_method"] == "manual":
            intent["status"] = "requires_capture"
        else:
            self._take(intent, intent["amount"])

    def _take(self, intent: dict[str, Any], amount: int) -> None:
        intent.update(status="succeeded", amount_received=amount)
        self.moved.append((intent["id"], amount))

    def _refuse(self, intent: dict[str, Any], code: str, decline: str | None) -> None:
        error = {"type": "card_error", "code": code, "decline_code": decline}
        intent.update(status="requires_payment_method", payment_method=None, next_action=None, last_payment_error=error)


def signed(body: bytes, *, secret: str = WEBHOOK_SECRET, moment: int | None = None) -> tuple[dict[str, str], bytes]:
    """Return a webhook's headers and body, signed by scheme v1 (https://docs.stripe.com/webhooks#verify-manually)."""
    moment = int(now().timestamp()) if moment is None else moment
    code = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"content-type": "application/json", "stripe-signature": f"t={moment},v1={code},v0=00"}, body


def _metadata(fields: dict[str, str]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in fields.items() if name.startswith("metadata[")}


def _operation(method: str, path: str) -> tuple[Operation | Literal["list"], str]:
    parts = path.removeprefix("/v1/").split("/")
    if parts[0] == "refunds":
        return ("list" if method == "GET" else "refund"), ""
    if method == "GET":
        return "look", parts[1]
    return (parts[2], parts[1]) if len(parts) == 3 else ("make", "")  # type: ignore[return-value]


class _Handler(BaseHTTPRequestHandler):
    stand_in: StandIn
    protocol_version = "HTTP/1.1"

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        fields = dict(parse_qsl(parts.query or body))
        operation, at = _operation(self.command, parts.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.stand_in.asked.append((operation, fields, headers))  # type: ignore[arg-type]
        trouble = next((one for one in self.stand_in.troubles if one[0] == operation), None)
        if trouble:
            self.stand_in.troubles.remove(trouble)
        self._answer(operation, at, fields, headers.get("idempotency-key", ""), trouble[1] if trouble else None)

    def _answer(self, operation: Any, at: str, fields: dict[str, str], key: str, trouble: str | None) -> None:
        if trouble == "reset before":
            self._reset()
            return
        if trouble and trouble.isdigit():
            self._send(int(trouble), json.dumps({"error": {"type": "api_error", "message": "…"}}).encode())
            return
        if trouble == "redirect":
            self._send(302, b"", location=f"{self.stand_in.url}/v1/payment_intents/elsewhere")
            return
        status, told = self.stand_in.answer(operation, at, fields, key)
        if trouble == "reset after":
            self._reset()
            return
        if trouble == "late":
            time.sleep(TOO_LATE_SECONDS)
        self._send(status, b"<html>" if trouble == "garbage" else told)

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    do_GET = do_POST = _serve  # noqa: N815 - the library's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def handle(self) -> None:
        try:
            super().handle()
        except (OSError, ValueError):
            self.close_connection = True


@contextmanager
def running() -> Iterator[StandIn]:
    """Serve a stand-in on a free port of this machine."""
    stand_in = StandIn()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"stand_in": stand_in})) as http:
        http.daemon_threads = True
        stand_in.url = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield stand_in
        finally:
            http.shutdown()
            thread.join(timeout=10)

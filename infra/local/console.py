"""``/_console``: what people would rather look at than read. Local only: no route declares it, so nothing deploys it.

Pages for people; the same as JSON when ``Accept`` asks for ``application/json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlsplit

from infra.local import moto_backend, sandbox_desk, storefront
from infra.local.clock import Clock
from infra.local.gateway import Gateway
from infra.local.mailbox import Mail, mails
from infra.local.payload import HttpRequest, HttpResponse, message
from infra.local.pumps import Pumps
from utils.clock import now, parse, rfc3339
from utils.settings import setting
from utils.string_formatters import format_money

PREFIX = "/_console"
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "article{border:1px solid #ccc;border-radius:6px;padding:1rem;margin:1rem 0}"
    "h2{margin:0 0 .5rem;font-size:1.1rem}pre{white-space:pre-wrap;background:#f6f6f6;padding:.75rem}"
    "iframe{width:100%;height:20rem;border:1px solid #ddd}small{color:#666}"
)


class Console:
    """The console of one running cloud."""

    def __init__(self, pumps: Pumps, clock: Clock, gateway: Gateway) -> None:
        self._pumps, self._clock, self._gateway = pumps, clock, gateway
        self._pages: dict[tuple[str, str], Callable[[HttpRequest], HttpResponse]] = {
            ("GET", ""): self._index,
            ("GET", "/mail"): self._mail,
            ("GET", "/clock"): self._show_clock,
            ("POST", "/clock"): self._move_clock,
            ("GET", "/payments"): self._show_payments,
            ("POST", "/payments"): self._settle_payment,
            **{("GET", path): _storefront for path in storefront.PATHS},
        }

    def handle(self, request: HttpRequest) -> HttpResponse:
        """Answer a request below ``/_console``; another site's page, or another name for this machine, gets 403."""
        if not _from_here(request):
            return message(403, "The console answers on this machine only")
        page = self._pages.get((request.method, request.path.removeprefix(PREFIX).rstrip("/")))
        return page(request) if page else message(404, "Not Found")

    def _index(self, request: HttpRequest) -> HttpResponse:
        links = {name: f"{PREFIX}/{name}" for name in ("mail", "clock", "payments")} | {"api": "/api/v1/docs"}
        links["forgot password"] = f"{PREFIX}{storefront.PATH}/forgot-password"
        items = "".join(f'<li><a href="{link}">{name}</a></li>' for name, link in links.items())
        return _answer(request, links, "Pushcart on this machine", f"<ul>{items}</ul>")

    def _mail(self, request: HttpRequest) -> HttpResponse:
        sent = mails()
        articles = "".join(_article(mail) for mail in sent)
        if not moto_backend.running():
            articles = "<p>The mail is kept by the AWS endpoint that this shop runs on, not here.</p>"
        return _answer(request, [asdict(mail) for mail in sent], "Mail", articles or "<p>No mail was sent yet.</p>")

    def _show_clock(self, request: HttpRequest) -> HttpResponse:
        state = self._clock_state()
        form = f"<p>{escape(state['now'])}, {state['offset_seconds']} s ahead of the real time.</p>"
        url = escape(f"http://{request.header('host')}{PREFIX}/clock")
        body = '{"advance_seconds": 900}'
        hint = f"Move it: <pre>curl -X POST -H 'content-type: application/json' -d '{body}' {url}</pre>"
        return _answer(request, state, "Clock", form + hint)

    def _move_clock(self, request: HttpRequest) -> HttpResponse:
        if not moto_backend.running():
            return message(409, "The clock moves only with the AWS that is built in")
        if not _is_json(request):
            return message(415, "Send application/json")
        try:
            by = _movement(json.loads(request.body))
            self._clock.shift(by)
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            return message(400, f'Send {{"advance_seconds": 900}} or {{"now": "2030-01-01T00:00:00Z"}}: {error}')
        ran = [delivery.function for delivery in self._pumps.run_schedules()]
        self._pumps.wake()
        return _json(self._clock_state() | {"ran": ran})

    def _show_payments(self, request: HttpRequest) -> HttpResponse:
        charges = sandbox_desk.waiting()
        rows = "".join(f"<li>{escape(_described(one))}</li>" for one in charges)
        url = escape(f"http://{request.header('host')}{PREFIX}/payments")
        body = '{"key": "ord_…:1", "outcome": "captured"}'
        hint = f"Play the bank: <pre>curl -X POST -H 'content-type: application/json' -d '{body}' {url}</pre>"
        shown = f"<ul>{rows}</ul>" if rows else "<p>No payment waits in the sandbox.</p>"
        return _answer(request, charges, "Payments in the sandbox", shown + hint)

    def _settle_payment(self, request: HttpRequest) -> HttpResponse:
        if not _is_json(request):
            return message(415, "Send application/json")
        try:
            asked = json.loads(request.body)
            status = sandbox_desk.settle(str(asked["key"]), str(asked["outcome"]), self._post)
        except sandbox_desk.UnknownCharge as unknown:
            return message(404, f"The sandbox has no charge {unknown}")
        except (ValueError, TypeError, KeyError) as error:
            outcomes = " or ".join(sandbox_desk.OUTCOMES)
            return message(400, f'Send {{"key": "ord_…:1", "outcome": …}}, which is {outcomes}: {error}')
        self._pumps.wake()
        return _json({"webhook_status": status})

    def _post(self, path: str, headers: dict[str, str], body: bytes) -> int:
        return self._gateway.handle("POST", path, "", headers, body).status

    def _clock_state(self) -> dict[str, Any]:
        return {"now": rfc3339(self._clock.now()), "offset_seconds": round(self._clock.offset.total_seconds())}


def _is_json(request: HttpRequest) -> bool:
    """A form on another site cannot send this type without asking first, and nobody answers its preflight."""
    return (request.header("content-type") or "").split(";")[0].strip() == "application/json"


def _described(charge: dict[str, Any]) -> str:
    return f"{charge['key']}: {format_money(charge['amount'], charge['currency'])}, {charge['status']}"


def _movement(asked: dict[str, Any]) -> timedelta:
    if set(asked) == {"advance_seconds"} and isinstance(asked["advance_seconds"], int | float):
        return timedelta(seconds=asked["advance_seconds"])
    if set(asked) == {"now"}:
        moment: datetime = parse(asked["now"])
        if moment.tzinfo is None:
            raise ValueError("name the time zone")
        return moment - now()
    raise ValueError("one of the two, and nothing else")


def _from_here(request: HttpRequest) -> bool:
    host = request.header("host") or ""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    origin = request.header("origin")
    return name in LOCAL_HOSTS and (origin is None or urlsplit(origin).netloc == host)


def _storefront(request: HttpRequest) -> HttpResponse:
    return storefront.page(request.path.removeprefix(PREFIX).rstrip("/"), style=_STYLE)


def _article(mail: Mail) -> str:
    body = f"<pre>{_linked(escape(mail.text))}</pre>" if mail.text else ""
    if mail.html:
        body += f'<iframe sandbox="" srcdoc="{escape(mail.html)}" title="as HTML"></iframe>'
    to = escape(", ".join(mail.to))
    head = f"<h2>{escape(mail.subject)}</h2><small>{escape(mail.sent_at)}, from {escape(mail.sender)} to {to}</small>"
    return f"<article>{head}{body}</article>"


def _linked(text: str) -> str:
    """Make links of the addresses of our own storefront in escaped text, and of nothing else that a mail brings."""
    ours = re.compile(re.escape(escape(setting("STOREFRONT_URL"))) + r"/[\w./#=?-]*")
    return ours.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', text)


def _answer(request: HttpRequest, data: Any, title: str, content: str) -> HttpResponse:
    if "application/json" in (request.header("accept") or ""):
        return _json(data)
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f'</head><body><p><a href="{PREFIX}">Console</a></p><h1>{title}</h1>{content}</body></html>'
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": policy}
    return HttpResponse(
        200, headers | {"cache-control": "no-store", "x-content-type-options": "nosniff"}, page.encode()
    )


def _json(data: Any) -> HttpResponse:
    return HttpResponse(
        200, {"content-type": "application/json", "cache-control": "no-store"}, json.dumps(data).encode()
    )

"""Governance notices to a system of the trust's own: a signed POST. `genuine` is what its receiver checks.

The signature is HMAC-SHA256 over the time, a dot and the body, so that neither can be changed and an old call cannot be
played again later; the message id is the same for every attempt, by which the receiver knows a repeated one.
"""

import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

import httpx
from opentelemetry.trace import SpanKind

from activities.adapters import letter_words
from activities.adapters.answers import Answer, taken
from activities.ports import Letter
from shared.wiring import telemetry

log = logging.getLogger(__name__)

WITHIN_S = 10.0
REPLAY_WINDOW_S = 300
SIGNATURE, SENT_AT, MESSAGE_ID = "Patency-Signature", "Patency-Sent-At", "Patency-Message-Id"
LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_SECONDS = re.compile(r"[0-9]{1,12}")


class WebhookMailbox:
    """A trust's own system. Each address is a URL: https, or of this machine."""

    def __init__(self, secret: str, site: str, *, now: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._site = site
        self._now = now

    async def post(self, letter: Letter) -> int:
        """Call each address; returns how many took the notice.

        Raises OutsideUnavailable when one may take it later, OutsideRefused when none will.
        """
        async with httpx.AsyncClient(timeout=WITHIN_S, follow_redirects=False) as http:
            return taken([await self._call(http, letter, address) for address in letter.addresses])

    async def _call(self, http: httpx.AsyncClient, letter: Letter, address: str) -> Answer:
        if not may_be_called(address):
            log.warning("an address of the register is none that may be called")
            return Answer.NEVER
        body, sent_at = self._body(letter), str(int(self._now()))
        headers = {
            "Content-Type": "application/json",
            MESSAGE_ID: letter_words.reference(letter, address),
            SENT_AT: sent_at,
            SIGNATURE: signature(self._secret, sent_at, body),
        }
        with telemetry.within("call webhook", kind=SpanKind.CLIENT):
            try:
                answer = await http.post(address, content=body, headers=headers)
            except httpx.HTTPError:
                return Answer.LATER
        return _meaning(answer.status_code)

    def _body(self, letter: Letter) -> bytes:
        said = {
            "trust": letter.trust,
            "pathway": letter.pathway_id or None,
            "notice": letter.dispatch,
            "about": letter.about,
            "reason": letter.reason,
            "link": letter_words.link(letter, self._site),
            "text": letter_words.paragraphs(letter, self._site),
        }
        return json.dumps(said, ensure_ascii=True, sort_keys=True).encode()


def may_be_called(address: str) -> bool:
    """Whether the address is https, or plain http on this machine; no user names, no fragments."""
    try:
        parts = urlsplit(address)
        host, user = parts.hostname or "", parts.username
    except ValueError:
        return False
    if not host or user is not None or parts.fragment or not address.isascii() or not address.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def signature(secret: str, sent_at: str, body: bytes) -> str:
    return "v1=" + hmac.new(secret.encode(), f"{sent_at}.".encode() + body, hashlib.sha256).hexdigest()


def genuine(secret: str, sent_at: str, signed: str, body: bytes, *, now: float) -> bool:
    """Whether a call was signed with this secret within the last minutes. Compares in constant time."""
    if _SECONDS.fullmatch(sent_at) is None or abs(now - int(sent_at)) > REPLAY_WINDOW_S:
        return False
    return hmac.compare_digest(signature(secret, sent_at, body).encode(), signed.encode())


def _meaning(status: int) -> Answer:
    """2xx took it; what it says about the notice itself is final; everything else may be better later."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Answer.TAKEN
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in LATER:
        return Answer.LATER
    return Answer.NEVER

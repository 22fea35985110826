"""Post offices that are no mail servers: GOV.UK Notify through its client, and a signed call to a trust's system."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI, Request, Response

from activities.adapters.govuk_notify import NotifyAccount, NotifyMailbox
from activities.adapters.signed_webhook import MESSAGE_ID, SENT_AT, SIGNATURE, WebhookMailbox, genuine
from tests.contract.notify_at_home import API_KEY, TEMPLATE, NotifyAtHome, application
from tests.contract.offices import SITE
from tests.contract.test_registry import served

SECRET = "a secret of the training trust, long enough"


@dataclass
class NotifyOffice:
    mailbox: NotifyMailbox
    notify: NotifyAtHome
    repeats: bool = False

    def at(self, address: str) -> str:
        return address

    def received(self) -> Counter[str]:
        return Counter(self.notify.references())

    async def goes_down(self) -> None:
        self.notify.every_status = 503

    async def works_again(self) -> None:
        self.notify.every_status, self.notify.silent = None, False
        self.notify.statuses.clear()

    def puts_off(self, address: str) -> None:
        self.notify.statuses[address] = 429

    def refuses(self, address: str) -> None:
        self.notify.statuses[address] = 400


@asynccontextmanager
async def notify_office() -> AsyncIterator[NotifyOffice]:
    notify = NotifyAtHome()
    async with served(application(notify)) as url:
        yield NotifyOffice(NotifyMailbox(NotifyAccount(API_KEY, TEMPLATE, url), SITE), notify)


@dataclass
class System:
    """A system of a trust's own: takes what is genuine, under its message id."""

    taken: Counter[str] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)
    every_status: int | None = None

    def application(self) -> FastAPI:
        app = FastAPI()

        @app.post("/{whose}")
        async def take(whose: str, request: Request) -> Response:
            body, headers = await request.body(), request.headers
            if not genuine(SECRET, headers[SENT_AT], headers[SIGNATURE], body, now=time.time()):
                return Response(status_code=401)
            status = self.every_status or self.statuses.get(whose, 204)
            if status == 204:
                self.taken[headers[MESSAGE_ID]] += 1
                self.bodies.append(body)
            return Response(status_code=status, headers={"Location": "/elsewhere"} if status == 302 else {})

        return app


@dataclass
class WebhookOffice:
    mailbox: WebhookMailbox
    system: System
    url: str
    repeats: bool = True

    def at(self, address: str) -> str:
        return f"{self.url}/{address.partition('@')[0]}"

    def received(self) -> Counter[str]:
        return self.system.taken

    async def goes_down(self) -> None:
        self.system.every_status = 503

    async def works_again(self) -> None:
        self.system.every_status = None
        self.system.statuses.clear()

    def puts_off(self, address: str) -> None:
        self.system.statuses[address.partition("@")[0]] = 429

    def refuses(self, address: str) -> None:
        self.system.statuses[address.partition("@")[0]] = 410


@asynccontextmanager
async def webhook_office() -> AsyncIterator[WebhookOffice]:
    system = System()
    async with served(system.application()) as url:
        yield WebhookOffice(WebhookMailbox(SECRET, SITE), system, url)

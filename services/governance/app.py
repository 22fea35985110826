"""The governance desk (IPG651 1.2): what the mail system reports of notices, and acknowledgements."""

from fastapi import FastAPI

from services.governance import device_uses, kept_registers, notify_receipts, registers
from services.pages import compliance, inbox
from services.pages import registers as register_pages
from services.pages.live import inbox as live_inbox
from services.shell import create_app
from services.wiring import Wiring

NAME = "governance"


def create(wiring: Wiring | None) -> FastAPI:
    return create_app(
        NAME,
        wiring,
        registers.router,
        kept_registers.router,
        device_uses.router,
        notify_receipts.router,
        live_inbox.router,
        inbox.routes(),
        compliance.routes(),
        register_pages.routes(),
        bodies=(registers.SuspensionLifted, *kept_registers.BODIES),
    )

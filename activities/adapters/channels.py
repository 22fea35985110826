"""Which way each letter goes: a trust's recipients say how they are reached, its accounts are kept in one secret file.

The file is TOML: `[RXX.govuk_notify]` with `api_key` and `template_id`, `[RXX.webhook]` with `secret`.
"""

import logging
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from activities.adapters.answers import Answer, taken
from activities.adapters.govuk_notify import NotifyAccount, NotifyMailbox
from activities.adapters.signed_webhook import WebhookMailbox, may_be_called
from activities.adapters.smtp_mailbox import SmtpMailbox
from activities.ports import Channel, Letter, Mailbox, OutsideRefused, OutsideUnavailable
from shared.wiring.settings import WorkerSettings

log = logging.getLogger(__name__)

NOTIFY = "https://api.notifications.service.gov.uk"
KEY = r"^[A-Za-z0-9_-]*-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


def _callable(url: str) -> str:
    if not may_be_called(url):
        raise ValueError("must be https, or of this machine")
    return url


class NotifyPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: Annotated[str, Field(pattern=KEY)]
    template_id: Annotated[str, Field(pattern=r"^[0-9a-f-]{36}$")]
    url: Annotated[str, AfterValidator(_callable)] = NOTIFY


class WebhookPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    secret: Annotated[str, Field(min_length=32, max_length=256)]


class Accounts(BaseModel):
    """What one trust has besides the mail server."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    govuk_notify: NotifyPart | None = None
    webhook: WebhookPart | None = None


class Channels:
    """A mailbox of many ways: each address is reached as the trust's register says."""

    def __init__(self, smtp: Mailbox, accounts: Mapping[str, Accounts], site: str) -> None:
        self._smtp = smtp
        self._others = {trust: dict(_ways(each, site)) for trust, each in accounts.items()}

    async def post(self, letter: Letter) -> int:
        """Hand the letter over, each address its way; returns how many were taken.

        One way that is shut keeps nobody waiting who is reached by another. Raises OutsideUnavailable when part of
        it may work later, OutsideRefused when nobody was reached.
        """
        parts = [(each, letter.going_by(each)) for each in Channel]
        answers = [one for way, part in parts if part.addresses for one in await self._handed_over(way, part)]
        return taken(answers)

    async def _handed_over(self, way: Channel, part: Letter) -> list[Answer]:
        mailbox = self._smtp if way is Channel.SMTP else self._others.get(part.trust, {}).get(way)
        if mailbox is None:
            log.error("a recipient is reached by a way this trust has no account for", extra={"trust": part.trust})
            return [Answer.NEVER]
        try:
            return [Answer.TAKEN] * await mailbox.post(part)
        except OutsideUnavailable:
            return [Answer.LATER]
        except OutsideRefused:
            return [Answer.NEVER]


def _ways(accounts: Accounts, site: str) -> list[tuple[Channel, Mailbox]]:
    ways: list[tuple[Channel, Mailbox]] = []
    if (notify := accounts.govuk_notify) is not None:
        account = NotifyAccount(notify.api_key, notify.template_id, notify.url)
        ways.append((Channel.NOTIFY, NotifyMailbox(account, site)))
    if (webhook := accounts.webhook) is not None:
        ways.append((Channel.WEBHOOK, WebhookMailbox(webhook.secret, site)))
    return ways


def channels_of(settings: WorkerSettings) -> Channels:
    """The ways of every trust, by the process's settings. Ends the process when the file cannot be read."""
    accounts = _read(settings.channels_file) if settings.channels_file else {}
    return Channels(SmtpMailbox(settings), accounts, settings.public_url)


def _read(file: Path) -> dict[str, Accounts]:
    """The accounts by trust. What is wrong is said without repeating anything of the file."""
    try:
        return TypeAdapter(dict[str, Accounts]).validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise SystemExit("settings: PATENCY_CHANNELS_FILE cannot be read as TOML") from None
    except ValidationError as error:
        places = sorted({".".join(map(str, each["loc"])) for each in error.errors(include_input=False)})
        raise SystemExit(f"settings: PATENCY_CHANNELS_FILE: {', '.join(places)} cannot stand") from None

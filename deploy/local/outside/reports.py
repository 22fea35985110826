"""Plays the trust's mail system: tells the governance desk what became of each notice until it has heard."""

import asyncio
import logging
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from deploy.local.outside.mailroom import Letter, Mailroom, Outcome
from deploy.local.people import mail_system_of
from deploy.local.tokens import NoTokenError, token

FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 8.0
ROUND_S = 0.25
ANSWER_S = 10.0
# A report can overtake the entry that says the notice was sent: "no" and "unknown" count only when repeated.
PATIENT_TRIES = 7
PERHAPS_TOO_EARLY = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
TRY_AGAIN = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Attempt:
    """How often a report was tried, and not before which instant of the loop's clock it is tried again."""

    tries: int = 0
    not_before: float = 0.0


@dataclass(slots=True)
class Reports:
    """Sends what the mailroom has unreported. Nothing is kept here that a restart may not forget."""

    mailroom: Mailroom
    desk: str
    issuer: str
    tokens: dict[str, str] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled. `news` makes it look at once."""
        async with httpx.AsyncClient(timeout=ANSWER_S, trust_env=False) as http:
            while True:
                self.news.clear()
                for letter, outcome in self._due():
                    await self._report(http, letter, outcome)
                await self._news_or_next_round()

    async def _news_or_next_round(self) -> None:
        try:
            await asyncio.wait_for(self.news.wait(), ROUND_S if self.mailroom.unreported() else None)
        except TimeoutError:  # the next round
            return

    def _due(self) -> list[tuple[Letter, Outcome]]:
        now = asyncio.get_running_loop().time()
        unreported = self.mailroom.unreported()
        return [(letter, said) for letter, said in unreported if self._attempt(letter).not_before <= now]

    def _attempt(self, letter: Letter) -> Attempt:
        return self.attempts.setdefault(letter.key, Attempt())

    async def _report(self, http: httpx.AsyncClient, letter: Letter, outcome: Outcome) -> None:
        attempt = self._attempt(letter)
        pause = min(FIRST_PAUSE_S * 2**attempt.tries, LONGEST_PAUSE_S)
        attempt.tries += 1
        attempt.not_before = asyncio.get_running_loop().time() + pause
        try:
            status = await self._told(http, letter, outcome)
        except (httpx.HTTPError, NoTokenError) as trouble:
            log.warning("The governance desk was not reached: %s", type(trouble).__name__)
            return
        if status < HTTPStatus.MULTIPLE_CHOICES:
            self.mailroom.report_done(letter, outcome)
        elif status == HTTPStatus.UNAUTHORIZED:
            self.tokens.pop(letter.trust, None)
        elif _refused(status, attempt.tries):
            log.error("The governance desk refused a report with status %d", status)
            self.mailroom.report_done(letter, "refused")

    async def _told(self, http: httpx.AsyncClient, letter: Letter, outcome: Outcome) -> int:
        if letter.trust not in self.tokens:
            self.tokens[letter.trust] = await token(self.issuer, mail_system_of(letter.trust))
        body = {"dispatch": letter.notice}
        if outcome is Outcome.BOUNCED:
            body["cause"] = "mailbox_unavailable"
        answer = await http.post(
            f"{self.desk}/api/pathways/{letter.pathway_ref}/governance_notice_{outcome}",
            json=body,
            headers={
                "Authorization": f"Bearer {self.tokens[letter.trust]}",
                "Idempotency-Key": f"{letter.message_id.strip('<>')}:{outcome}",
                "If-Match": "*",
            },
        )
        return answer.status_code


def _refused(status: int, tries: int) -> bool:
    if status in PERHAPS_TOO_EARLY:
        return tries >= PATIENT_TRIES
    return status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in TRY_AGAIN

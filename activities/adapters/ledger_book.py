"""The ledger, as activities see it: what to write to whom, what to submit, and what the outside world answered."""

import hashlib
import logging
from dataclasses import replace

from activities.adapters import moments
from activities.ports import Letter, Receipt, Rejection, Submission
from shared.contracts.looks import Errand, Look, Order
from shared.ledger.acts import Act, Kept
from shared.ledger.ledger import Ledger
from shared.pathway.governance import NoticeSent, NoticeUnsendable
from shared.pathway.people import PATENCY, Role
from shared.pathway.question import Moment
from shared.pathway.record import Record
from shared.pathway.registry_entry import RegistryAccepted, RegistryRejected
from shared.wiring import telemetry

log = logging.getLogger(__name__)


class LedgerBook:
    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    async def look(self, order: Order) -> Look | None:
        """Fire what fell due, then look: for a pathway one transaction, where nothing is due one that writes nothing.

        What a filter's workflow fires is told to its pathway's.
        """
        ref, trace = order.ref, telemetry.traceparent()
        if order.filter is None:
            moment = await self._ledger.attend(ref.trust, ref.pathway_id, PATENCY, trace)
        else:
            await self._ledger.fire_due(ref.trust, ref.pathway_id, PATENCY, trace)
            moment = await self._ledger.look(ref.trust, ref.pathway_id)
        return None if moment is None else moments.seen(moment, order.filter)

    async def letter(self, errand: Errand) -> Letter | None:
        moment = await self._moment(errand)
        to = moments.addressee(moment, errand.key) if moment else None
        if moment is None or to is None:
            return None
        people = await self._ledger.recipients(errand.ref.trust, to)
        found = moments.letter(moment, errand.key, tuple(address for _person, address, _channel in people))
        return replace(found, channels=tuple(channel for *_who, channel in people)) if found else None

    async def note_sent(self, errand: Errand, recipients: int, to: str = "") -> None:
        role = Role(to) if to else await self._meant_for(errand)
        if role is not None:
            await self._write(errand, NoticeSent(dispatch=errand.key, to=role, recipients=recipients))

    async def _meant_for(self, errand: Errand) -> Role | None:
        moment = await self._moment(errand)
        return moments.sent_to(moment, errand.key) if moment else None

    async def note_unsendable(self, errand: Errand, cause: str) -> None:
        if cause == "no_recipient":
            await self._write(errand, NoticeUnsendable(dispatch=errand.key, cause="no_recipient"))
        else:
            await self._write(errand, NoticeUnsendable(dispatch=errand.key, cause="refused"))

    async def submission(self, errand: Errand) -> Submission | None:
        moment = await self._moment(errand)
        return moments.submission(moment, errand.key) if moment else None

    async def note_accepted(self, submission: Submission, errand: Errand, receipt: Receipt) -> None:
        procedure, version = submission.procedure_id, submission.dataset_version
        accepted = RegistryAccepted(procedure_id=procedure, dataset_version=version, receipt=receipt.number)
        await self._write(errand, accepted)

    async def note_rejected(self, submission: Submission, errand: Errand, rejection: Rejection) -> None:
        procedure, version = submission.procedure_id, submission.dataset_version
        rejected = RegistryRejected(procedure_id=procedure, dataset_version=version, code=rejection.code)
        await self._write(errand, rejected)

    async def _moment(self, errand: Errand) -> Moment | None:
        return await self._ledger.look(errand.ref.trust, errand.ref.pathway_id)

    async def _write(self, errand: Errand, record: Record) -> None:
        """Enter an answer of the outside world once: its key is the errand's, whoever enters it however often."""
        act = Act(
            trust=errand.ref.trust,
            pathway_id=errand.ref.pathway_id,
            record=record,
            by=PATENCY,
            key=f"{errand.ref.pathway_id}/{errand.key}",
            body_hash=hashlib.sha256(errand.key.encode()).digest(),
            expected_version=None,
            traceparent=telemetry.traceparent(),
            looked_after=errand.looked_after,
        )
        answer = await self._ledger.enter(act)
        if not isinstance(
            answer, Kept
        ):  # overtaken meanwhile: whether it is still owed is asked again at the next look
            log.warning("%s was not kept: %s", record.kind, type(answer).__name__)

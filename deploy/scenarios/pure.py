"""A story on the pure core: no clock, no network, no database. The outside world answers at once, or when told to."""

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from deploy.local.people import mail_system_of
from deploy.scenarios import identity, registers
from deploy.scenarios.outside import MAIL, RECEIPT, REGISTRY, SENT, Answering, report, was_sent
from deploy.scenarios.placeholders import Known, filled, in_view_of
from deploy.scenarios.playing import DONE, NOTHING_WAITED, Answer
from deploy.scenarios.story import Step, Story, WantedRefusal
from shared.ledger.patient import PatientIdentity
from shared.ledger.registers import needle_of
from shared.pathway import decide, governance_notice
from shared.pathway.closure import closed
from shared.pathway.duties import Outside
from shared.pathway.governance import NoticeSent, NoticeUnsendable
from shared.pathway.governance_notice import Dispatch
from shared.pathway.pathway import Pathway
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.question import Moment
from shared.pathway.record import Record
from shared.pathway.referral import Referral, sides
from shared.pathway.refusal import Refusal
from shared.pathway.registry_entry import RegistryAccepted, RegistryRejected
from shared.pathway.stages import KINDS
from shared.policy import Policy, load
from shared.web import answers

MOST_ENTRIES = 2000
"""No story needs as many; beyond it the pathway goes in a circle."""


class PureStage:
    """One pathway in memory. `seen` is shown every state it goes through, also those between two steps."""

    def __init__(self, story: Story, seen: Callable[[dict[str, Any]], None], policy: Policy | None = None) -> None:
        self.story = story
        self.seen = seen
        self.policy = policy or load()
        self.now = story.start
        self.pathway: Pathway | None = None
        self.patient: PatientIdentity | None = None
        self.other_patient: PatientIdentity | None = None
        self.other_id = ""
        self.news: list[Record] = []
        self.answering = Answering.of(story)
        self.mail_system = Signature(mail_system_of(story.trust), Role.MAIL_SYSTEM)

    async def move_to(self, at: datetime) -> None:
        self.now = max(self.now, at)
        self._follow()

    async def act(self, step: Step) -> Answer:
        kind = KINDS[step.do or ""]
        known = in_view_of(await self.look(), self.story.staff, self.other_id or "none")
        try:
            record, patient = self._read(kind.record, step, known)
        except ValidationError as error:
            return Answer(422, fields=tuple(".".join(map(str, each["loc"])) for each in error.errors()))
        by = step.by or PATENCY
        if by.role not in kind.roles:
            return Answer(403)
        if isinstance(record, Referral):
            return self._open(record, patient, by) if step.patient is None else self._open_other(record, patient, by)
        if self.pathway is None:
            return Answer(404)
        if step.announces:
            return self._announce(self.pathway, record, by)
        before, self.patient = self.patient, patient
        answer = self._offer(self._moment(self.pathway), record, by)
        if answer.refusals:
            self.patient = before
        return answer

    async def happen(self, event: str) -> str:
        told = self._told(event)
        self.answering.hear(event)
        self._follow()
        return DONE if told or (event == SENT and was_sent(await self.look())) else NOTHING_WAITED

    async def look(self) -> dict[str, Any]:
        return {} if self.pathway is None else answers.shown(self._moment(self.pathway))

    @property
    def _version(self) -> int:
        return self.pathway.version if self.pathway else 0

    def _moment(self, pathway: Pathway, *, same_side: bool = False) -> Moment:
        facts = registers.facts(self.story.trust, self.patient, self.now, open_pathway_same_side=same_side)
        if not pathway.entries and self.other_id and _namesakes(self.patient, self.other_patient):
            facts = facts.model_copy(update={"possible_same_person": frozenset({self.other_id})})
        return Moment(pathway, self.policy, self.now, registers.after(facts, self.news, self.now))

    def _read(self, model: type[Record], step: Step, known: Known) -> tuple[Record, PatientIdentity | None]:
        """The record and whose it is. Raises ValidationError for what a desk calls malformed."""
        said = step.patient or (self.story.patient if model is Referral else None)
        patient = identity.patient_of(said) if said else self.patient
        body = json.dumps(filled(step.body.plain() if step.body else {}, known))
        return model.model_validate_json(body, strict=True), patient

    def _open(self, referral: Referral, patient: PatientIdentity | None, by: Signature) -> Answer:
        """A new pathway, if the core has nothing against it. A second one for the same leg it has."""
        before, self.patient = (self.pathway, self.patient), patient
        same_side = self._open_for(referral)
        self.pathway = Pathway(str(uuid.uuid4()), self.story.trust, registers.nation(self.story.trust))
        answer = self._offer(self._moment(self.pathway, same_side=same_side), referral, by)
        if answer.refusals:
            self.pathway, self.patient = before
        return Answer(201) if answer.status == 200 else answer  # noqa: PLR2004 -- HTTP's own number for "OK"

    def _open_other(self, referral: Referral, patient: PatientIdentity | None, by: Signature) -> Answer:
        """Another patient's pathway: it is only there, and the story goes on with its own."""
        empty = Pathway(str(uuid.uuid4()), self.story.trust, registers.nation(self.story.trust))
        facts = registers.facts(self.story.trust, patient, self.now, open_pathway_same_side=False)
        if found := decide.refusals(Moment(empty, self.policy, self.now, facts), referral, by):
            return _refused(found)
        self.other_id, self.other_patient = empty.id, patient
        return Answer(201)

    def _announce(self, pathway: Pathway, record: Record, by: Signature) -> Answer:
        """News of the trust: its registers say so from now on, and this pathway is told when it is concerned."""
        if reason := registers.refusal(self.story.trust, [*self.news, record]):
            return _refused((reason,))
        self.news.append(record)
        needle = needle_of(record)
        if needle is None or any(needle in each.record.model_dump_json() for each in pathway.entries):
            return self._offer(self._moment(pathway), record, by)
        return Answer(202)

    def _open_for(self, referral: Referral) -> bool:
        if self.pathway is None or closed(self._moment(self.pathway)):
            return False
        return not {limb.side for limb in referral.limbs}.isdisjoint(sides(self.pathway))

    def _offer(self, moment: Moment, record: Record, by: Signature) -> Answer:
        if found := decide.refusals(moment, record, by):
            return _refused(found)
        self._enter(moment, record, by)
        self._follow()
        return Answer(200)

    def _enter(self, moment: Moment, record: Record, by: Signature) -> None:
        self.pathway = moment.pathway.with_entry(decide.next_entry(moment, record, by))
        if self.pathway.version > MOST_ENTRIES:
            raise RuntimeError("this pathway goes in a circle")
        if self.story.never:  # nobody else looks between two steps
            self.seen(answers.shown(self._moment(self.pathway)))

    def _follow(self) -> None:
        """What follows by itself: first every timer that is due, in order, then the answers of the outside world."""
        while self.pathway is not None:
            moment = self._moment(self.pathway)
            next_up = next(self._by_itself(moment), None)
            if next_up is None:
                return
            self._enter(moment, *next_up)

    def _by_itself(self, moment: Moment) -> Iterator[tuple[Record, Signature]]:
        yield from ((fired, PATENCY) for fired in decide.due(moment))
        owed = {each.key for each in decide.owed(moment) if each.kind == Outside.GOVERNANCE_NOTICE}
        for dispatch in (each for notice in governance_notice.notices(moment) for each in notice.dispatches):
            if dispatch.key in owed:
                yield self._sent(dispatch), PATENCY
        for event in (self.answering.mail, self.answering.registry):
            yield from self._answers(moment, event)

    def _told(self, event: str) -> bool:
        """Enters what this event says to everything that waits for it now; False when nothing does."""
        if self.pathway is None:
            return False
        found = list(self._answers(self._moment(self.pathway), event))
        for record, by in found:
            self._enter(self._moment(self.pathway), record, by)
        return bool(found)

    def _sent(self, dispatch: Dispatch) -> Record:
        told = registers.recipients(self.story.trust, dispatch.to, self.news)
        if not told:
            return NoticeUnsendable(dispatch=dispatch.key, cause="no_recipient")
        return NoticeSent(dispatch=dispatch.key, to=dispatch.to, recipients=told)

    def _answers(self, moment: Moment, event: str | None) -> Iterator[tuple[Record, Signature]]:
        """What mail system or registry say, with this event, to everything that waits for them now."""
        if event in MAIL:
            model = KINDS[event].record
            yield from ((model.model_validate(report(event, key)), self.mail_system) for key in _waiting(moment))
        elif event in REGISTRY:
            submitted = [each.key for each in decide.owed(moment) if each.kind == Outside.REGISTRY_ENTRY]
            yield from ((_decided(event, key), PATENCY) for key in submitted)


def _refused(found: Sequence[Refusal]) -> Answer:
    return Answer(409, tuple(WantedRefusal(each.rule, each.field, each.paragraph) for each in found))


def _namesakes(one: PatientIdentity | None, other: PatientIdentity | None) -> bool:
    """Two patients with one name and one date of birth, under different identifiers (R-REF-1)."""
    if one is None or other is None or one.number == other.number:
        return False
    return (one.name.lower(), one.date_of_birth) == (other.name.lower(), other.date_of_birth)


def _waiting(moment: Moment) -> Iterator[str]:
    """The dispatches that were sent and of which nobody has said what became of them."""
    for dispatch in (each for notice in governance_notice.notices(moment) for each in notice.dispatches):
        if dispatch.sent_at and not dispatch.delivered_at and not dispatch.failed_at:
            yield dispatch.key


def _decided(event: str, key: str) -> Record:
    """The registry's answer to the submission with this key: procedure id + dataset version."""
    procedure, _, version = key.rpartition(".v")
    about = {"procedure_id": procedure, "dataset_version": int(version)}
    if event == RECEIPT:
        return RegistryAccepted.model_validate({**about, "receipt": f"SIM-{version}"})
    return RegistryRejected.model_validate({**about, "code": "rejected_by_registry"})

"""Whom a page is about: the pathway as it stands, and the patient where the role and the desk may know who it is."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from fastapi import Request

from services.identity import Acting
from services.sessions import TurnedAwayError, reception_of, see_other
from services.wiring import a_pathway, answering_in_time, wired
from shared.ledger import PatientIdentity
from shared.ledger.access import Door, Entrance
from shared.pathway.anatomy import Findings, Side
from shared.pathway.choices import Urgency
from shared.pathway.closure import closed
from shared.pathway.life_events import died
from shared.pathway.procedure import started
from shared.pathway.question import Moment
from shared.pathway.referral import imaging_of, sides
from shared.pathway.roles import CLINICAL
from shared.web import answers
from shared.web.pages.shown.banner import Banner, pathway_banner, patient_banner
from shared.web.pages.shown.flags import flags
from shared.web.pages.shown.window import WindowBar, window_bar
from shared.web.problems import unknown
from shared.web.shapes import PathwayAnswer, Patient
from shared.wiring import telemetry

# Their database roles cannot read who a patient is: a notice and a registry entry are about a pathway.
WITHOUT_PATIENTS = frozenset({"governance", "registry"})


@dataclass(frozen=True, slots=True)
class Scene:
    """One pathway for one reader. `patient` is None for whoever may not know.

    `shown_at` is where a reader who may know finds who it is, while this desk may not; "" otherwise.
    """

    moment: Moment
    patient: Patient | None
    entrance: Entrance
    shown_at: str = ""

    @property
    def answer(self) -> PathwayAnswer:
        """The whole of it in words; worked out once, when a page shows it: a form that is handed in shows none."""
        return self.moment.once("answer", lambda: answers.pathway(self.moment))

    @property
    def version(self) -> int:
        return self.moment.pathway.version

    @property
    def window(self) -> WindowBar | None:
        return window_of(self.moment, self.answer)

    @property
    def legs(self) -> dict[Side, Findings]:
        """The newest findings of each referred leg."""
        found = {side: imaging_of(self.moment.pathway, side) for side in sides(self.moment.pathway)}
        return {side: study[2] for side, study in found.items() if study is not None}

    @property
    def banner(self) -> Banner:
        """Whose leg, and first of all what stops everything: a death, a withdrawal, a filter inside."""
        found = self._banner()
        return replace(found, tags=(*flags(self.answer.tracks, self.moment), *found.tags))

    def _banner(self) -> Banner:
        answer = self.answer
        legs = sides(self.moment.pathway)
        urgency = urgency_of(self.moment, answer)
        if self.patient is None:
            return pathway_banner(
                pathway_id=answer.pathway_id,
                sides=legs,
                urgency=urgency,
                window=self.window,
                shown_at=self.shown_at,
            )
        return patient_banner(
            self.patient,
            pathway_id=answer.pathway_id,
            sides=legs,
            urgency=urgency,
            window=self.window,
            now=answer.now,
        )


def window_of(moment: Moment, answer: PathwayAnswer) -> WindowBar | None:
    """The 14 days (IPG651 3.9): they run until a procedure starts or the pathway is closed."""
    if answer.window is None:
        return None
    ended = closed(moment)
    reason = ended.reason if ended else None
    return window_bar(answer.window, treated=bool(started(moment.pathway)), closed=reason)


def urgency_of(moment: Moment, answer: PathwayAnswer) -> Urgency | None:
    """How urgent it is; None once the patient is treated or has died, or the pathway is closed."""
    over = started(moment.pathway) or closed(moment) or died(moment)
    return None if over else answer.urgency


async def entrance_of(request: Request, acting: Acting, pathway_id: str) -> Entrance:
    """Whether this person may open this record here. Raises ProblemError 404 for what their trust does not have."""
    reception = reception_of(request)
    async with answering_in_time():
        found = await reception.access.may_open(
            acting.trust, a_pathway(pathway_id), acting.signature, desk=reception.desk
        )
    if found.door == Door.ABSENT:
        raise unknown()
    return found


async def let_in(request: Request, acting: Acting, pathway_id: str) -> Entrance:
    """The same; whoever has no duty on this pathway is led to the question why they open it."""
    found = await entrance_of(request, acting, pathway_id)
    if not found.may_open:
        reception = reception_of(request)
        back = quote(reception.here(request), safe="")
        raise TurnedAwayError(see_other(f"{reception.front_door}/open-record/{pathway_id}?return_to={back}"))
    return found


async def scene_of(request: Request, acting: Acting, pathway_id: str, entrance: Entrance) -> Scene:
    """The pathway now, audited. Raises ProblemError 404."""
    async with answering_in_time():
        found = await _read(request, acting, pathway_id, entrance)
    if found is None or not found[0].pathway.version:
        raise unknown()
    moment, identity = found
    telemetry.pathway(pathway_id, acting.trust)
    patient = Patient.model_validate(identity.model_dump()) if identity else None
    return Scene(moment, patient, entrance, _shown_at(request, acting, pathway_id, entrance))


def _may_know(acting: Acting, entrance: Entrance) -> bool:
    """Whether this reader may know who the patient is, at a desk that may."""
    return entrance.may_open and acting.post.role in CLINICAL


def _shown_at(request: Request, acting: Acting, pathway_id: str, entrance: Entrance) -> str:
    reception = reception_of(request)
    hidden_here = reception.desk in WITHOUT_PATIENTS and _may_know(acting, entrance)
    return f"{reception.front_door}/pathways/{pathway_id}" if hidden_here else ""


async def _read(
    request: Request, acting: Acting, pathway_id: str, entrance: Entrance
) -> tuple[Moment, PatientIdentity | None] | None:
    """The pathway, and who the patient is for whoever may know it here."""
    ledger = wired(request).ledger
    if _may_know(acting, entrance) and reception_of(request).desk not in WITHOUT_PATIENTS:
        return await ledger.read_with_patient(acting.trust, pathway_id, acting.signature)
    moment = await ledger.read(acting.trust, pathway_id, acting.signature)
    return None if moment is None else (moment, None)

"""The end of a procedure, and what is still to do about it (IPG651 2.4-2.7, 3.3)."""

from collections.abc import Iterator
from datetime import datetime

from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, LysisMode
from shared.pathway.consent import Consent
from shared.pathway.consent_rules import standing
from shared.pathway.duties import Task, TaskState
from shared.pathway.governance_notice import current, informed
from shared.pathway.mdt_offer import Decision, standing_offer
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, ProcedureStart, procedure_id, started, under_way
from shared.pathway.question import Moment, Question
from shared.pathway.refusal import Refusal


def end_refusals(question: Question[ProcedureEnd]) -> Iterator[Refusal]:
    """Why this end cannot stand.

    Refuses: an end without a start, an end before it or in the future, an abandonment without a reason,
    silence about adverse events, an unanswered sign-out. Guidance: 2.5, 3.3.
    """
    end = question.record
    begun = started(question.pathway)
    if not under_way(question.pathway):
        yield Refusal("R-PRO-1", "", "No procedure is under way", "2.5")
        return
    if not begun[-1].at <= end.ended_at <= question.now:
        yield Refusal("R-PRO-1", "ended_at", "The end lies between the start and now", "2.5")
    if end.outcome == "abandoned" and end.abandoned_reason is None:
        yield Refusal("R-CON-5", "abandoned_reason", "Write down why it was abandoned", "1.3")
    if end.no_event == bool(end.events):
        yield Refusal("R-AE-7", "events", "Either name what went wrong, or assert that nothing did", "3.3")
    if end.lysis is not None and end.lysis.mode == LysisMode.NONE:
        yield Refusal("R-PRO-3", "lysis.mode", "Say when the thrombolytic drug was given", "2.4")
    for name in (
        "devices_accounted_for",
        "filter_present",
        "anticoagulation_ordered",
        "observations_planned",
    ):
        if getattr(end.sign_out, name) in {Answer.UNKNOWN, Answer.NOT_ASSESSED}:
            yield Refusal("R-PRO-1", f"sign_out.{name}", "Answer this before the patient leaves the room", "3.3")


def ready(moment: Moment) -> bool:
    """Whether everything that can be settled before the day is settled: offer, notice, consent (not the sign-in)."""
    return standing_offer(moment) is not None and informed(moment) and standing(moment) is not None


def _ready_since(moment: Moment, decided_at: datetime) -> datetime:
    """When the last of offer, delivered notice and consent came in."""
    taken, notice = moment.pathway.latest(Consent), current(moment)
    told_at = notice.delivered_at if notice else None
    return max(at for at in (decided_at, taken.at if taken else None, told_at) if at is not None)


def settled(moment: Moment) -> bool:
    return bool(started(moment.pathway)) and not under_way(moment.pathway)


def tasks(moment: Moment) -> Iterator[Task]:
    """Doing the procedure once it is prepared, before the offer lapses; writing down its end."""
    begun = started(moment.pathway)
    if under_way(moment.pathway):
        yield Task(
            "procedure_end",
            Role.PROCEDURALIST,
            begun[-1].at,
            None,
            key=procedure_id(moment.pathway, len(begun)),
        )
        return
    offer = standing_offer(moment)
    if offer is not None and ready(moment):
        since = _ready_since(moment, offer.decided_at)
        for side in _still_to_treat(moment, offer):
            yield Task("procedure_start", Role.PROCEDURALIST, since, offer.lapses_at, key=side.value)
    if begun:
        key = procedure_id(moment.pathway, len(begun))
        yield Task("procedure_end", Role.PROCEDURALIST, begun[-1].at, None, key=key, state=TaskState.DONE)


def _still_to_treat(moment: Moment, offer: Decision) -> Iterator[Side]:
    """The offered legs on which no procedure was started under this offer."""
    done = {
        e.record.side for e in started(moment.pathway) if isinstance(e.record, ProcedureStart) and e.seq > offer.seq
    }
    yield from (limb.side for limb in offer.offers if limb.side not in done)

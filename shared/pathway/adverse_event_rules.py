"""What may be written about adverse events, and why not (clinical.md 2.8, R-AE-1..7; IPG651 3.3, YR2)."""

from collections.abc import Iterator
from datetime import datetime

from shared.pathway.adverse_event import (
    AdverseEvent,
    AdverseEventOutcome,
    AdverseEventSeen,
    Contribution,
    NotAnAdverseEvent,
    SeriousBecause,
    ThirtyDayCheck,
)
from shared.pathway.adverse_event_suggestions import answered, suggestions
from shared.pathway.adverse_event_track import HARM_OF_CANDOUR, device_report, medicine_report, reported
from shared.pathway.candour import Candour
from shared.pathway.civil_time import civil, day_number
from shared.pathway.pathway import Pathway
from shared.pathway.procedure import procedure_id, started, started_at
from shared.pathway.procedure_parts import Event
from shared.pathway.question import Question
from shared.pathway.refusal import Refusal
from shared.pathway.yellow_card import DeviceRetained, YellowCard

AboutOne = (
    Question[AdverseEventSeen]
    | Question[AdverseEventOutcome]
    | Question[YellowCard]
    | Question[DeviceRetained]
    | Question[Candour]
)


def _procedures(pathway: Pathway) -> dict[str, datetime]:
    """Each procedure's id with the time it began."""
    begun = enumerate(started(pathway), start=1)
    return {procedure_id(pathway, number): started_at(entry) for number, entry in begun}


def refusals(question: Question[AdverseEvent]) -> Iterator[Refusal]:
    """Why this report cannot stand: only what contradicts itself. A report is never refused for being incomplete.

    Refuses: times in the future or in the wrong order, a procedure this pathway does not have, a wrong side or a
    death that is not called serious, a candour denied where harm was unexpected. Guidance: 3.3.
    """
    event = question.record
    if not event.onset_at <= event.detected_at <= question.now:
        yield Refusal("R-AE-1", "detected_at", "It begins, is noticed, and is written down, in this order", "3.3")
    if event.procedure_id is not None and event.procedure_id not in _procedures(question.pathway):
        yield Refusal("R-AE-1", "procedure_id", "This pathway has no such procedure", "3.3")
    yield from _serious(event)
    if event.contributions.device == Contribution.YES and event.device is None:
        yield Refusal("R-AE-2", "device", "Name the device that had a part in it", "YR2")
    if event.contributions.medicine == Contribution.YES and event.medicine is None:
        yield Refusal("R-AE-3", "medicine", "Name the medicine that had a part in it", "YR2")
    if (event.cirse_grade is None) != (event.cirse_version is None):
        yield Refusal("R-AE-1", "cirse_version", "A CIRSE grade needs its edition, and an edition its grade", "3.3")
    if event.notifiable == "no" and event.harm_level in HARM_OF_CANDOUR and not event.expected:
        words = "Unexpected harm of this degree is told to the patient"
        yield Refusal("R-AE-5", "notifiable", words, "YR3")


def _serious(event: AdverseEvent) -> Iterator[Refusal]:
    """What the report itself shows has to be among its reasons too: governance reads the reasons."""
    shown = {
        SeriousBecause.DEATH: event.category == Event.DEATH or event.harm_level == "death",
        SeriousBecause.WRONG_SIDE: event.category == Event.WRONG_SIDE_OR_PATIENT,
        SeriousBecause.ISTH_MAJOR: event.bleed is not None and event.bleed.isth == "major",
    }
    for reason, so in shown.items():
        if so and reason not in event.serious_because:
            words = f"By what you wrote this was serious: tick {reason.value.replace('_', ' ')}"
            yield Refusal("R-AE-1", "serious_because", words, "3.3")


def _known(question: AboutOne) -> Iterator[Refusal]:
    if reported(question.moment, question.record.event) is None:
        yield Refusal("R-AE-1", "event", "This pathway has no such adverse event", "3.3")


def seen_refusals(question: Question[AdverseEventSeen]) -> Iterator[Refusal]:
    """Refuses: to have seen an event that was not reported. Guidance: 3.3."""
    yield from _known(question)


def outcome_refusals(question: Question[AdverseEventOutcome]) -> Iterator[Refusal]:
    """Why this outcome cannot stand. Refuses: an unknown event, a day before it began or to come. Guidance: 3.3."""
    yield from _known(question)
    found = reported(question.moment, question.record.event)
    if found is not None and not civil(found.event.onset_at) <= question.record.on <= civil(question.now):
        yield Refusal("R-AE-1", "on", "This lies between the day it began and today", "3.3")


def not_one_refusals(question: Question[NotAnAdverseEvent]) -> Iterator[Refusal]:
    """Why this judgement cannot stand.

    Refuses: an entry nothing was suggested from, an event that a person named: that is reported. Guidance: YR1.
    """
    found = [each for each in suggestions(question.moment) if each.seq == question.record.about]
    if not found:
        yield Refusal("R-AE-7", "about", "Nothing was suggested from this entry", "YR1")
    elif all(each.named for each in found):
        yield Refusal("R-AE-7", "about", "A clinician named this event: report it", "3.3")
    elif all(answered(question.moment, each) for each in found):
        yield Refusal("R-AE-7", "about", "This has been answered already", "YR1")


def card_refusals(question: Question[YellowCard]) -> Iterator[Refusal]:
    """Why this cannot stand as done.

    Refuses: an unknown event, one that no device or medicine had a part in, a report without its reference, none
    without a reason (R-AE-4). Guidance: YR2.
    """
    card = question.record
    yield from _known(question)
    found = reported(question.moment, card.event)
    suspected = {"device": device_report, "medicine": medicine_report}[card.about]
    if found is not None and not suspected(found.event):
        yield Refusal("R-AE-2", "about", f"No {card.about} is said to have had a part in this event", "YR2")
    if card.status == "submitted_ref" and card.reference is None:
        yield Refusal(
            "R-AE-4", "reference", "Enter the reference you were given: it is not sent because we say so", "YR2"
        )
    if card.status == "not_required" and card.reason is None:
        yield Refusal("R-AE-4", "reason", "Write down why no report is needed", "YR2")


def retained_refusals(question: Question[DeviceRetained]) -> Iterator[Refusal]:
    """Why this cannot stand.

    Refuses: an unknown event, a device kept nowhere, none kept and no reason why (R-AE-2). Guidance: YR2.
    """
    kept = question.record
    yield from _known(question)
    if kept.retained and kept.location is None:
        yield Refusal("R-AE-2", "location", "Write down where the device is kept", "YR2")
    if not kept.retained and kept.why_not is None:
        yield Refusal("R-AE-2", "why_not", "Write down why the device was not kept", "YR2")
    if kept.quarantined_at is not None and kept.quarantined_at > question.now:
        yield Refusal("R-AE-2", "quarantined_at", "This lies in the future", "YR2")


def candour_refusals(question: Question[Candour]) -> Iterator[Refusal]:
    """Why this step cannot stand.

    Refuses: an unknown event, a time before it was noticed or to come, somebody the directory does not know, no
    apology, a letter without its number (R-AE-5). Guidance: YR3.
    """
    step = question.record
    yield from _known(question)
    found = reported(question.moment, step.event)
    if found is not None and not found.event.onset_at <= step.at <= question.now:
        yield Refusal("R-AE-5", "at", "This lies between the event and now", "YR3")
    if step.by not in question.facts.staff:
        yield Refusal("R-AE-5", "by", "Name somebody of this trust's staff directory", "YR3")
    if step.to != "nobody_found" and not step.apology_given:
        yield Refusal("R-AE-5", "apology_given", "An apology is part of telling it", "YR3")
    if step.step == "written" and step.document is None and step.to != "nobody_found":
        yield Refusal("R-AE-5", "document", "Enter the number of the letter", "YR3")


def check_refusals(question: Question[ThirtyDayCheck]) -> Iterator[Refusal]:
    """Why this check cannot stand.

    Refuses: a procedure this pathway does not have, a day before the 30th or to come, silence about events, an
    assertion without having reached anybody (R-AE-7). Guidance: 3.3.
    """
    check = question.record
    begun = _procedures(question.pathway).get(check.procedure_id)
    if begun is None:
        yield Refusal("R-AE-7", "procedure_id", "This pathway has no such procedure", "3.3")
    elif day_number(begun, check.checked_on) < question.policy.adverse_event_check_days:
        words = f"Check it on day {question.policy.adverse_event_check_days} or later"
        yield Refusal("R-AE-7", "checked_on", words, "3.3")
    if check.checked_on > civil(question.now):
        yield Refusal("R-AE-7", "checked_on", "This lies in the future", "3.3")
    if check.how != "not_reached" and check.no_event == bool(check.events):
        yield Refusal("R-AE-7", "events", "Either name what went wrong, or assert that nothing did", "3.3")
    if check.how == "not_reached" and check.no_event:
        yield Refusal("R-AE-7", "no_event", "Nobody was reached: nothing can be asserted", "3.3")

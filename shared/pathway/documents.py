"""A printed document that left the desk (IPG651 1.2, 2.5, 2.6): what was given to whom, made from which entry.

The bytes themselves are kept beside the record under their SHA-256; whoever was given what can be told later.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Final, Literal, get_args

from shared.pathway.choices import Answer
from shared.pathway.consent import Consent, ConsentWithdrawn
from shared.pathway.discharge import Discharge
from shared.pathway.filter_records import FilterMadePermanent, FilterPlan, FilterRemovedElsewhere, FilterRetrieval
from shared.pathway.filter_track import filters
from shared.pathway.life_events import died
from shared.pathway.mdt_review import MdtReview
from shared.pathway.pathway import Pathway, fold
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.question import Moment, Question
from shared.pathway.record import Record, asked
from shared.pathway.refusal import Refusal
from shared.pathway.text import Code

Document = Literal["patient_information", "consent_form", "discharge_letter", "patient_letter", "filter_letter"]
Receiver = Literal["patient", "gp", "notes"]

DOCUMENTS: Final[tuple[Document, ...]] = get_args(Document)
RECEIVERS: Final[dict[Document, tuple[Receiver, ...]]] = {
    "patient_information": ("patient", "notes"),
    "consent_form": ("patient", "notes"),
    "discharge_letter": ("gp", "notes"),
    "patient_letter": ("patient", "notes"),
    "filter_letter": ("patient", "gp", "notes"),
}
"""Who may be given what: a GP gets letters, a patient gets what is written for patients."""

TO_THE_PATIENT: Final = frozenset[Document]({"patient_information", "patient_letter", "filter_letter"})
"""What speaks to the patient. Once the patient has died nobody is given it: not the GP and not the notes either."""

_PROCEDURE = (ProcedureStart, ProcedureEnd, Discharge)
_FILTER = (FilterPlan, FilterRetrieval, FilterMadePermanent, FilterRemovedElsewhere)
SOURCES: Final[dict[Document, tuple[type[Record], ...]]] = {
    "patient_information": (MdtReview,),
    "consent_form": (MdtReview, Consent, ConsentWithdrawn),
    "discharge_letter": (*_PROCEDURE, *_FILTER),
    "patient_letter": (*_PROCEDURE, *_FILTER),
    "filter_letter": (*_PROCEDURE, *_FILTER),
}
"""What each document tells of. Once one of these is written down anew, the older paper is out of date."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DocumentIssued(Record):
    """One document, given to one receiver. `made_from` is the number of the entry the pathway stood at."""

    kind: ClassVar[str] = "document_issued"

    document: Document = asked("Which document?")
    template_version: Code = asked("Which version of its wording?", hint="It stands at the foot of each page")
    sha256: Code = asked("SHA-256 of the document", hint="64 digits and letters from a to f")
    made_from: int = asked("Made from which entry?", hint="The number of the newest entry it tells of", ge=1)
    given_to: Receiver = asked("Who was it given to?")


def refusals(question: Question[DocumentIssued]) -> Iterator[Refusal]:
    """Why a document cannot count as given.

    Refuses: an entry that does not exist, a hash that is none, a receiver it is not written for, a letter about
    what has not happened, a paper that is out of date, anything for a patient who has died. Guidance: 1.2, 2.5, 2.6.
    """
    record, pathway = question.record, question.pathway
    if _SHA256.fullmatch(record.sha256) is None:
        yield Refusal("R-CON-1", "sha256", "This is not the SHA-256 of a document", "D")
    if record.given_to not in RECEIVERS[record.document]:
        yield Refusal("R-CON-1", "given_to", "This document is not written for that receiver", "D")
    elif record.given_to not in receivers(record.document, question.moment):
        yield Refusal("H-05", "given_to", "The patient has died: nothing is given to them any more", "D")
    if record.made_from > pathway.version:
        yield Refusal("R-CON-1", "made_from", "This pathway has no entry with that number", "D")
        return
    yield from unprintable(record.document, at_entry(question.moment, record.made_from))
    if any(
        found is not None and found.seq > record.made_from for found in map(pathway.latest, SOURCES[record.document])
    ):
        words = "Something it tells of was written down anew since: make the document again"
        yield Refusal("R-CON-1", "made_from", words, "D")


def receivers(document: Document, moment: Moment) -> tuple[Receiver, ...]:
    """Who may be given it as things stand: after a death nobody what speaks to the patient (hazard H-05)."""
    if died(moment) is None:
        return RECEIVERS[document]
    if document in TO_THE_PATIENT:
        return ()
    return tuple(each for each in RECEIVERS[document] if each != "patient")


def at_entry(moment: Moment, number: int) -> Moment:
    """The pathway right after its entry `number`, with what was known of the world then.

    Raises IndexError for an entry it does not have.
    """
    if not 1 <= number <= moment.pathway.version:
        raise IndexError(number)
    last = moment.pathway.entries[number - 1]
    start = Pathway(moment.pathway.id, moment.pathway.trust, moment.pathway.nation)
    return replace(moment, pathway=fold(start, moment.pathway.entries[:number]), now=last.at, facts=last.facts)


def unprintable(document: Document, then: Moment) -> Iterator[Refusal]:
    """Why a document cannot be given of the pathway as it stood then: nothing had happened that it could tell of."""
    pathway = then.pathway
    if document == "consent_form" and not pathway.every(Consent):
        words = "No consent is written down: a form to sign is given once it is signed and written down"
        yield Refusal("R-CON-1", "document", words, "1.2")
    if document in {"discharge_letter", "patient_letter"} and not pathway.every(ProcedureEnd):
        yield Refusal("R-DIS-1", "document", "No finished procedure is written down", "2.6")
    if document == "filter_letter" and filter_inside(then) != "to_be_removed":
        yield Refusal("R-FIL-1", "document", "No filter that has to be taken out is written down", "2.5")


def filter_inside(then: Moment) -> Literal["none", "to_be_removed", "meant_to_stay"]:
    """Whether a vena cava filter is inside (IPG651 2.5): by its own track, else by the newest word on it.

    A filter that stays by decision is no filter to be removed; neither is one that was put in for good.
    """
    known = filters(then)
    if not known:
        return "to_be_removed" if _said_inside(then.pathway) else "none"
    if any(each.outcome is None and each.inserted.intended == "temporary" for each in known):
        return "to_be_removed"
    stays = any(each.outcome is None or each.state == "permanent_by_decision" for each in known)
    return "meant_to_stay" if stays else "none"


def _said_inside(pathway: Pathway) -> bool:
    said = False
    for entry in pathway.entries:
        if isinstance(entry.record, ProcedureEnd):
            said = entry.record.sign_out.filter_present == Answer.YES
        elif isinstance(entry.record, Discharge):
            said = entry.record.filter_in_situ == Answer.YES
    return said

"""A patient as the meeting discusses them: whose leg, its class and why, its imaging, the review, who has signed.

IPG651 3.8, 1.1: reads the clinical core, decides nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.pathway.anatomy import Findings, Side
from shared.pathway.classification import committed
from shared.pathway.mdt_offer import overtaken, signatures
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.people import MDT_SPECIALTIES, Role, Signature
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import imaging_of, sides
from shared.web.forms.wording import CHOICES
from shared.web.pages.shown.arrangement import arrangement_tag
from shared.web.pages.shown.called import id_beside
from shared.web.pages.shown.conditions import paragraph_words
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.legs import sentence
from shared.web.pages.shown.tag import Tag, joined
from shared.web.pages.words import Words, spoken
from shared.web.shapes import Limb, PathwayAnswer


@dataclass(frozen=True, slots=True)
class LegDiscussed:
    """One referred leg. `imaging` is its newest study in words, `decided` what the review says of it, or ""."""

    leg: str
    found: str
    cls: Tag
    reasons: tuple[str, ...]
    paragraphs: str
    imaging: str
    decided: str


@dataclass(frozen=True, slots=True)
class Signed:
    """One specialty's place under the review. `id` stands beside a name in `by`; "" where there is no name."""

    specialty: str
    tag: Tag
    by: str
    id: str
    objection: str


@dataclass(frozen=True, slots=True)
class Discussed:
    """`review` is the entry number of the review that waits for signatures, 0 for none."""

    legs: tuple[LegDiscussed, ...]
    signed: tuple[Signed, ...]
    review: int
    met: str


def discussed(
    moment: Moment, shown: PathwayAnswer, say: Words | None = None, names: Mapping[str, str] | None = None
) -> Discussed:
    """What the meeting sees of one patient. `names` are what the staff directory calls people, by their ids."""
    say = say or spoken()
    review = current_review(moment)
    record = review.record if review else None
    return Discussed(
        tuple(_leg(moment, limb, record if isinstance(record, MdtReview) else None, say) for limb in shown.limbs),
        tuple(_signed(moment, review, say, names or {})),
        review.seq if review else 0,
        say("meeting.met", at=instant_words(record.met_at)) if isinstance(record, MdtReview) else "",
    )


def current_review(moment: Moment) -> Entry | None:
    """The newest review, if it is still about the class and the imaging of now."""
    review, classified = moment.pathway.latest(MdtReview), committed(moment)
    if review is None or classified is None or review.seq < classified.seq or overtaken(moment, review.seq):
        return None
    return review


def findings(moment: Moment) -> dict[Side, Findings]:
    """What the newest imaging showed of each referred leg, for the drawing."""
    studies = {side: imaging_of(moment.pathway, side) for side in sides(moment.pathway)}
    return {side: study[2] for side, study in studies.items() if study}


def why_not(moment: Moment, by: Signature) -> str:
    """The key of why this person cannot sign now; "" when they can."""
    review = current_review(moment)
    if review is None or not isinstance(review.record, MdtReview):
        return "meeting.no_review"
    if by.role not in MDT_SPECIALTIES:
        return "meeting.not_a_specialty"
    if by.person not in {each.person for each in review.record.attendees}:
        return "meeting.did_not_attend"
    signed = signatures(moment)
    if by.person in {each.by.person for each in signed} or by.role in {each.by.role for each in signed}:
        return "meeting.signed_already"
    return ""


def _leg(moment: Moment, limb: Limb, review: MdtReview | None, say: Words) -> LegDiscussed:
    study = imaging_of(moment.pathway, limb.side)
    return LegDiscussed(
        say("side.leg", side=say(f"side.{limb.side.value}")),
        sentence(limb.side, study[2] if study else None, say),
        arrangement_tag(limb.cls, say),
        limb.reasons,
        joined([paragraph_words(each, say) for each in limb.paragraphs], say("legs.and")),
        _imaging(study[1].modality.value, instant_words(study[1].performed_at), say) if study else "",
        _decided(review, limb.side, say),
    )


def _imaging(modality: str, at: str, say: Words) -> str:
    return say("meeting.imaging_of", modality=CHOICES["Modality"][modality], at=at)


def _decided(review: MdtReview | None, side: Side, say: Words) -> str:
    found = next((each for each in review.decisions if each.side == side), None) if review else None
    if found is None:
        return ""
    leg = say("side.leg", side=say(f"side.{side.value}"))
    return say("meeting.decision", leg=leg, outcome=CHOICES["Outcome"][found.outcome.value])


def _signed(moment: Moment, review: Entry | None, say: Words, names: Mapping[str, str]) -> Iterator[Signed]:
    """Each specialty in the order of the roles, whether it has signed or not."""
    known = {each.by.role: each for each in signatures(moment)} if review else {}
    for role in Role:
        if role in MDT_SPECIALTIES:
            yield _place(say(f"role.{role.value}"), known.get(role), say, names)


def _place(specialty: str, entry: Entry | None, say: Words, names: Mapping[str, str]) -> Signed:
    if entry is None or not isinstance(entry.record, MdtSignOff):
        return Signed(specialty, Tag(say("meeting.not_signed"), "white"), "", "", "")
    person = entry.by.person
    by, beside = (
        say("meeting.by", person=names.get(person, person), at=instant_words(entry.at)),
        id_beside(person, names),
    )
    if entry.record.agrees:
        return Signed(specialty, Tag(say("meeting.agrees"), "green"), by, beside, "")
    return Signed(specialty, Tag(say("meeting.objects"), "red"), by, beside, entry.record.objection or "")

"""What changes what the MDT knew (clinical.md 5.3; IPG651 1.1, 2.3, 3.8): it ends an offer and the consent to it.

A change of the plan itself is a new MDT review, and needs no word here; neither do the days an offer is valid.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from shared.pathway import laboratory_rules, pregnancy
from shared.pathway.anatomy import Side
from shared.pathway.choices import Answer, Embolism, Pregnancy
from shared.pathway.classification import Classification, recommended
from shared.pathway.consent import Consent, ResearchEnrolment
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.laboratory import LabResultCritical
from shared.pathway.laboratory_rules import CREATININE, HB, INR, PLATELETS, Analyte, Collection
from shared.pathway.mdt_review import MdtReview, MeetingType
from shared.pathway.news import CapacityChanged, NewBleed, NewPe, PregnancyResult
from shared.pathway.question import Moment
from shared.pathway.record import Entry
from shared.pathway.referral import NewImaging, sides
from shared.pathway.trust_news import DeviceRecall, StudyClosed


@dataclass(frozen=True, slots=True)
class Change:
    """Something that the MDT and the patient did not know when they decided.

    `seq` and `at` are those of the entry that brought it; `side` is the leg, None when it is about the patient.
    """

    seq: int
    at: datetime
    words: str
    paragraph: str
    side: Side | None = None


def changes(moment: Moment) -> tuple[Change, ...]:
    """Every material change of this pathway, oldest first."""
    return moment.pathway.once(("material_changes",), moment.policy, lambda: _changes(moment))


def overtaken(moment: Moment, seq: int) -> bool:
    """Whether something material came after entry `seq`: an offer or a consent of then holds no longer."""
    found = changes(moment)
    return bool(found) and found[-1].seq > seq


def reclassified(moment: Moment, seq: int) -> bool:
    """Whether newer imaging or another class came after entry `seq`: that alone reopens a decision against treatment.

    The rest of 5.3 ends offers and consents; a bleed does not ask the MDT again about a patient it declined (R-ELI-3).
    """
    return any(each.seq > seq for look in (_new_imaging, _class_changed) for each in look(moment))


def since(moment: Moment, seq: int) -> tuple[Change, ...]:
    """What came after entry `seq`, for telling people why an offer has ended."""
    return tuple(each for each in changes(moment) if each.seq > seq)


def _changes(moment: Moment) -> tuple[Change, ...]:
    found = (change for look in LOOKS for change in look(moment))
    return tuple(sorted(found, key=lambda each: each.seq))


def _change(entry: Entry, words: str, paragraph: str, side: Side | None = None) -> Change:
    return Change(entry.seq, entry.at, words, paragraph, side)


def _new_imaging(moment: Moment) -> Iterator[Change]:
    for entry in moment.pathway.every(NewImaging):
        if isinstance(entry.record, NewImaging):
            side = entry.record.side
            yield _change(entry, f"Newer imaging of the {side} leg", "2.5", side)


def _class_changed(moment: Moment) -> Iterator[Change]:
    """Another class was committed than before. A disagreement with the same class shuts G2, and voids nothing."""
    before: dict[Side, ArrangementClass] = {}
    for entry in moment.pathway.every(Classification):
        if isinstance(entry.record, Classification):
            now = {limb.side: limb.recommended for limb in entry.record.limbs}
            for side, found in now.items():
                if before.get(side, found) != found:
                    yield _change(entry, f"The class of the {side} leg has changed", "1.1", side)
            before = now


def _embolism(moment: Moment) -> Iterator[Change]:
    for entry in moment.pathway.every(NewPe):
        if isinstance(entry.record, NewPe) and entry.record.state != Embolism.NONE:
            yield _change(entry, "A new or worse pulmonary embolism", "2.2")


def _bleeding(moment: Moment) -> Iterator[Change]:
    for entry in moment.pathway.every(NewBleed):
        yield _change(entry, "A new bleed", "2.3")


def _critical_result(moment: Moment) -> Iterator[Change]:
    for entry in moment.pathway.every(LabResultCritical):
        yield _change(entry, "A critical laboratory result", "2.3")


def _pregnant(moment: Moment) -> Iterator[Change]:
    for entry in pregnancy.news(moment):
        if isinstance(entry.record, PregnancyResult) and entry.record.status == Pregnancy.PREGNANT:
            yield _change(entry, "A positive pregnancy test", "2.1")


def _capacity(moment: Moment) -> Iterator[Change]:
    """Capacity is presumed, so the first word that it is there changes nothing."""
    before = Answer.YES
    for entry in moment.pathway.every(CapacityChanged):
        if isinstance(entry.record, CapacityChanged):
            if entry.record.has_capacity != before:
                yield _change(entry, "The patient's capacity to decide has changed", "1.2")
            before = entry.record.has_capacity


def _study_closed(moment: Moment) -> Iterator[Change]:
    """Only for legs that may be treated in research alone, and only the study this patient is in, once it is known."""
    for entry in moment.pathway.every(StudyClosed):
        if isinstance(entry.record, StudyClosed) and _concerned(moment, entry.record):
            for side in sides(moment.pathway):
                if recommended(moment, side).cls == ArrangementClass.RESEARCH_ONLY:
                    yield _change(entry, f"The study closed that the {side} leg would be treated in", "1.1", side)


def _concerned(moment: Moment, closed: StudyClosed) -> bool:
    enrolment, consent = moment.pathway.record(ResearchEnrolment), moment.pathway.record(Consent)
    study = enrolment.study_id if enrolment else consent.study_id if consent else None
    return study in {None, closed.study_id}


def _device_recalled(moment: Moment) -> Iterator[Change]:
    for entry in moment.pathway.every(DeviceRecall):
        if isinstance(entry.record, DeviceRecall):
            # The register as it was when the notice came; a device it did not know might be any kind.
            device = entry.facts.devices.get(entry.record.udi_di)
            for side in _planned_with(moment, device.mechanism if device else None, entry.seq):
                yield _change(entry, f"A device of the kind planned for the {side} leg was recalled", "3.6", side)


def _planned_with(moment: Moment, mechanism: str | None, before: int) -> Iterator[Side]:
    """The legs whose plan at that time was to use such a device."""
    review = _newest_review(moment, before)
    decisions = review.record.decisions if review and isinstance(review.record, MdtReview) else ()
    for limb in decisions:
        if limb.plan is not None and mechanism in {None, limb.plan.device_class.value}:
            yield limb.side


def _newest_review(moment: Moment, before: int) -> Entry | None:
    """The newest review that decided, not one that looked back at an emergency (R-MDT-6)."""
    reviews = [entry for entry in moment.pathway.every(MdtReview) if entry.seq < before and not _looks_back(entry)]
    return reviews[-1] if reviews else None


def _looks_back(entry: Entry) -> bool:
    return isinstance(entry.record, MdtReview) and entry.record.meeting_type == MeetingType.RETROSPECTIVE


def _laboratory(moment: Moment) -> Iterator[Change]:
    """Each collection beside what the MDT knew when it last met; before any meeting, beside what was known first."""
    for taken in laboratory_rules.collections(moment):
        review = _newest_review(moment, taken.seq)
        for analyte, words, changed in _limits(moment):
            found, known = analyte.read(taken.bloods), _known(moment, taken, review, analyte)
            if found is not None and changed(found, known):
                yield _change(taken.entry, words, "2.3")


def _known(moment: Moment, taken: Collection, review: Entry | None, analyte: Analyte) -> float | None:
    """What the MDT knew; where it knew nothing of this value, what was known before this sample."""
    at_review = laboratory_rules.known_at(moment, review.seq, analyte) if review else None
    return laboratory_rules.known_at(moment, taken.seq, analyte) if at_review is None else at_review


def _limits(moment: Moment) -> Iterable[tuple[Analyte, str, Callable[[float, float | None], bool]]]:
    """What of each value is material. A limit that the MDT knew to be passed is passed once, not at every sample."""
    policy = moment.policy
    fall, times = policy.material_hb_fall, policy.material_creatinine_times
    few, high = policy.material_platelets, policy.material_inr
    return (
        (HB, f"Haemoglobin fell by {fall} g/L or more", lambda now, was: was is not None and was - now >= fall),
        (PLATELETS, f"Platelets are below {few}", lambda now, was: now < few and (was is None or was >= few)),
        (INR, f"INR is above {high:g}", lambda now, was: now > high and (was is None or was <= high)),
        (
            CREATININE,
            f"Creatinine is more than {times:g} times what it was",
            lambda now, was: was is not None and now > times * was,
        ),
    )


LOOKS: tuple[Callable[[Moment], Iterator[Change]], ...] = (
    _new_imaging,
    _class_changed,
    _embolism,
    _bleeding,
    _critical_result,
    _laboratory,
    _pregnant,
    _capacity,
    _study_closed,
    _device_recalled,
)

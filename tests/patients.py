"""Synthetic patients, and how far each has come: one vocabulary for every test of the clinical rules.

`Case` is a pathway with the time and the outside world around it. Each verb below takes a case one step on and
gives a new one back; a step that the rules refuse fails the test that took it. The clock only moves forward.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from shared.pathway import classification, decide, governance_notice
from shared.pathway.choices import Answer
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.facts import Authorisation, Device, Facts, Study
from shared.pathway.governance import NoticeDelivered, NoticeSent
from shared.pathway.mdt_review import MdtReview
from shared.pathway.pathway import Pathway
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.question import Moment
from shared.pathway.record import Record
from shared.pathway.referral import sides
from shared.pathway.refusal import Refusal
from shared.pathway.registry_entry import RegistryAccepted
from shared.policy import Policy, load
from tests.forms import consent as consent_form
from tests.forms import follow_up as follow_up_form
from tests.forms import mdt_review as mdt_form
from tests.forms import procedure as procedure_form
from tests.forms import referral as referral_form
from tests.forms import the_day
from tests.forms.consent import ETHICS, LEAFLET, STUDY
from tests.forms.filled import LEFT, RIGHT, london
from tests.forms.procedure import ASPIRATION, RECALLED, RHEOLYTIC

POLICY: Policy = load()

STAFF: dict[str, frozenset[Role]] = {
    "ref-1": frozenset({Role.REFERRER}),
    "triage-1": frozenset({Role.TRIAGE_CLINICIAN}),
    "coord-1": frozenset({Role.MDT_COORDINATOR}),
    "vs-1": frozenset({Role.VASCULAR_SURGEON}),
    "ir-1": frozenset({Role.INTERVENTIONAL_RADIOLOGIST, Role.PROCEDURALIST}),
    "hae-1": frozenset({Role.HAEMATOLOGIST}),
    "vs-ir-1": frozenset({Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST}),
    "gov-1": frozenset({Role.GOVERNANCE_LEAD}),
    "consent-1": frozenset({Role.CONSENT_TAKER}),
    "ward-1": frozenset({Role.WARD_CLINICIAN}),
    "clinic-1": frozenset({Role.ANTICOAG_CLINIC}),
    "research-1": frozenset({Role.RESEARCH_LEAD}),
    "clerk-1": frozenset({Role.REGISTRY_CLERK}),
    "clerk-2": frozenset({Role.REGISTRY_CLERK}),
}

REF = Signature("ref-1", Role.REFERRER)
TRIAGE = Signature("triage-1", Role.TRIAGE_CLINICIAN)
COORDINATOR = Signature("coord-1", Role.MDT_COORDINATOR)
SURGEON = Signature("vs-1", Role.VASCULAR_SURGEON)
RADIOLOGIST = Signature("ir-1", Role.INTERVENTIONAL_RADIOLOGIST)
HAEMATOLOGIST = Signature("hae-1", Role.HAEMATOLOGIST)
LEAD = Signature("gov-1", Role.GOVERNANCE_LEAD)
CONSENT_TAKER = Signature("consent-1", Role.CONSENT_TAKER)
OPERATOR = Signature("ir-1", Role.PROCEDURALIST)
WARD = Signature("ward-1", Role.WARD_CLINICIAN)
CLINIC = Signature("clinic-1", Role.ANTICOAG_CLINIC)
RESEARCHER = Signature("research-1", Role.RESEARCH_LEAD)
CLERK = Signature("clerk-1", Role.REGISTRY_CLERK)
SECOND_CLERK = Signature("clerk-2", Role.REGISTRY_CLERK)
MAIL = Signature("mail", Role.MAIL_SYSTEM)
SPECIALISTS = (SURGEON, RADIOLOGIST, HAEMATOLOGIST)

USUALLY_BY: dict[str, Signature] = {
    "referral": REF,
    "new_imaging": RADIOLOGIST,
    "classification": TRIAGE,
    "mdt_review": COORDINATOR,
    "mdt_sign_off": SURGEON,
    "standard_care_handoff": COORDINATOR,
    "closure": COORDINATOR,
    "governance_acknowledgement": LEAD,
    "consent": CONSENT_TAKER,
    "consent_withdrawn": WARD,
    "research_enrolment": RESEARCHER,
    "procedure_start": OPERATOR,
    "procedure_end": OPERATOR,
    "break_glass": RADIOLOGIST,
    "break_glass_review": SURGEON,
    "slot_booked": COORDINATOR,
    "time_out_void": OPERATOR,
    "consent_confirmed": OPERATOR,
    "bloods": WARD,
    "bleeding_risk": REF,
    "registry_manual_confirmation": SECOND_CLERK,
    "discharge": WARD,
}
USUALLY_BY |= dict.fromkeys(("governance_notice_delivered", "governance_notice_bounced"), MAIL)
USUALLY_BY |= dict.fromkeys(("registry_correction", "registry_manual_entry", "registry_manual_withdrawal"), CLERK)
USUALLY_BY |= dict.fromkeys(("anticoagulation_review", "handoff_accepted"), CLINIC)
USUALLY_BY |= dict.fromkeys(("work_up", "bleeding_risk", "anticoagulation_changed"), REF)
USUALLY_BY |= dict.fromkeys(("bloods", "lab_result_critical", "new_pe", "new_bleed", "capacity_changed"), WARD)
USUALLY_BY |= dict.fromkeys(("pregnancy_result", "urgency_changed", "contact_preference_changed"), WARD)
"""Who writes each kind of record unless a test says otherwise; what is not named comes from the system itself."""

OPEN_STUDY = {STUDY: Study(study_id=STUDY, ethics_reference=ETHICS, open_on_site=True)}


def _device(udi_di: str, model: str, mechanism: str, *, recalled: bool = False) -> Device:
    return Device(udi_di=udi_di, model=model, mechanism=mechanism, recalled=recalled)


FACTS = Facts(
    age_years=46,
    sex="male",
    identity="verified",
    staff=STAFF,
    governance_recipients=frozenset({Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD, Role.MEDICAL_DIRECTOR}),
    authorisation=Authorisation(
        status="active",
        review_by=date(2027, 3, 31),
        device_models=frozenset({"Riptide", "Gulp"}),
        operators=frozenset({"ir-1", "vs-1"}),
    ),
    devices={
        RHEOLYTIC: _device(RHEOLYTIC, "Riptide", "rheolytic"),
        ASPIRATION: _device(ASPIRATION, "Gulp", "aspiration"),
        RECALLED: _device(RECALLED, "Riptide", "rheolytic", recalled=True),
    },
    leaflets={LEAFLET: "3"},
)
"""The trust of the tests: everything in order, no research study open."""


@dataclass(frozen=True, slots=True)
class Case:
    """One synthetic patient's pathway at a moment."""

    now: datetime
    facts: Facts = field(default=FACTS, repr=False)
    policy: Policy = field(default=POLICY, repr=False)
    pathway: Pathway = field(default_factory=lambda: Pathway(id="p-1", trust="RXX"), repr=False)

    @property
    def moment(self) -> Moment:
        return Moment(self.pathway, self.policy, self.now, self.facts)

    def when(self, wall: str | datetime) -> "Case":
        """The same pathway later, timers not looked at. Earlier is refused: the clock does not go back."""
        then = wall if isinstance(wall, datetime) else london(wall)
        if then < self.now:
            raise ValueError("the clock of a case only moves forward")
        return replace(self, now=then)

    def until(self, wall: str | datetime) -> "Case":
        """The same pathway later, every timer that falls due on the way fired in its order."""
        case = self.when(wall)
        while due := decide.due(case.moment):
            case = case.writes(due[0], PATENCY)
        return case

    def where(self, **facts: Any) -> "Case":
        """The same pathway in another world."""
        return replace(self, facts=self.facts.model_copy(update=facts))

    def refusals(self, record: Record, by: Signature | None = None) -> tuple[Refusal, ...]:
        return decide.refusals(self.moment, record, by or USUALLY_BY.get(record.kind, PATENCY))

    def refused(self, record: Record, by: Signature | None = None) -> set[tuple[str, str, str]]:
        """Rule, field and paragraph of every refusal."""
        return {(each.rule, each.field, each.paragraph) for each in self.refusals(record, by)}

    def writes(self, record: Record, by: Signature | None = None) -> "Case":
        """The case after this record, which has to stand."""
        if found := self.refusals(record, by):
            raise AssertionError(f"{record.kind} was refused: {found}")
        entry = decide.next_entry(self.moment, record, by or USUALLY_BY.get(record.kind, PATENCY))
        return replace(self, pathway=self.pathway.with_entry(entry))

    def sequence(self, *records: Record) -> "Case":
        case = self
        for record in records:
            case = case.writes(record)
        return case


def arrived(**facts: Any) -> Case:
    """Nobody has written anything yet: Tuesday 3 March 2026, 09:00."""
    return Case(london("2026-03-03T09:00")).where(**facts)


def referred(*limbs: Any, **changes: Any) -> Case:
    return arrived().writes(referral_form.referral(*limbs, **changes))


def iliofemoral_left(**changes: Any) -> Case:
    """A1: clot in the left common femoral and iliac veins; special arrangements."""
    return referred(referral_form.limb(), **changes)


def femoropopliteal_right(**facts: Any) -> Case:
    """A2: clot up to the right femoral vein, common femoral and iliacs clear; research only, and no study is open."""
    woman = arrived(age_years=63, sex="female").where(**facts)
    return woman.writes(referral_form.referral(referral_form.limb(RIGHT, referral_form.FEMOROPOPLITEAL)))


def both_legs() -> Case:
    """Right iliofemoral, left femoropopliteal: two classes in one patient."""
    left = referral_form.limb(LEFT, referral_form.FEMOROPOPLITEAL)
    return referred(referral_form.limb(RIGHT), left)


def limb_under_threat() -> Case:
    """Iliofemoral clot in a leg without pulses: an emergency by R-REF-2."""
    return referred(referral_form.limb(phlegmasia_signs=referral_form.signs(pulses_absent=Answer.YES)))


def classified(case: Case | None = None, *limbs: Any) -> Case:
    """Each leg classified as recommended, and agreed."""
    case = case or iliofemoral_left()
    if case.now < london("2026-03-03T11:00"):
        case = case.when("2026-03-03T11:00")
    return case.writes(referral_form.classification(*(limbs or _as_recommended(case))))


def _as_recommended(case: Case) -> tuple[Any, ...]:
    found = classification.recommendations(case.moment)
    return tuple(referral_form.agreement(each.side, recommended=ArrangementClass(each.cls)) for each in found)


def reviewed(case: Case | None = None, record: MdtReview | None = None) -> Case:
    """The MDT met on Thursday 5 March at 14:00 and wrote its decision down; nobody has signed."""
    case = case or classified()
    if case.now < london("2026-03-05T14:00"):
        case = case.when("2026-03-05T14:00")
    return case.writes(record or mdt_form.mdt_review())


def signed(case: Case | None = None, by: Sequence[Signature] = SPECIALISTS) -> Case:
    """The newest review signed, by three specialties unless told otherwise."""
    case = case or reviewed()
    review = case.pathway.latest(MdtReview)
    assert review is not None
    for signature in by:
        case = case.writes(mdt_form.sign_off(review.seq), signature)
    return case


def offered() -> Case:
    """A1 with an MDT offer for the left leg in force."""
    return signed(reviewed(classified(iliofemoral_left())))


def told(case: Case | None = None, wall: str = "2026-03-05T15:40") -> Case:
    """Governance's first notice of the present offer sent and delivered."""
    case = (case or offered()).when(wall)
    notice = governance_notice.current(case.moment)
    assert notice is not None
    first = notice.dispatches[0].key
    sent = NoticeSent(dispatch=first, to=notice.dispatches[0].to, recipients=1)
    return case.sequence(sent, NoticeDelivered(dispatch=first))


def consented(case: Case | None = None, **changes: Any) -> Case:
    """Consent taken on Friday 6 March at 10:00."""
    return (case or told()).when("2026-03-06T10:00").writes(consent_form.consent(**changes))


def on_the_day(case: Case | None = None) -> Case:
    """Monday 9 March, 09:30: everything prepared, blood taken the evening before, the patient asked again."""
    case = (case or consented()).when("2026-03-08T18:00").writes(the_day.bloods()).when("2026-03-09T09:00")
    for side in sides(case.pathway):
        again = consent_form.confirmation(side=side)
        case = case if case.refusals(again, OPERATOR) else case.writes(again, OPERATOR)
    return case.when("2026-03-09T09:30")


def started(case: Case | None = None, **changes: Any) -> Case:
    return on_the_day(case).writes(procedure_form.start(**changes))


def ended(case: Case | None = None, **changes: Any) -> Case:
    return (case or started()).when("2026-03-09T11:00").writes(procedure_form.end(**changes))


def registered(case: Case | None = None, version: int = 1) -> Case:
    """The registry's receipt for the first procedure came on 10 March."""
    receipt = RegistryAccepted(procedure_id="p-1.1", dataset_version=version, receipt="R-1")
    return (case or ended()).when("2026-03-10T09:00").writes(receipt)


def discharged(case: Case | None = None, **changes: Any) -> Case:
    return (case or registered()).when("2026-03-11T10:00").writes(follow_up_form.discharge(**changes))


def seen_at_clinic(case: Case | None = None, **changes: Any) -> Case:
    """The 3-month review of 1 June: treatment goes on."""
    case = (case or discharged()).when("2026-06-01T10:00")
    return case.writes(follow_up_form.clinic_review(**changes))

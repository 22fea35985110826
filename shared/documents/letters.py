"""The letter to the GP and the patient's own copy (IPG651 2.6, R-DIS-2): no stop date, only "until reviewed".

Both say the same things. Where the discharge is not written down yet, they have empty places to fill in by hand.
"""

from dataclasses import dataclass

from shared.documents.wording import side_in_words
from shared.pathway.choices import Answer
from shared.pathway.civil_time import civil
from shared.pathway.discharge import AnticoagulantPlan, Discharge
from shared.pathway.documents import filter_inside
from shared.pathway.procedure import Procedure, ProcedureEnd, procedures, started_at
from shared.pathway.question import Moment
from shared.web.forms.wording import CHOICES, in_a_sentence
from shared.web.pages.shown.instants import day_words, instant_words


@dataclass(frozen=True, slots=True)
class Treated:
    """The newest finished procedure. `events` names adverse events of the room, "" for none."""

    side: str
    on: str
    outcome: str
    because: str
    devices: str
    lysis: str
    stent: str
    events: str


@dataclass(frozen=True, slots=True)
class Treatment:
    """The anticoagulant. There is no day on which it ends (R-DIS-2): `supply_before` is when more is needed."""

    drug: str
    dose: str
    since: str
    supply_by: str
    supply_before: str
    monitoring: str


@dataclass(frozen=True, slots=True)
class Home:
    """What the ward wrote down as the patient left."""

    at: str
    destination: str
    mobilised: str
    compression: str
    purpose: str
    treatment: Treatment | None
    no_treatment: str
    review: str
    bookings: tuple[str, ...]
    events: str
    filter_known: bool
    call: str


@dataclass(frozen=True, slots=True)
class Letter:
    """`home` may be missing: then its places are left empty. `filter` is the newest word on it."""

    treated: Treated | None
    home: Home | None
    filter: str

    @property
    def side(self) -> str:
        return self.treated.side if self.treated else ""

    @property
    def events(self) -> str:
        """What went wrong, in the room and afterwards; "" when nothing did, as far as is written down."""
        told = (self.treated.events if self.treated else "", self.home.events if self.home else "")
        return "; ".join(filter(None, told))


def content(moment: Moment) -> Letter:
    """What the letters say of the newest finished procedure, and of the discharge that followed it."""
    ended = moment.pathway.latest(ProcedureEnd)
    left = moment.pathway.latest(Discharge)
    followed = left is not None and ended is not None and left.seq > ended.seq
    return Letter(
        treated=treated(moment),
        home=_home(left.record) if left and followed and isinstance(left.record, Discharge) else None,
        filter=filter_inside(moment),
    )


def treated(moment: Moment) -> Treated | None:
    """The newest procedure that has an end; None before that."""
    done = [each for each in procedures(moment.pathway) if each.end is not None]
    return _treated(done[-1]) if done else None


def _treated(done: Procedure) -> Treated | None:
    end = done.end.record if done.end else None
    if not isinstance(end, ProcedureEnd):
        return None
    kinds = sorted({each.mechanism for each in end.devices_used if each.mechanism and each.outcome == "used"})
    return Treated(
        side=side_in_words((done.side,)),
        on=day_words(civil(started_at(done.start))),
        outcome=end.outcome,
        because=end.abandoned_reason or "",
        devices=", ".join(in_a_sentence(CHOICES["Mechanism"][each]) for each in kinds),
        lysis=_lysis(end),
        stent=in_a_sentence(CHOICES["Segment"][end.stent.vein]) if end.stent else "",
        events=", ".join(in_a_sentence(CHOICES["Event"][each]) for each in sorted(end.events)),
    )


def _lysis(end: ProcedureEnd) -> str:
    if end.lysis is None:
        return ""
    when = in_a_sentence(CHOICES["LysisMode"][end.lysis.mode])
    return f"{end.lysis.drug}, {end.lysis.dose.value:g} {end.lysis.dose.unit}, {when}"


def _home(left: Discharge) -> Home:
    return Home(
        at=instant_words(left.discharged_at),
        destination=left.destination,
        mobilised=instant_words(left.mobilised_at) if left.mobilised_at else "",
        compression=left.compression.advice,
        purpose=left.compression.purpose or "",
        treatment=_treatment(left.anticoagulant) if left.anticoagulant else None,
        no_treatment=left.anticoagulant_contraindication or "",
        review=day_words(left.review_booked_on) if left.review_booked_on else "",
        bookings=tuple(f"{each.what}, {day_words(each.booked_on)}" for each in left.bookings),
        events=left.adverse_events or "",
        filter_known=left.filter_in_situ in {Answer.YES, Answer.NO},
        call=left.contact_line,
    )


def _treatment(plan: AnticoagulantPlan) -> Treatment:
    return Treatment(
        drug=plan.drug,
        dose=f"{plan.dose.value:g} {plan.dose.unit}" if plan.dose else "",
        since=day_words(plan.started_on),
        supply_by=plan.next_supply_by,
        supply_before=day_words(plan.supply_until),
        monitoring=plan.monitoring or "",
    )

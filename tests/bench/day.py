"""The records of one uneventful pathway, all about one moment: whoever walks it fast writes everything down now.

Nobody is referred, decided on and treated within a minute. The rules allow it, so no clock has to be moved for a click;
it is moved only while the procedure lasts, for a night on the ward, and to the 3-month review.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from shared.ledger import NumberStatus, PatientIdentity, Sex
from shared.pathway.civil_time import civil
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd
from shared.pathway.record import Part, Record
from shared.pathway.referral import Referral
from tests.bench.staff import directory_id
from tests.forms import consent, follow_up, mdt_review, procedure, referral, the_day

MDT = (Role.VASCULAR_SURGEON, Role.INTERVENTIONAL_RADIOLOGIST, Role.HAEMATOLOGIST)
PROCEDURE_ENDS, HOME, REVIEW = timedelta(hours=2), timedelta(days=1), timedelta(days=93)
"""How far a pathway's clock is moved, counted from the moment: before the end, the discharge and the review."""

SEVEN = frozenset({"referral", "mdt_sign_off", "consent", "procedure_end", "anticoagulation_review"})
"""The kinds whose clicks are the seven steps of the references (a sign-off is three of them)."""

SERIALS = itertools.count()


def body_of(part: Part) -> dict[str, Any]:
    """The record as a program sends it."""
    return part.model_dump(mode="json", exclude_none=True)


def numbers() -> Iterator[str]:
    """NHS numbers of the synthetic 999 range with a right check digit (modulus 11), each once."""
    for middle in itertools.count(100_000):
        total = sum(int(digit) * weight for digit, weight in zip(f"999{middle}", range(10, 1, -1), strict=True))
        check = (11 - total % 11) % 11
        if check != 10:
            yield f"999{middle}{check}"


NUMBERS = numbers()


def patient() -> PatientIdentity:
    """Somebody nobody has met before."""
    return PatientIdentity(
        nhs_number=next(NUMBERS),
        number_status=NumberStatus.NUMBER_PRESENT_AND_VERIFIED,
        name=f"Synthetic, Bench {next(SERIALS)}",
        date_of_birth=date(1979, 11, 20),
        sex=Sex.MALE,
    )


@dataclass(frozen=True, slots=True)
class Day:
    """`now` is the minute in which all of it is written down."""

    now: datetime

    @classmethod
    def of(cls, instant: datetime) -> "Day":
        return cls(instant.replace(second=0, microsecond=0))

    def referral(self) -> Referral:
        """Presented yesterday, with symptoms for three days."""
        seen = referral.imaging(performed_at=self.now - timedelta(hours=3))
        return referral.referral(
            referral.limb(imaging=seen),
            presentation_at=self.now - timedelta(days=1),
            symptom_onset_date=civil(self.now) - timedelta(days=4),
            diagnosis_confirmed_at=self.now - timedelta(hours=2),
        )

    def classification(self) -> Record:
        return referral.classification()

    def review(self) -> Record:
        return mdt_review.mdt_review(
            met_at=self.now,
            attendees=mdt_review.attendees(*map(directory_id, MDT)),
            imaging_reviewed=(
                mdt_review.looked_at().model_copy(update={"performed_at": self.now - timedelta(hours=3)}),
            ),
        )

    def sign_off(self, review: int) -> Record:
        return mdt_review.sign_off(review)

    def consent(self) -> Record:
        given = {"document_id": "PMT-INFO-1", "version": "2.1", "given_at": self.now - timedelta(hours=1)}
        return consent.consent(signed_at=self.now, written_information=consent.leaflet(**given))

    def bloods(self) -> Record:
        return the_day.bloods(collected_at=self.now - timedelta(hours=1))

    def confirmation(self) -> Record:
        return consent.confirmation(confirmed_at=self.now)

    def start(self) -> Record:
        device = procedure.device(expires_on=civil(self.now) + timedelta(days=400))
        return procedure.start(operators=(directory_id(Role.PROCEDURALIST),), devices=(device,))

    def end(self) -> ProcedureEnd:
        """An hour after the start, on a clock that has been moved on by then."""
        return procedure.end(ended_at=self.now + PROCEDURE_ENDS / 2)

    def discharge(self) -> Record:
        today, home = civil(self.now), self.now + HOME - timedelta(minutes=5)
        plan = follow_up.treatment(started_on=today - timedelta(days=1), supply_until=today + timedelta(days=150))
        return follow_up.discharge(
            discharged_at=home,
            anticoagulant=plan,
            review_booked_on=today + timedelta(days=80),
            gp_letter_sent_at=home,
        )

    def clinic_review(self) -> Record:
        on = civil(self.now + REVIEW)
        decider = directory_id(Role.ANTICOAG_CLINIC)
        return follow_up.clinic_review(attended_on=on, decision_maker=decider, next_review_due=on + timedelta(days=300))

    def closure(self) -> Record:
        return follow_up.closure()

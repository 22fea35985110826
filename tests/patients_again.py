"""What happens to a patient of the tests after the first procedure: a second way to the same leg, a hand-over."""

from typing import Any

from shared.pathway.referral import NewImaging
from tests.forms import consent as consent_form
from tests.forms import follow_up as follow_up_form
from tests.forms import mdt_review as mdt_form
from tests.forms import referral as referral_form
from tests.forms import the_day
from tests.forms.filled import LEFT, london
from tests.patients import Case, classified, reviewed, signed, told


def prepared_again(case: Case, wall: str) -> Case:
    """A second way to the same leg: new imaging, class, MDT offer, notice and consent, all at this time (R-PRO-7)."""
    now = london(wall)
    number = 1 + len(case.pathway.every(NewImaging))
    study = referral_form.imaging(LEFT, accession=f"AGAIN-{number}", performed_at=now)
    seen = mdt_form.looked_at(LEFT, study.accession)
    case = classified(case.when(wall).writes(referral_form.new_imaging(imaging=study)))
    case = signed(reviewed(case, mdt_form.mdt_review(met_at=now, imaging_reviewed=(seen,))))
    return told(case, wall).sequence(consent_form.consent(signed_at=now), the_day.bloods(collected_at=now))


def handed_over(case: Case, reason: Any) -> Case:
    """Standard care offered to the anticoagulation clinic, and accepted."""
    return case.sequence(follow_up_form.hand_over(reason), follow_up_form.accepted_handover())

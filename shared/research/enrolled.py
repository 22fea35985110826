"""Whether a patient may be in a study's data set: enrolled in it, and the consent to it not withdrawn (R-ELI-1) [D].

That research consent is the basis is a project default: no other lawful basis is used (clinical.md 9, owner to decide).
"""

from shared.pathway.consent import Consent, ConsentLine, LineStatus, ResearchEnrolment
from shared.pathway.consent_rules import line_status
from shared.pathway.life_events import opened_in_error
from shared.pathway.question import Moment


def takes_part(moment: Moment, study_id: str) -> bool:
    """Whether this patient's data may leave for this study now. A death ends no consent; a withdrawal does."""
    enrolment, taken = moment.pathway.record(ResearchEnrolment), moment.pathway.record(Consent)
    if enrolment is None or enrolment.study_id != study_id or opened_in_error(moment) is not None:
        return False
    agreed = line_status(moment, ConsentLine.RESEARCH_PARTICIPATION) == LineStatus.GIVEN
    return agreed and taken is not None and taken.study_id in {None, study_id}

"""The gates about the trust: study, governance, authorisation (G3, G5, G6; IPG651 1.1, 1.2, YR3)."""

from shared.pathway.choices import Answer
from shared.pathway.civil_time import civil
from shared.pathway.classification import recommended
from shared.pathway.consent import Consent, ConsentLine, LineStatus, ResearchEnrolment
from shared.pathway.consent_rules import line_status
from shared.pathway.eligibility import ArrangementClass
from shared.pathway.gates.look import Look, Reasons
from shared.pathway.governance_notice import informed
from shared.pathway.referral import sides
from shared.pathway.trust_news_rules import permit, study_open


def in_research(look: Look) -> Reasons:
    """G3: research only needs an open study, research consent and an enrolment number (R-ELI-1)."""
    moment = look.moment
    legs = [side for side in look.legs if side in sides(moment.pathway)]
    if all(recommended(moment, side).cls != ArrangementClass.RESEARCH_ONLY for side in legs):
        return
    enrolment, taken = moment.pathway.record(ResearchEnrolment), moment.pathway.record(Consent)
    if enrolment is None or enrolment.screened_eligible != Answer.YES:
        yield "", "The patient is not enrolled in a study"
        return
    if not study_open(moment, enrolment.study_id):
        yield "", "The study is not open at this site"
    agreed = line_status(moment, ConsentLine.RESEARCH_PARTICIPATION) == LineStatus.GIVEN
    if taken is None or taken.study_id != enrolment.study_id or not agreed:
        yield "", "There is no consent to this study"


def governance_told(look: Look) -> Reasons:
    """G5: a governance lead of the trust was told of this offer (R-GOV-1)."""
    if not informed(look.moment):
        words = "delivered to, and acknowledged by," if look.moment.facts.ack_required else "delivered to"
        yield "", f"No notice of this offer has been {words} a clinical governance lead"


def authorised(look: Look) -> Reasons:
    """G6: the trust authorises the procedure, the device and the operators, today."""
    found, start = permit(look.moment), look.start
    if found is None or found.status != "active" or found.review_by < civil(look.moment.now):
        yield "", "The trust has no authorisation for this procedure in force"
        return
    if start is None:
        return
    if strangers := sorted(set(start.operators) - found.operators):
        yield "operators", f"{len(strangers)} of the operators are not authorised by the trust for this procedure"
    for each in start.devices:
        device = look.moment.facts.devices.get(each.udi_di)
        if each.role == "thrombectomy" and (device is None or device.model not in found.device_models):
            yield "devices", "The trust has not authorised this thrombectomy device"

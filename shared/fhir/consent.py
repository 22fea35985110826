"""The patient's consent, a Consent for each line that was asked (IPG651 1.2): the last word, withdrawals included."""

from collections.abc import Iterator

from shared.fhir.elements import Case, Json, hl7, instant, of_list
from shared.pathway.consent import Consent, ConsentLine, LineStatus
from shared.pathway.consent_rules import line_status, standing

SCOPE = {ConsentLine.RESEARCH_PARTICIPATION: "research"} | dict.fromkeys(
    (ConsentLine.REGISTRY_IDENTIFIABLE_DATA, ConsentLine.IMAGE_TEACHING_USE), "patient-privacy"
)
RULE = {"text": "NICE IPG651 1.2; the consent law of the nation the trust is in"}


def told(case: Case) -> Iterator[Json]:
    """A line nobody asked about is no consent and no refusal: it is left out."""
    taken = case.moment.pathway.record(Consent)
    if taken is None:
        return
    for line in sorted(taken.lines):
        said = line_status(case.moment, line)
        if said != LineStatus.NOT_ASKED:
            yield _line(case, taken, line, said)


def _line(case: Case, taken: Consent, line: ConsentLine, said: LineStatus) -> Json:
    return case.resource(
        "Consent",
        line,
        status=_status(case, said),
        scope=hl7("consentscope", SCOPE.get(line, "treatment")),
        category=[of_list("consent-line", line.value)],
        patient=case.patient,
        dateTime=instant(taken.signed_at),
        performer=[case.patient],
        organization=[case.trust],
        policyRule=RULE,
        provision={"type": "permit" if said == LineStatus.GIVEN else "deny", "code": [of_list("line-status", said)]},
    )


def _status(case: Case, said: LineStatus) -> str:
    """Given counts as active only while the consent as a whole stands: not too old, not overtaken, not withdrawn."""
    if said == LineStatus.REFUSED:
        return "rejected"
    return "active" if said == LineStatus.GIVEN and standing(case.moment) is not None else "inactive"

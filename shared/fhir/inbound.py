"""An arriving Bundle read as a referral and its patient (IPG651 2.1): what it says, and where each thing stood in it.

Every fault is told by the element it concerns, in our own words. Nothing that was sent is ever repeated.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from shared.fhir import inbound_shape as shape
from shared.fhir.codes import OWN, SNOMED, VEINS, may_leave
from shared.fhir.elements import Json, instant
from shared.fhir.inbound_patient import patient
from shared.fhir.inbound_reading import Reading, Wrong
from shared.fhir.inbound_terms import LEG, PRESENTATION, URGENCY, Term

VEIN_OF = {code: vein for vein, code in VEINS.items()}
R = TypeVar("R", bound=shape.Shape)


def read(bundle: shape.ReferralBundle) -> Reading:
    """The fields of a new pathway: a referral and `patient`. Whether they hold together is asked afterwards."""
    found = Reading()
    found.wrong += _references(bundle)
    found.wrong += _counts(bundle)
    if found.wrong:
        return found
    patient(found, *_only(bundle, shape.Patient))
    request, at = _only(bundle, shape.ServiceRequest)
    found.put("urgency", URGENCY[request.priority], f"{at}.priority")
    _conditions(found, bundle)
    _presentation(found, bundle)
    _medicine(found, bundle)
    found.fields["limbs"] = _legs(found, bundle)
    return found


def _all(bundle: shape.ReferralBundle, kind: type[R]) -> list[tuple[R, str]]:
    """Every resource of one type, each with its place."""
    placed = ((each.resource, f"Bundle.entry[{number}].resource") for number, each in enumerate(bundle.entry))
    return [(resource, at) for resource, at in placed if isinstance(resource, kind)]


def _only(bundle: shape.ReferralBundle, kind: type[R]) -> tuple[R, str]:
    return _all(bundle, kind)[0]


def _counts(bundle: shape.ReferralBundle) -> Iterator[Wrong]:
    """As many of each type as a referral has: one patient, one request, one or two legs with a study each."""
    for kind in (shape.Patient, shape.ServiceRequest):
        if len(_all(bundle, kind)) != 1:
            yield Wrong("Bundle.entry", f"Send exactly one {kind.__name__}", "required")
    legs = len(_all(bundle, shape.Condition))
    for request, at in _all(bundle, shape.ServiceRequest):
        if len({each.reference for each in request.reasonReference}) != legs:
            yield Wrong(f"{at}.reasonReference", "Name the Condition of each leg once", "required")
    if legs not in {1, 2} or len(_all(bundle, shape.ImagingStudy)) != legs:
        yield Wrong("Bundle.entry", "Send one Condition and one ImagingStudy for each leg", "required")
    if len(_all(bundle, shape.Observation)) != legs + 1:
        words = "Send one Observation of the presentation, and one of the findings of each leg"
        yield Wrong("Bundle.entry", words, "required")
    if len(_all(bundle, shape.MedicationStatement)) > 1:
        yield Wrong("Bundle.entry", "Send at most one MedicationStatement", "structure")


def _references(bundle: shape.ReferralBundle) -> Iterator[Wrong]:
    """Every reference leads to a resource of the right type in this Bundle."""
    types = {each.fullUrl: type(each.resource).__name__ for each in bundle.entry}
    if len(types) != len(bundle.entry):
        yield Wrong("Bundle.entry", "Two entries have one fullUrl", "duplicate")
    for number, each in enumerate(bundle.entry):
        at = f"Bundle.entry[{number}].resource"
        if each.request.url != type(each.resource).__name__:
            yield Wrong(f"Bundle.entry[{number}].request.url", "The request names another type than the resource")
        for place, target, wanted in _asked(each.resource):
            if types.get(target.reference) != wanted:
                yield Wrong(f"{at}.{place}", f"This has to lead to the {wanted} in this Bundle", "not-found")


def _asked(resource: shape.Shape) -> Iterator[tuple[str, shape.Reference, str]]:
    subject = getattr(resource, "subject", None)
    if isinstance(subject, shape.Reference):
        yield "subject", subject, "Patient"
    if isinstance(resource, shape.ServiceRequest):
        for number, each in enumerate(resource.reasonReference):
            yield f"reasonReference[{number}]", each, "Condition"
    if isinstance(resource, shape.Observation):
        for number, each in enumerate(resource.derivedFrom):
            yield f"derivedFrom[{number}]", each, "ImagingStudy"


def _conditions(found: Reading, bundle: shape.ReferralBundle) -> None:
    """Onset and confirmation are told once: two legs that tell them differently are a question for a person."""
    (first, at), *others = _all(bundle, shape.Condition)
    found.put("diagnosis_confirmed_at", instant(first.recordedDate), f"{at}.recordedDate")
    if first.onsetDateTime is not None:
        found.put("symptom_onset_date", first.onsetDateTime.isoformat(), f"{at}.onsetDateTime")
    for each, place in others:
        if (each.onsetDateTime, each.recordedDate) != (first.onsetDateTime, first.recordedDate):
            found.wrong.append(Wrong(place, "Both legs have to tell the same onset and confirmation", "conflict"))


def _presentation(found: Reading, bundle: shape.ReferralBundle) -> None:
    found.put("risk_factors", [], "Bundle")
    told = [(each, at) for each, at in _all(bundle, shape.Observation) if _own(each.code, "observed") == "presentation"]
    if len(told) != 1:
        found.wrong.append(Wrong("Bundle.entry", "Send one Observation of the presentation", "required"))
        return
    _components(found, "", told[0], PRESENTATION)


def _medicine(found: Reading, bundle: shape.ReferralBundle) -> None:
    for each, at in _all(bundle, shape.MedicationStatement):
        drug = each.medicationCodeableConcept.text
        if drug is None:
            found.wrong.append(Wrong(f"{at}.medicationCodeableConcept", "Write the drug in `text`", "required"))
            return
        found.where["current_anticoagulant"] = at
        taken = {"drug": drug, "started_at": instant(each.effectivePeriod.start)}
        found.put("current_anticoagulant", taken, at)


def _legs(found: Reading, bundle: shape.ReferralBundle) -> list[Json]:
    """One leg for each Condition, with the findings of the same side and the study they come from."""
    studies = {each.fullUrl: (each.resource, f"Bundle.entry[{n}].resource") for n, each in enumerate(bundle.entry)}
    told = {_leg_of(each.bodySite): (each, at) for each, at in _all(bundle, shape.Observation) if each.bodySite}
    limbs = []
    for number, (condition, at) in enumerate(_all(bundle, shape.Condition)):
        side = _leg_of(condition.bodySite[0])
        findings = told.get(side)
        if side is None or findings is None or not findings[0].derivedFrom:
            words = "Say left or right by our list, here and on the findings of the leg, and what they derive from"
            found.wrong.append(Wrong(f"{at}.bodySite[0]", words, "code-invalid"))
            continue
        study, place = studies[findings[0].derivedFrom[0].reference]
        limbs.append(_leg(found, number, side, findings, (study, place)))
    return limbs


def _leg(
    found: Reading,
    number: int,
    side: str,
    findings: tuple[shape.Observation, str],
    study: tuple[shape.Shape, str],
) -> Json:
    leg = Reading(where=found.where, wrong=found.wrong)
    prefix = f"limbs.{number}"
    found.where[prefix] = findings[1]
    leg.fields |= {"side": side, "segments": {}, "imaging": _imaging(found, prefix, study)}
    _components(leg, prefix, findings, LEG)
    return leg.fields


def _imaging(found: Reading, prefix: str, study: tuple[shape.Shape, str]) -> Json:
    told, at = study
    assert isinstance(told, shape.ImagingStudy)  # noqa: S101 -- `_references` asked for it
    found.where[f"{prefix}.imaging"] = at
    found.where[f"{prefix}.imaging.performed_at"] = f"{at}.started"
    modality = told.modality[0]
    if modality.system != f"{OWN}modality" or not may_leave(modality.system, modality.code):
        found.wrong.append(Wrong(f"{at}.modality[0]", "Name the modality by our list", "code-invalid"))
    return {
        "modality": modality.code,
        "performed_at": instant(told.started),
        "accession": told.identifier[0].value,
        "reporter": told.interpreter[0].identifier.value,
    }


def _components(found: Reading, prefix: str, told: tuple[shape.Observation, str], terms: dict[str, Term]) -> None:
    """Each component under the field it stands for. Veins are known by our list, or by the checked SNOMED CT codes."""
    observation, at = told
    for number, each in enumerate(observation.component):
        place = f"{at}.component[{number}]"
        vein = _vein(each.code) if terms is LEG else None
        name = _own(each.code, "observed")
        term = Term(f"segments.{vein}", "concept", "finding") if vein else terms.get(name or "")
        if term is None:
            found.wrong.append(Wrong(f"{place}.code", "This code is none of those that are read here", "code-invalid"))
            continue
        _value(found, prefix, (each, place), term)


def _value(found: Reading, prefix: str, told: tuple[shape.Component, str], term: Term) -> None:
    component, place = told
    given = [name for name in component.model_fields_set if name.startswith("value")]
    if given != [term.element]:
        found.wrong.append(Wrong(place, f"Send exactly {term.element}", "required"))
        return
    value = _plain(component, term)
    if value is None:
        found.wrong.append(Wrong(f"{place}.{term.element}", "This code is in none of our lists", "code-invalid"))
    elif term.several:
        found.fields[term.field].append(value)
    else:
        _put_in_leg(found, prefix, term.field, value, f"{place}.{term.element}")


def _put_in_leg(found: Reading, prefix: str, path: str, value: Any, expression: str) -> None:
    found.put(path, value, expression)
    if prefix:
        found.where[f"{prefix}.{path}"] = found.where.pop(path, expression)


def _plain(component: shape.Component, term: Term) -> Any:
    """The value as our own forms write it. None for a code that is not in the list."""
    value = getattr(component, term.element)
    if isinstance(value, shape.Concept):
        return _own(value, term.members)
    if isinstance(value, shape.Quantity):
        return value.value
    return instant(component.valueDateTime) if component.valueDateTime is not None else value


def _own(concept: shape.Concept, members: str) -> str | None:
    """The member of one of our lists that the concept names."""
    found = [each.code for each in concept.coding if each.system == OWN + members and may_leave(each.system, each.code)]
    return found[0] if len(found) == 1 else None


def _vein(concept: shape.Concept) -> str | None:
    own = _own(concept, "vein")
    return own or next((VEIN_OF[c.code] for c in concept.coding if c.system == SNOMED and c.code in VEIN_OF), None)


def _leg_of(concept: shape.Concept | None) -> str | None:
    return _own(concept, "side") if concept else None

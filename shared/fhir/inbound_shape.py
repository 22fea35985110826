"""The shape of a referral that arrives as a Bundle: exactly what is read, and nothing beside it.

An element that is not named here is refused rather than dropped: nobody may think that it was understood.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from shared.pathway.text import Code, Line, Words

MOST_ENTRIES, MOST_COMPONENTS = 10, 60

Uri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.:/#_-]{1,199}$")]
FhirCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Local = Annotated[str, StringConstraints(pattern=r"^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
"""Within a transaction, resources are named by urn:uuid and refer to one another by it."""


class Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Coding(Shape):
    system: Uri
    code: FhirCode
    display: Line | None = None


class Concept(Shape):
    coding: tuple[Coding, ...] = Field(default=(), max_length=3)
    text: Line | None = None


class Extension(Shape):
    url: Uri
    valueCode: FhirCode | None = None  # noqa: N815 -- FHIR's own name
    valueCodeableConcept: Concept | None = None  # noqa: N815 -- FHIR's own name


class Identifier(Shape):
    extension: tuple[Extension, ...] = Field(default=(), max_length=1)
    use: Literal["usual", "official", "temp", "secondary"] | None = None
    system: Uri
    value: Code


class Name(Shape):
    use: Literal["usual", "official"] | None = None
    text: Line


class Reference(Shape):
    reference: Local


class Person(Shape):
    """Somebody of the sender's staff, by an id: a name would be stored where names have no place."""

    type: Literal["Practitioner"] | None = None
    identifier: Identifier


class Quantity(Shape):
    value: float
    unit: Literal["cm"]


class Period(Shape):
    start: AwareDatetime


class Patient(Shape):
    resourceType: Literal["Patient"]  # noqa: N815 -- FHIR's own name
    extension: tuple[Extension, ...] = Field(default=(), max_length=1)
    identifier: tuple[Identifier, ...] = Field(min_length=1, max_length=1)
    name: tuple[Name, ...] = Field(min_length=1, max_length=1)
    birthDate: date | None = None  # noqa: N815 -- FHIR's own name


class ServiceRequest(Shape):
    resourceType: Literal["ServiceRequest"]  # noqa: N815 -- FHIR's own name
    status: Literal["active"]
    intent: Literal["order", "proposal"]
    priority: Literal["urgent", "asap", "stat"]
    code: Concept | None = None
    subject: Reference
    reasonReference: tuple[Reference, ...] = Field(min_length=1, max_length=2)  # noqa: N815 -- FHIR's own name


class Condition(Shape):
    """One leg. Two legs are two Conditions."""

    resourceType: Literal["Condition"]  # noqa: N815 -- FHIR's own name
    code: Concept | None = None
    bodySite: tuple[Concept, ...] = Field(min_length=1, max_length=1)  # noqa: N815 -- FHIR's own name
    subject: Reference
    onsetDateTime: date | None = None  # noqa: N815 -- FHIR's own name
    recordedDate: AwareDatetime  # noqa: N815 -- FHIR's own name


class ImagingStudy(Shape):
    resourceType: Literal["ImagingStudy"]  # noqa: N815 -- FHIR's own name
    status: Literal["available"]
    identifier: tuple[Identifier, ...] = Field(min_length=1, max_length=1)
    modality: tuple[Coding, ...] = Field(min_length=1, max_length=1)
    subject: Reference
    started: AwareDatetime
    interpreter: tuple[Person, ...] = Field(min_length=1, max_length=1)


class Component(Shape):
    """One finding. Exactly one value, of the kind its code asks for."""

    code: Concept
    valueCodeableConcept: Concept | None = None  # noqa: N815 -- FHIR's own name
    valueQuantity: Quantity | None = None  # noqa: N815 -- FHIR's own name
    valueInteger: int | None = None  # noqa: N815 -- FHIR's own name
    valueBoolean: bool | None = None  # noqa: N815 -- FHIR's own name
    valueDateTime: AwareDatetime | None = None  # noqa: N815 -- FHIR's own name
    valueString: Words | None = None  # noqa: N815 -- FHIR's own name


class Observation(Shape):
    """The presentation as a whole, or what was found in one leg (then with `bodySite` and `derivedFrom`)."""

    resourceType: Literal["Observation"]  # noqa: N815 -- FHIR's own name
    status: Literal["final"]
    code: Concept
    subject: Reference
    bodySite: Concept | None = None  # noqa: N815 -- FHIR's own name
    derivedFrom: tuple[Reference, ...] = Field(default=(), max_length=1)  # noqa: N815 -- FHIR's own name
    component: tuple[Component, ...] = Field(min_length=1, max_length=MOST_COMPONENTS)


class MedicationStatement(Shape):
    """The anticoagulant the patient takes now."""

    resourceType: Literal["MedicationStatement"]  # noqa: N815 -- FHIR's own name
    status: Literal["active"]
    medicationCodeableConcept: Concept  # noqa: N815 -- FHIR's own name
    subject: Reference
    effectivePeriod: Period  # noqa: N815 -- FHIR's own name


Resource = Annotated[
    Patient | ServiceRequest | Condition | ImagingStudy | Observation | MedicationStatement,
    Field(discriminator="resourceType"),
]


class Request(Shape):
    method: Literal["POST"]
    url: Literal["Patient", "ServiceRequest", "Condition", "ImagingStudy", "Observation", "MedicationStatement"]


class Entry(Shape):
    fullUrl: Local  # noqa: N815 -- FHIR's own name
    resource: Resource
    request: Request


class ReferralBundle(Shape):
    """A transaction. `identifier` is the sender's own: the same one stands for the same referral."""

    resourceType: Literal["Bundle"]  # noqa: N815 -- FHIR's own name
    type: Literal["transaction"]
    identifier: Identifier
    entry: tuple[Entry, ...] = Field(min_length=4, max_length=MOST_ENTRIES)

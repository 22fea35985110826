"""The pieces that FHIR resources are made of, as plain JSON values. Nothing here decides anything."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from shared.fhir.codes import HL7, SNOMED, VEINS, Code, code, own
from shared.pathway.anatomy import Segment, Side
from shared.pathway.people import Role, Signature
from shared.pathway.question import Moment
from shared.pathway.record import Entry

Json = dict[str, Any]

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"
ID = "urn:patency:id:"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the patient is, for a reader who may know. `kind` is nhs_number, chi, hc_number or temporary."""

    kind: str
    number: str
    number_status: str
    name: str
    born_on: date | None
    sex: str


@dataclass(frozen=True, slots=True)
class Case:
    """A pathway at a moment, and the opaque id of its patient. `identity` None: this reader is not told who it is."""

    moment: Moment
    patient_id: str
    identity: Identity | None

    @property
    def id(self) -> str:
        return self.moment.pathway.id

    def part(self, of: str, *key: object) -> str:
        """The id of one resource: the pathway's, and a digest that stays the same for the same thing."""
        named = "/".join((of, *map(str, key))).replace(self.id, "")  # a procedure's key begins with its pathway
        return f"{self.id}.{hashlib.sha256(named.encode()).hexdigest()[:16]}"

    def resource(self, kind: str, *key: object, **elements: Any) -> Json:
        """A resource with its id and the version it was read from; elements that are None or empty are left out."""
        newest = self.moment.pathway.entries[-1]
        meta = {"versionId": str(self.moment.pathway.version), "lastUpdated": instant(newest.at)}
        found = {"resourceType": kind, "id": self.part(kind, *key), "meta": meta}
        return found | present(elements)

    def to(self, kind: str, *key: object) -> Json:
        """A reference to one of this pathway's resources."""
        return reference(kind, self.part(kind, *key))

    @property
    def patient(self) -> Json:
        return reference("Patient", self.patient_id)

    @property
    def plan(self) -> Json:
        return reference("CarePlan", self.id)

    @property
    def trust(self) -> Json:
        return {"type": "Organization", "identifier": {"system": ODS, "value": self.moment.pathway.trust}}


def present(elements: Mapping[str, Any]) -> Json:
    """Without what is None or empty: FHIR has no empty element. A trailing underscore keeps a name off Python's own."""
    return {name.removesuffix("_"): value for name, value in elements.items() if value not in (None, [], {}, "")}


def reference(kind: str, resource_id: str) -> Json:
    return {"reference": f"{kind}/{resource_id}"}


def instant(at: datetime) -> str:
    """A moment in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def period(start: datetime | None, end: datetime | None) -> Json:
    return present({"start": instant(start) if start else None, "end": instant(end) if end else None})


def coding(found: Code) -> Json:
    return {"system": found.system, "code": found.code, "display": found.display}


def concept(*found: Code, text: str = "") -> Json:
    """A CodeableConcept. Only verified codes become codings; the words are there in any case."""
    codings = [coding(each) for each in found if each.verified]
    return present({"coding": codings, "text": text or (found[0].display if found else "")})


def of_list(name: str, member: str, text: str = "") -> Json:
    """A CodeableConcept of one of our own lists."""
    return concept(own(name, member), text=text)


def hl7(name: str, member: str) -> Json:
    return concept(code(HL7 + name, member))


def absent(why: str) -> Json:
    """The extension that stands for a value that is not told."""
    return {"extension": [{"url": ABSENT, "valueCode": code(HL7 + "data-absent-reason", why).code}]}


def leg(side: Side | None) -> list[Json]:
    """The leg as a body site. The official codes for left and right are not verified: words and our own list."""
    return [of_list("side", side.value, f"{side.value} leg")] if side else []


def vein(side: Side, segment: Segment) -> Json:
    """A vein of one leg: the official code where it was checked, and always words that name the side."""
    words = f"{side.value} {segment.value.replace('_', ' ')} vein"
    known = VEINS.get(segment.value)
    official = [code(SNOMED, known)] if known else []
    return concept(*official, own("vein", segment.value), text=words)


def staff(by: Signature) -> Json:
    """Somebody by directory id, never by name."""
    return person(by.person)


def person(directory_id: str) -> Json:
    return {"type": "Practitioner", "identifier": {"system": f"{ID}staff", "value": directory_id}}


def role(of: Role) -> Json:
    return {"type": "PractitionerRole", "identifier": {"system": f"{ID}role", "value": of.value}}


def identifier(name: str, value: str) -> list[Json]:
    return [{"system": ID + name, "value": value}]


def newest_at(entries: tuple[Entry, ...]) -> str | None:
    return instant(entries[-1].at) if entries else None

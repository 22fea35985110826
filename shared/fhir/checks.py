"""What is wrong with resources we are about to send, by our own rules: codes, references, required elements, addresses.

It says nothing about UK Core. What it finds is told by place and rule, and never repeats a value.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.fhir.codes import may_leave
from shared.fhir.elements import Json

REQUIRED = {
    "CarePlan": ("status", "intent", "subject"),
    "Patient": ("identifier", "name"),
    "ServiceRequest": ("status", "intent", "subject", "code"),
    "Condition": ("subject", "code", "clinicalStatus"),
    "ImagingStudy": ("status", "subject"),
    "EpisodeOfCare": ("status", "patient"),
    "CareTeam": ("subject",),
    "Appointment": ("status", "participant", "start", "end"),
    "ResearchSubject": ("status", "study", "individual"),
    "Observation": ("status", "code", "subject"),
    "Consent": ("status", "scope", "category", "patient", "policyRule"),
    "Communication": ("status", "subject"),
    "Procedure": ("status", "subject", "code"),
    "Device": ("udiCarrier",),
    "DeviceUseStatement": ("status", "subject", "device"),
    "Flag": ("status", "code", "subject"),
    "AdverseEvent": ("actuality", "subject", "event"),
    "Task": ("status", "intent", "for", "code"),
    "Provenance": ("target", "recorded", "agent"),
}
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
# An address made of our own words and opaque ids: no run of digits that could be anybody's number.
_DIGITS = re.compile(r"(?<![0-9a-fA-F.-])[0-9]{9,}(?![0-9a-fA-F])")
ADDRESSES = frozenset({"fullUrl", "url", "reference"})
EMPTY: tuple[Any, ...] = (None, "", [], {})
Walked = tuple[tuple[str, Any], ...]
"""Every element of a resource with its place."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, as a path of element names, and which rule it breaks."""

    place: str
    rule: str


def of_bundle(bundle: Json) -> Iterator[Fault]:
    """Everything that is wrong with a Bundle and what is in it. References have to resolve inside it."""
    entries = bundle.get("entry", [])
    found = [each["resource"] for each in entries]
    named = [f"{each.get('resourceType')}/{each.get('id')}" for each in found]
    if len(set(named)) != len(named):
        yield Fault("Bundle.entry", "one resource is there twice")
    for each, resource, name in zip(entries, found, named, strict=True):
        if not str(each.get("fullUrl", "")).endswith(f"/{name}"):
            yield Fault("Bundle.entry.fullUrl", "an address does not end with its resource")
        yield from of_resource(resource, frozenset(named))
    links = {"link": bundle.get("link", []), "entry": [{"fullUrl": each.get("fullUrl")} for each in entries]}
    yield from _addresses(tuple(_walk("Bundle", links)))


def of_resource(resource: Json, named: frozenset[str] | None = None) -> Iterator[Fault]:
    """What is wrong with one resource. Without `named` nobody asks where its references lead."""
    kind = str(resource.get("resourceType"))
    if kind not in REQUIRED:
        yield Fault("resourceType", "a type that is not told here")
        return
    if _ID.fullmatch(str(resource.get("id", ""))) is None:
        yield Fault(f"{kind}.id", "no id, or one that FHIR does not allow")
    yield from (
        Fault(f"{kind}.{each}", "a required element is missing") for each in REQUIRED[kind] if not resource.get(each)
    )
    walked = tuple(_walk(kind, resource))
    yield from _codings(walked)
    yield from (Fault(place, "an empty element") for place, each in walked if each in EMPTY)
    yield from _addresses(walked)
    if named is not None:
        yield from _references(walked, named)


def _walk(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    yield place, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _walk(f"{place}.{name}", each)
    elif isinstance(value, list):
        for each in value:
            yield from _walk(place, each)


def _codings(walked: Walked) -> Iterator[Fault]:
    for place, value in walked:
        if not isinstance(value, dict):
            continue
        if "code" in value and "system" in value:
            if not may_leave(value["system"], value["code"]):
                yield Fault(place, "a code that is in no list, or that nobody verified")
        elif place.endswith((".coding", ".modality")):
            yield Fault(place, "a coding without its system")


def _addresses(walked: Walked) -> Iterator[Fault]:
    for place, value in walked:
        if isinstance(value, str) and place.rpartition(".")[2] in ADDRESSES and _DIGITS.search(value):
            yield Fault(place, "an address with a number in it that could be a person's")


def _references(walked: Walked, named: frozenset[str]) -> Iterator[Fault]:
    for place, value in walked:
        if isinstance(value, str) and place.endswith(".reference") and value not in named:
            yield Fault(place, "a reference that leads nowhere in this Bundle")


def all_of(faults: Iterable[Fault]) -> tuple[str, ...]:
    """Each kind of fault once, in words."""
    return tuple(dict.fromkeys(f"{each.place}: {each.rule}" for each in faults))

"""Every code that may leave this house, in one versioned table: system, code, words, source, and who checked it.

A code that nobody checked ([M] in clinical.md 8) stands here to be looked up, and is never put into a coding: its words
go out as text alone. The lists under `urn:patency:code:` are our own enumerations. OPCS-4 is left to clinical coders.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import MappingProxyType

from shared.fhir.own_lists import OWN_LISTS

VERSION = "2026.11"
HL7 = "http://terminology.hl7.org/CodeSystem/"
SNOMED = "http://snomed.info/sct"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
UK_NUMBER_STATUS = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
OWN = "urn:patency:code:"

CHECKED_ON, CHECKED_BY = "2026-11-22", "interoperability engineer, against the public source; no clinical sign-off"


@dataclass(frozen=True, slots=True)
class Code:
    """One line of the table. Only a verified one may stand in a coding."""

    system: str
    code: str
    display: str
    source: str
    verified_on: str | None
    verified_by: str | None

    @property
    def verified(self) -> bool:
        return self.verified_on is not None


class UnknownCodeError(LookupError):
    """A code that no list of the table has. Says which list, never what was asked for."""


def _checked(system: str, source: str, codes: dict[str, str]) -> Iterator[Code]:
    yield from (Code(system, code, words, source, CHECKED_ON, CHECKED_BY) for code, words in codes.items())


def _from_memory(system: str, codes: dict[str, str]) -> Iterator[Code]:
    yield from (Code(system, code, words, "clinical.md 8 [M]", None, None) for code, words in codes.items())


def _own() -> Iterator[Code]:
    for name, members in OWN_LISTS.items():
        words = {member: member.replace("_", " ") for member in members}
        yield from _checked(OWN + name, "this product's own list", words)


VEINS = {
    "common_femoral": "397363009",
    "common_iliac": "46027005",
    "external_iliac": "63507001",
    "internal_iliac": "40300007",
    "femoral": "397364003",
    "profunda_femoris": "23438002",
    "popliteal": "56849005",
    "anterior_tibial": "26703007",
    "posterior_tibial": "4258007",
    "peroneal": "71758008",
    "gastrocnemius": "264481007",
    "soleal": "397427005",
}
"""Our veins in SNOMED CT, as DICOM CID 12110 (20180605) lists them. The vena cava is not among those checked."""

NUMBER_STATUS = {
    "number_present_and_verified": "01",
    "number_present_but_not_traced": "02",
    "trace_required": "03",
    "trace_attempted_no_match_or_multiple_match_found": "04",
    "trace_needs_to_be_resolved": "05",
    "trace_in_progress": "06",
    "number_not_present_trace_not_required": "07",
    "trace_postponed": "08",
}
"""Our words for what is known of an NHS number, in UK Core's list for England."""

_HL7_LISTS = {
    "consentscope": {"treatment": "Treatment", "research": "Research", "patient-privacy": "Privacy Consent"},
    "condition-clinical": {"active": "Active"},
    "condition-ver-status": {"confirmed": "Confirmed"},
    "data-absent-reason": {"unknown": "Unknown", "masked": "Masked"},
    "provenance-participant-type": {"author": "Author"},
    "adverse-event-outcome": {
        "resolved": "Resolved",
        "ongoing": "Ongoing",
        "resolvedWithSequelae": "Resolved with Sequelae",
        "fatal": "Fatal",
        "unknown": "Unknown",
    },
}
_ICD_10_TITLES = {
    "I80.1": "Phlebitis and thrombophlebitis of femoral vein",
    "I80.2": "Phlebitis and thrombophlebitis of other deep vessels of lower extremities",
    "I80.3": "Phlebitis and thrombophlebitis of lower extremities, unspecified",
    "I87.0": "Postthrombotic syndrome",
    "I87.1": "Compression of vein",
}
_UNCHECKED_SNOMED = {
    "128053003": "Deep venous thrombosis",
    "59282003": "Pulmonary embolism",
    "7771000": "Left",
    "24028007": "Right",
    "64131007": "Inferior vena cava",
}


def _table() -> Iterator[Code]:
    for name, members in _HL7_LISTS.items():
        yield from _checked(HL7 + name, f"HL7 FHIR R4, {name}", members)
    words = {code: f"{vein.replace('_', ' ').capitalize()} vein" for vein, code in VEINS.items()}
    yield from _checked(SNOMED, "DICOM CID 12110 (20180605); to be compared with the UK edition", words)
    status = {code: words.replace("_", " ").capitalize() for words, code in NUMBER_STATUS.items()}
    yield from _checked(UK_NUMBER_STATUS, "UK Core code system 1.0.0 (2022-08-26)", status)
    yield from _checked(
        ICD_10, "WHO ICD-10, checked by clinical.md 8; assigned by coders, never derived", _ICD_10_TITLES
    )
    yield from _from_memory(SNOMED, _UNCHECKED_SNOMED)
    yield from _own()


def _filed(codes: Iterable[Code]) -> dict[tuple[str, str], Code]:
    found: dict[tuple[str, str], Code] = {}
    for each in codes:
        if found.setdefault((each.system, each.code), each) != each:
            raise ValueError(f"two codes of one name in {each.system}")
    return found


TABLE = MappingProxyType(_filed(_table()))
SYSTEMS = frozenset(system for system, _code in TABLE)


def code(system: str, name: str) -> Code:
    """The line of the table. Raises UnknownCodeError for what is in none of its lists."""
    found = TABLE.get((system, name))
    if found is None:
        raise UnknownCodeError(system if system in SYSTEMS else "unknown system")
    return found


def own(name: str, member: str) -> Code:
    """A code of one of our own lists."""
    return code(OWN + name, member)


def may_leave(system: str, name: str) -> bool:
    """Whether a coding may say this: it is in the table, and somebody checked it."""
    found = TABLE.get((system, name))
    return found is not None and found.verified

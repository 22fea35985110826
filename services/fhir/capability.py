"""What this server can do, and what it does not claim to."""

from shared.fhir.codes import VERSION
from shared.fhir.elements import Json
from shared.fhir.everything import RESOURCES, SEARCHED

PARAMETERS = {
    "_id": ("token", "The resource's own id"),
    "_lastUpdated": ("date", "Of the pathway it belongs to; prefixes ge and lt"),
    "patient": ("reference", "The opaque id of the patient"),
    "subject": ("reference", "The same as patient"),
    "status": ("token", "One or several codes, with commas between them"),
}
CLAIM = (
    "FHIR R4B (4.3.0). No conformance to UK Core, or to any other profile or implementation guide, is claimed. The "
    "patients of the training world are synthetic. Not cleared as a medical device. Resources say less than the "
    "record: what people wrote in words stays in the house. Read only; a referral is taken by the referral desk, as a "
    "transaction."
)
EXPORT: Json = {
    "name": "export",
    "definition": "urn:patency:operation:export",
    "documentation": "[base]/$export with Prefer: respond-async, for an auditor whose token has system/*.rs: the whole "
    "trust as ndjson, without identities. In the shape of Bulk Data Access; conformance to it is not claimed",
}
SECURITY = "Bearer tokens of the trust's identity provider; every type needs a scope such as user/Task.rs"


def statement(root: str) -> Json:
    """The CapabilityStatement of the server at this address."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": "2026-11-22",
        "kind": "instance",
        "name": "Patency",
        "description": f"{CLAIM} Code table {VERSION}.",
        "implementation": {"description": "Patency", "url": root},
        "fhirVersion": "4.3.0",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": SECURITY},
                "resource": [_resource(kind) for kind in ("CarePlan", *SEARCHED)],
                "operation": [EXPORT],
            }
        ],
    }


def _resource(kind: str) -> Json:
    found: Json = {"type": kind, "versioning": "no-version", "interaction": [{"code": "read"}]}
    if kind not in SEARCHED:
        everything = {
            "name": "everything",
            "definition": "urn:patency:operation:everything",
            "documentation": f"CarePlan/[id]/$everything: one Bundle with {', '.join(RESOURCES)}",
        }
        return found | {"operation": [everything]}
    told = [{"name": name, "type": of, "documentation": words} for name, (of, words) in PARAMETERS.items()]
    return found | {"interaction": [{"code": "read"}, {"code": "search-type"}], "searchParam": told}

"""FHIR R4B at `/fhir` of the front door: reading and searching. An arriving referral is the referral desk's.

Beside the role, the trust and the relationship every request needs a scope of its token. Conformance is not claimed.
"""

from services.fhir import exporting, reading, searching

reads = (exporting.router, reading.router, searching.router, reading.rest)

__all__ = ["reads"]

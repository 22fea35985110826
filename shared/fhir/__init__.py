"""A pathway as FHIR R4B (4.3.0) resources, and a referral read from one: pure, with no network and no clock.

`everything.resources` tells a pathway; `codes` is the one table of every code that may leave; `checks` finds what
breaks its rules; `inbound` reads a referral. Conformance to UK Core, or to any other profile, is not claimed.
"""

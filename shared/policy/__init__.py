"""The project's own figures as data: each with value, unit, source, owner and reason, checked at start.

`load()` gives the `Policy` every rule takes; the document is `policy.toml`.
"""

from shared.policy.document import PolicyInvalid, load
from shared.policy.terms import Entry, Plausible, Policy

__all__ = ["Entry", "Plausible", "Policy", "PolicyInvalid", "load"]

"""What belongs to an entry and stands outside its pathway: the identity of the patient, another pathway."""

from typing import Protocol

from shared.ledger.visit import Connection, Visit
from shared.pathway.facts import Facts
from shared.pathway.people import Signature
from shared.pathway.refusal import Refusal


class Alongside(Protocol):
    """Checked and written in the transaction of its entry, under the pathway's lock."""

    async def refusals(self, connection: Connection, found: Visit, by: Signature) -> tuple[Refusal, ...]:
        """Every reason why it cannot be written; they are answered together with those of the rules."""
        ...

    async def write(self, connection: Connection, found: Visit, by: Signature) -> Facts:
        """Writes it, and returns the facts its entry is kept with."""
        ...

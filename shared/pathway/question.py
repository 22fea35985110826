"""What a rule is asked: may this record be added to this pathway, by this person, now?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from shared.pathway.facts import Facts
from shared.pathway.pathway import Pathway
from shared.pathway.people import Signature
from shared.pathway.record import Record
from shared.policy import Policy

R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Moment:
    """A pathway, looked at: under which policy, at what time (aware, UTC), with what known of the world outside."""

    pathway: Pathway
    policy: Policy
    now: datetime
    facts: Facts


@dataclass(frozen=True, slots=True)
class Question(Generic[R_co]):
    """A record offered by somebody at a moment. Stages answer with the refusals they find."""

    moment: Moment
    record: R_co
    by: Signature

    @property
    def pathway(self) -> Pathway:
        return self.moment.pathway

    @property
    def policy(self) -> Policy:
        return self.moment.policy

    @property
    def now(self) -> datetime:
        return self.moment.now

    @property
    def facts(self) -> Facts:
        return self.moment.facts

"""What a rule is asked: may this record be added to this pathway, by this person, now?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar, cast

from shared.pathway.facts import Facts
from shared.pathway.pathway import Pathway
from shared.pathway.people import Signature
from shared.pathway.record import Record
from shared.policy import Policy

R_co = TypeVar("R_co", bound=Record, covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Moment:
    """A pathway, looked at: under which policy, at what time (aware, UTC), with what known of the world outside."""

    pathway: Pathway
    policy: Policy
    now: datetime
    facts: Facts
    _found: dict[str, object] = field(init=False, default_factory=dict, repr=False, compare=False)

    def once(self, question: str, find: Callable[[], T]) -> T:
        """The answer to a question that this moment alone decides: found out once. Another moment begins with none."""
        if question not in self._found:
            self._found[question] = find()
        return cast("T", self._found[question])


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

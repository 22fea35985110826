"""A story, once it has been read and nothing in it is unknown."""

from dataclasses import dataclass
from datetime import datetime

from deploy.scenarios.written import Written
from shared.pathway.people import Signature


@dataclass(frozen=True, slots=True)
class WantedRefusal:
    """A refusal that has to be among those given; None leaves that part open."""

    rule: str
    field: str | None = None
    paragraph: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a desk has to answer: `status` alone, with a `field` named wrong, or with these refusals."""

    text: str
    accepted: bool = False
    status: int | None = None
    field: str | None = None
    refused: tuple[WantedRefusal, ...] = ()


ACCEPTED = Wanted("accepted", accepted=True)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens at `at` (UTC): somebody writes a record, the outside world acts, or we only look.

    `announces`: it is news of the trust's registers, told to every pathway it concerns; `elsewhere`: this
    one is none of them. `patient`: the identity as
    it is corrected, or that of another patient, whose pathway "@other" stands for. `begun`: the name of the beginning
    this step belongs to, "" for the story's own.
    """

    line: int
    at: datetime
    do: str | None = None
    by: Signature | None = None
    body: Written | None = None
    wanted: Wanted = ACCEPTED
    outside: str | None = None
    then: Written | None = None
    announces: bool = False
    elsewhere: bool = False
    patient: Written | None = None
    begun: str = ""

    @property
    def title(self) -> str:
        who = self.by.role.value.replace("_", " ") if self.by else "nobody"
        done = f"{self.do} by {who}" if self.do is not None else self.outside or "look"
        return f"in the beginning {self.begun}: {done}" if self.begun else done


@dataclass(frozen=True, slots=True)
class Story:
    """One synthetic patient's story. `patient` is the identity as the referral carries it."""

    scenario: str
    title: str
    source: str
    trust: str
    patient: Written
    start: datetime
    staff: dict[str, Signature]
    steps: tuple[Step, ...]
    at_the_end: Written | None = None
    never: tuple[Written, ...] = ()
    path: str = ""

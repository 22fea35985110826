"""The venous registry entry, owed for every started procedure (IPG651 1.3, 1.4). The registry here is simulated.

No public data dictionary of the BSIR Venous Registry was found: the dataset is our own minimum, versioned.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.civil_time import at_time, civil, roll_back
from shared.pathway.duties import Obligation, Outside, Task, TaskState, Timer
from shared.pathway.people import Role
from shared.pathway.procedure import procedure_id, started, started_at
from shared.pathway.procedure import procedures as begun
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Record, asked
from shared.pathway.refusal import Refusal
from shared.pathway.text import Code, Words


class RegistryAccepted(Record):
    """The registry's receipt for one dataset version of one procedure."""

    kind: ClassVar[str] = "registry_accepted"

    procedure_id: Code = asked("Which procedure?")
    dataset_version: int = asked("Which version of its dataset?", ge=1)
    receipt: Code = asked("Receipt")


class RegistryRejected(Record):
    """The registry refused a dataset: work for the registry clerk, not for a retry."""

    kind: ClassVar[str] = "registry_rejected"

    procedure_id: Code = asked("Which procedure?")
    dataset_version: int = asked("Which version of its dataset?", ge=1)
    code: Code = asked("The registry's reason, as its code")


class RegistryCorrection(Record):
    """The clerk looked at a rejection and asks for the entry to be sent again, as a new version."""

    kind: ClassVar[str] = "registry_correction"

    procedure_id: Code = asked("Which procedure?")
    what_was_wrong: Words = asked("What was wrong, and what was done about it?")


class RegistryManualEntry(Record):
    """The clerk typed the entry into the registry by hand; a second person has to confirm it (R-REG-3)."""

    kind: ClassVar[str] = "registry_manual_entry"

    procedure_id: Code = asked("Which procedure?")
    external_reference: Code = asked("The registry's own record number")
    entered_at: AwareDatetime = asked("When was it entered?")


class RegistryManualConfirmation(Record):
    """The second person saw the record in the registry."""

    kind: ClassVar[str] = "registry_manual_confirmation"

    procedure_id: Code = asked("Which procedure?")
    seen_in_registry: Literal[True] = asked("I have seen this record in the registry")


def procedures(moment: Moment) -> tuple[tuple[str, Entry], ...]:
    return tuple((procedure_id(moment.pathway, n), entry) for n, entry in enumerate(started(moment.pathway), start=1))


def _about(moment: Moment, kind: type[Record], procedure: str) -> list[Entry]:
    return [entry for entry in moment.pathway.every(kind) if getattr(entry.record, "procedure_id", "") == procedure]


UPDATES = frozenset(
    {
        "discharge",
        "anticoagulation_review",
        "long_term_visit",
        "visit_not_made",
        "adverse_event",
        "adverse_event_outcome",
        "filter_retrieval",
        "filter_made_permanent",
        "filter_removed_elsewhere",
        "patient_died",
        "identity_corrected",
        "consent_withdrawn",
    }
)
"""Kinds of records that make an accepted entry incomplete: it is sent again as a new version (R-REG-2)."""


def dataset_version(moment: Moment, procedure: str) -> int:
    """1 at first; one more for each correction, and for each update since the procedure ended (R-REG-2).

    An update counts whether or not a version was accepted meanwhile: what was on its way then did not hold it.
    """
    return 1 + len(_about(moment, RegistryCorrection, procedure)) + _updates(moment, procedure)


def _updates(moment: Moment, procedure: str) -> int:
    return len(_updating(moment, procedure))


def _updating(moment: Moment, procedure: str) -> list[Entry]:
    """Updates between the end of this procedure and the start of the next, which has an entry of its own."""
    names = [name for name, _entry in procedures(moment)]
    number, end = names.index(procedure), ended(moment, procedure)
    if end is None:
        return []
    starts = [entry.seq for _name, entry in procedures(moment)][number + 1 :]
    until = starts[0] if starts else moment.pathway.version + 1
    return [entry for entry in moment.pathway.entries if entry.kind in UPDATES and end.seq < entry.seq < until]


def ended(moment: Moment, procedure: str) -> Entry | None:
    """The end of this procedure; None while it is under way."""
    found = {procedure_id(moment.pathway, n): each for n, each in enumerate(begun(moment.pathway), start=1)}
    return found[procedure].end


def made_by(moment: Moment, procedure: str) -> int:
    """The number of the entry that made the dataset version that counts now.

    What is sent under one key is read from the entries up to this one: sent again it is the same to the byte,
    whatever was written since. Raises ValueError for a procedure that has not ended.
    """
    end = ended(moment, procedure)
    if end is None:
        raise ValueError("this procedure has not ended")
    told = (*_about(moment, RegistryCorrection, procedure), *_updating(moment, procedure))
    return max((entry.seq for entry in told), default=end.seq)


def _answered(moment: Moment, kind: type[Record], procedure: str) -> bool:
    """Whether the registry answered in this way to the version that counts now."""
    version = dataset_version(moment, procedure)
    return any(getattr(entry.record, "dataset_version", 0) == version for entry in _about(moment, kind, procedure))


def state(moment: Moment, procedure: str) -> str:
    """owed, draft, rejected, corrected, accepted or manual_entry_confirmed (R-REG-3) of one procedure's entry."""
    if _confirmed(moment, procedure):
        return "manual_entry_confirmed"
    if _answered(moment, RegistryRejected, procedure) and not _answered(moment, RegistryAccepted, procedure):
        return "rejected"
    if _about(moment, RegistryAccepted, procedure):
        return "accepted"
    if _about(moment, RegistryCorrection, procedure):
        return "corrected"
    return "draft" if ended(moment, procedure) else "owed"


def _confirmed(moment: Moment, procedure: str) -> bool:
    entered, seen = (
        _about(moment, RegistryManualEntry, procedure),
        _about(moment, RegistryManualConfirmation, procedure),
    )
    return bool(entered) and bool(seen) and seen[-1].seq > entered[-1].seq


def awaits_second_person(moment: Moment, procedure: str) -> bool:
    """Whether the entry was typed into the registry by hand, and nobody else has seen it there yet (R-REG-3)."""
    return bool(_about(moment, RegistryManualEntry, procedure)) and not _confirmed(moment, procedure)


def settled(moment: Moment) -> bool:
    """Whether every started procedure has its accepted entry. True without a procedure: nothing is owed."""
    done = {"accepted", "manual_entry_confirmed"}
    return all(state(moment, procedure) in done for procedure, _entry in procedures(moment))


def owed(moment: Moment) -> Iterator[Obligation]:
    """The dataset version to submit now: once the procedure has ended, unless the registry has answered.

    What was typed in by hand is not submitted as well, confirmed or not: the registry would have it twice.
    """
    for procedure, entry in procedures(moment):
        answered = _answered(moment, RegistryAccepted, procedure) or _answered(moment, RegistryRejected, procedure)
        by_hand = bool(_about(moment, RegistryManualEntry, procedure))
        if ended(moment, procedure) and not answered and not by_hand:
            key = f"{procedure}.v{dataset_version(moment, procedure)}"
            yield Obligation(Outside.REGISTRY_ENTRY, key, entry.at)


AnyRegistryRecord = (
    RegistryAccepted | RegistryRejected | RegistryCorrection | RegistryManualEntry | RegistryManualConfirmation
)


def refusals(question: Question[Any]) -> Iterator[Refusal]:
    """Why a registry record cannot stand.

    Refuses: an unknown procedure, a correction of what was not rejected, a confirmation by the person who
    typed the entry. Guidance: 1.3.
    """
    record: AnyRegistryRecord = question.record
    known = [procedure for procedure, _entry in procedures(question.moment)]
    if record.procedure_id not in known:
        yield Refusal("R-REG-1", "procedure_id", "This pathway has no such procedure", "1.3")
    elif isinstance(record, RegistryCorrection) and state(question.moment, record.procedure_id) != "rejected":
        yield Refusal("R-REG-3", "procedure_id", "The registry has not rejected this entry", "1.3")
    elif isinstance(record, RegistryManualConfirmation):
        yield from _second_person(question, record.procedure_id)


def _second_person(question: Question[Any], procedure: str) -> Iterator[Refusal]:
    entered = _about(question.moment, RegistryManualEntry, procedure)
    if not entered:
        yield Refusal("R-REG-3", "procedure_id", "There is no manual entry to confirm", "1.3")
    elif entered[-1].by.person == question.by.person:
        yield Refusal("R-REG-3", "", "A second person has to confirm a manual entry", "1.3")


def tasks(moment: Moment) -> Iterator[Task]:
    """A rejected entry is work for the clerk; an unconfirmed manual entry work for a second person."""
    for procedure, entry in procedures(moment):
        now = state(moment, procedure)
        due = _submit_by(moment, entry)
        if now == "rejected":
            yield Task(
                "registry_correction",
                Role.REGISTRY_CLERK,
                moment.pathway.every(RegistryRejected)[-1].at,
                due,
                key=procedure,
            )
        if _about(moment, RegistryManualEntry, procedure) and now not in {
            "accepted",
            "manual_entry_confirmed",
        }:
            yield Task("registry_manual_confirmation", Role.REGISTRY_CLERK, entry.at, due, key=procedure)
        done = TaskState.DONE if now in {"accepted", "manual_entry_confirmed"} else TaskState.OPEN
        yield Task("registry_entry", Role.REGISTRY_CLERK, entry.at, due, key=procedure, state=done)


def _submit_by(moment: Moment, entry: Entry) -> datetime:
    day = roll_back(
        civil(started_at(entry)) + timedelta(days=moment.policy.registry_submit_days), moment.pathway.nation
    )
    return at_time(day, moment.policy.working_day_ends)


def timers(moment: Moment) -> Iterator[Timer]:
    """T-REG for each started procedure: the draft, then the submission (R-REG-2)."""
    policy, done = moment.policy, {"accepted", "manual_entry_confirmed"}
    rungs = (
        ("draft", policy.registry_draft_days, (Role.REGISTRY_CLERK,)),
        ("submit", policy.registry_submit_days, (Role.REGISTRY_CLERK, Role.GOVERNANCE_LEAD)),
    )
    for procedure, entry in procedures(moment):
        for rung, days, tells in rungs:
            day = roll_back(civil(started_at(entry)) + timedelta(days=days), moment.pathway.nation)
            due = at_time(day, policy.working_day_ends)
            met = state(moment, procedure) in done
            yield Timer("T-REG", rung, "started_at", started_at(entry), due, day, tells, met=met)

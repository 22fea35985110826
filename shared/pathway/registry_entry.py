"""The venous registry entry, owed for every started procedure (IPG651 1.3, 1.4). The registry here is simulated.

No public data dictionary of the BSIR Venous Registry was found: the dataset is our own minimum, versioned.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from shared.pathway.civil_time import at_time, civil, roll_back
from shared.pathway.duties import Obligation, Outside, Task, TaskState, Timer
from shared.pathway.people import Role
from shared.pathway.procedure import procedure_id, started, started_at
from shared.pathway.procedure import procedures as begun
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Record, asked
from shared.pathway.refusal import Refusal
from shared.pathway.registry_by_hand import (
    RegistryManualConfirmation,
    RegistryManualEntry,
    RegistryManualWithdrawal,
    about,
    awaits_second_person,
    held,
    kept_by_hand,
    standing,
)
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


def procedures(moment: Moment) -> tuple[tuple[str, Entry], ...]:
    return tuple((procedure_id(moment.pathway, n), entry) for n, entry in enumerate(started(moment.pathway), start=1))


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
    return 1 + len(about(moment, RegistryCorrection, procedure)) + _updates(moment, procedure)


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
    told = (*about(moment, RegistryCorrection, procedure), *_updating(moment, procedure))
    return max((entry.seq for entry in told), default=end.seq)


def _answered(moment: Moment, kind: type[Record], procedure: str) -> bool:
    """Whether the registry answered in this way to the version that counts now."""
    version = dataset_version(moment, procedure)
    return any(getattr(entry.record, "dataset_version", 0) == version for entry in about(moment, kind, procedure))


def state(moment: Moment, procedure: str) -> str:
    """owed, draft, rejected, corrected, accepted or manual_entry_confirmed (R-REG-3) of one procedure's entry."""
    if kept_by_hand(moment, procedure):
        return "manual_entry_confirmed"
    if _answered(moment, RegistryRejected, procedure) and not _answered(moment, RegistryAccepted, procedure):
        return "rejected"
    if about(moment, RegistryAccepted, procedure):
        return "accepted"
    if about(moment, RegistryCorrection, procedure):
        return "corrected"
    return "draft" if ended(moment, procedure) else "owed"


def not_held(moment: Moment, procedure: str) -> Entry | None:
    """The first change that a confirmed manual entry does not hold: nothing is sent for it, somebody has to type it.

    None while a second person is awaited, and when the registry took this version by itself after all.
    """
    typed = standing(moment, procedure)
    confirmed = kept_by_hand(moment, procedure) and not awaits_second_person(moment, procedure)
    if typed is None or not confirmed or _answered(moment, RegistryAccepted, procedure):
        return None
    return next((each for each in _updating(moment, procedure) if not held(typed, each)), None)


def settled(moment: Moment) -> bool:
    """Whether every started procedure has its accepted entry. True without a procedure: nothing is owed."""
    done = {"accepted", "manual_entry_confirmed"}
    return all(state(moment, procedure) in done for procedure, _entry in procedures(moment))


def owed(moment: Moment) -> Iterator[Obligation]:
    """The dataset version to submit now: once the procedure has ended, unless the registry has answered.

    What was typed in by hand is not submitted as well, confirmed or not: the registry would have it twice. What was
    withdrawn again is.
    """
    for procedure, entry in procedures(moment):
        answered = _answered(moment, RegistryAccepted, procedure) or _answered(moment, RegistryRejected, procedure)
        by_hand = standing(moment, procedure) is not None
        if ended(moment, procedure) and not answered and not by_hand:
            key = f"{procedure}.v{dataset_version(moment, procedure)}"
            yield Obligation(Outside.REGISTRY_ENTRY, key, entry.at)


AnyRegistryRecord = (
    RegistryAccepted
    | RegistryRejected
    | RegistryCorrection
    | RegistryManualEntry
    | RegistryManualConfirmation
    | RegistryManualWithdrawal
)


def refusals(question: Question[Any]) -> Iterator[Refusal]:
    """Why a registry record cannot stand.

    Refuses: an unknown procedure, a correction of what was not rejected, a confirmation by the person who typed
    the entry, the withdrawal of what a second person or the registry itself has confirmed. Guidance: 1.3.
    """
    record: AnyRegistryRecord = question.record
    known = [procedure for procedure, _entry in procedures(question.moment)]
    if record.procedure_id not in known:
        yield Refusal("R-REG-1", "procedure_id", "This pathway has no such procedure", "1.3")
    elif isinstance(record, RegistryCorrection) and state(question.moment, record.procedure_id) != "rejected":
        yield Refusal("R-REG-3", "procedure_id", "The registry has not rejected this entry", "1.3")
    elif isinstance(record, RegistryManualConfirmation):
        yield from _second_person(question, record.procedure_id)
    elif isinstance(record, RegistryManualWithdrawal):
        yield from _withdrawable(question.moment, record.procedure_id)


def _second_person(question: Question[Any], procedure: str) -> Iterator[Refusal]:
    entered = standing(question.moment, procedure)
    if entered is None:
        yield Refusal("R-REG-3", "procedure_id", "There is no manual entry to confirm", "1.3")
    elif entered.by.person == question.by.person:
        yield Refusal("R-REG-3", "", "A second person has to confirm a manual entry", "1.3")


def _withdrawable(moment: Moment, procedure: str) -> Iterator[Refusal]:
    if standing(moment, procedure) is None:
        yield Refusal("R-REG-3", "procedure_id", "There is no manual entry to withdraw", "1.3")
    elif kept_by_hand(moment, procedure):
        words = "A second person has seen this entry in the registry: keep it up to date there by hand"
        yield Refusal("R-REG-3", "procedure_id", words, "1.3")
    elif _answered(moment, RegistryAccepted, procedure):
        words = "The registry has given a receipt for this version: there is nothing to send again"
        yield Refusal("R-REG-3", "procedure_id", words, "1.3")


def tasks(moment: Moment) -> Iterator[Task]:
    """A rejected entry is work for the clerk; what was typed in by hand is work for a second person, then updates."""
    for procedure, entry in procedures(moment):
        now, due = state(moment, procedure), _submit_by(moment, started_at(entry))
        if now == "rejected":
            rejected = moment.pathway.every(RegistryRejected)[-1].at
            yield Task("registry_correction", Role.REGISTRY_CLERK, rejected, due, key=procedure)
        yield from _by_hand(moment, procedure, entry)
        done = TaskState.DONE if now in {"accepted", "manual_entry_confirmed"} else TaskState.OPEN
        yield Task("registry_entry", Role.REGISTRY_CLERK, entry.at, due, key=procedure, state=done)


def _by_hand(moment: Moment, procedure: str, begun_by: Entry) -> Iterator[Task]:
    """A second look at what was typed in; once somebody had it, the changes that it does not hold."""
    typed, change = standing(moment, procedure), not_held(moment, procedure)
    if typed and awaits_second_person(moment, procedure) and not _answered(moment, RegistryAccepted, procedure):
        there_already = state(moment, procedure) in {"accepted", "manual_entry_confirmed"}
        due = _submit_by(moment, typed.at if there_already else started_at(begun_by))
        yield Task("registry_manual_confirmation", Role.REGISTRY_CLERK, typed.at, due, key=procedure)
    if change is not None:
        due = _submit_by(moment, change.at)
        yield Task("registry_update_by_hand", Role.REGISTRY_CLERK, change.at, due, key=procedure)


def _submit_by(moment: Moment, since: datetime) -> datetime:
    """The end of the last working day on which it can be submitted in time, counted from then."""
    day = roll_back(civil(since) + timedelta(days=moment.policy.registry_submit_days), moment.pathway.nation)
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

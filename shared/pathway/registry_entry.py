"""The venous registry entry, owed for every started procedure (IPG651 1.3, 1.4). The registry here is simulated.

No public data dictionary of the BSIR Venous Registry was found: the dataset is our own minimum, versioned.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime

from shared.pathway.civil_time import at_time, civil, roll_back
from shared.pathway.consent import Consent, ConsentLine, LineStatus
from shared.pathway.discharge import Discharge
from shared.pathway.duties import Obligation, Outside, Task, TaskState, Timer
from shared.pathway.people import Role
from shared.pathway.procedure import ProcedureEnd, ProcedureStart, procedure_id, started
from shared.pathway.question import Moment, Question
from shared.pathway.record import Entry, Record, asked
from shared.pathway.referral import Referral, imaging_of
from shared.pathway.refusal import Refusal
from shared.pathway.text import Code, Words

DATASET = "patency-minimum-1"


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


def dataset_version(moment: Moment, procedure: str) -> int:
    """1 at first; one more for each correction, and for the update at discharge after a first acceptance (R-REG-2)."""
    update = _discharged_after(moment, procedure) and bool(_about(moment, RegistryAccepted, procedure))
    return 1 + len(_about(moment, RegistryCorrection, procedure)) + (1 if update else 0)


def _discharged_after(moment: Moment, procedure: str) -> bool:
    """Whether the patient went home after this procedure and before the next one."""
    begun = dict(procedures(moment))
    later = min(
        (entry.seq for entry in begun.values() if entry.seq > begun[procedure].seq), default=moment.pathway.version + 1
    )
    return any(begun[procedure].seq < left.seq < later for left in moment.pathway.every(Discharge))


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
    return "draft" if moment.pathway.every(ProcedureEnd) else "owed"


def _confirmed(moment: Moment, procedure: str) -> bool:
    entered, seen = (
        _about(moment, RegistryManualEntry, procedure),
        _about(moment, RegistryManualConfirmation, procedure),
    )
    return bool(entered) and bool(seen) and seen[-1].seq > entered[-1].seq


def settled(moment: Moment) -> bool:
    """Whether every started procedure has its accepted entry. True without a procedure: nothing is owed."""
    done = {"accepted", "manual_entry_confirmed"}
    return all(state(moment, procedure) in done for procedure, _entry in procedures(moment))


def owed(moment: Moment) -> Iterator[Obligation]:
    """The dataset version to submit now: once the procedure has ended, unless the registry has answered."""
    ended = len(moment.pathway.every(ProcedureEnd))
    for procedure, entry in procedures(moment)[:ended]:
        answered = _answered(moment, RegistryAccepted, procedure) or _answered(moment, RegistryRejected, procedure)
        if not answered and not _confirmed(moment, procedure):
            key = f"{procedure}.v{dataset_version(moment, procedure)}"
            yield Obligation(Outside.REGISTRY_ENTRY, key, entry.at)


def dataset(moment: Moment, procedure: str) -> dict[str, Any]:
    """Our minimum dataset for one procedure (clinical.md 2.9): pseudonymous, no name, number or birth date."""
    number = [name for name, _entry in procedures(moment)].index(procedure)
    start, opened = started(moment.pathway)[number], moment.pathway.latest(Referral)
    end = moment.pathway.every(ProcedureEnd)[number].record
    assert isinstance(start.record, ProcedureStart) and isinstance(end, ProcedureEnd)  # noqa: S101, PT018 -- filed by kind
    assert opened is not None and isinstance(opened.record, Referral)  # noqa: S101, PT018 -- a start needs a referral
    limb, study = (
        next(each for each in opened.record.limbs if each.side == start.record.side),
        imaging_of(moment.pathway, start.record.side),
    )
    return {
        "dataset": DATASET,
        "age_years": opened.facts.age_years,
        "sex": opened.facts.sex,
        "identifiable": _identifiable(moment),
        "presentation_on": civil(opened.record.presentation_at).isoformat(),
        "procedure_on": civil(start.at).isoformat(),
        "limbs": [start.record.side.value],
        "segments": {vein.value: found.value for vein, found in (study[2] if study else {}).items()},
        "pain": limb.symptoms.pain,
        "pulmonary_embolism": opened.record.pulmonary_embolism.state.value,
        "risk_factors": sorted(opened.record.risk_factors),
        "devices": [each.model_dump(mode="json") for each in end.devices_used],
        "lysis": end.lysis.model_dump(mode="json") if end.lysis else None,
        "stent": end.stent is not None,
        "outcome": end.outcome,
        "clot_removal": {vein.value: grade.value for vein, grade in end.clot_removal.items()},
        "events": sorted(end.events),
    }


def _identifiable(moment: Moment) -> bool:
    """Whether the patient agreed to identifiable data (R-REG-5); refusal changes the payload, never the duty."""
    taken = moment.pathway.record(Consent)
    return taken is not None and taken.lines.get(ConsentLine.REGISTRY_IDENTIFIABLE_DATA) == LineStatus.GIVEN


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
    day = roll_back(civil(entry.at) + timedelta(days=moment.policy.registry_submit_days), moment.pathway.nation)
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
            day = roll_back(civil(entry.at) + timedelta(days=days), moment.pathway.nation)
            due = at_time(day, policy.working_day_ends)
            met = state(moment, procedure) in done
            yield Timer("T-REG", rung, "started_at", entry.at, due, day, tells, met=met)

"""What the JSON API answers: the shape of a pathway, a patient and a worklist (architecture 5), and nothing more.

Names are those of clinical.md, in snake_case. No shape here but `Patient` says who the patient is.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.steps import Step
from shared.pathway.anatomy import Side
from shared.pathway.choices import ClosingReason, Status, Urgency
from shared.pathway.duties import TaskState
from shared.pathway.eligibility import ArrangementClass, ClotAge
from shared.pathway.people import Role
from shared.web.tracks import Track


class Shape(BaseModel):
    """Answers are frozen, and exact about their fields: nothing slips out that was not listed."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True, validate_by_name=True)


class Window(Shape):
    """The 14 days from presentation (IPG651 3.9). `day` stands still once a procedure has started."""

    day: int
    ends_on: date
    state: Literal["inside", "amber", "red", "past_window"]


class Limb(Shape):
    """The class of one leg with its reasons (IPG651 1.1). Advice: a clinician commits it (YR1)."""

    side: Side
    cls: ArrangementClass = Field(alias="class")
    row: int
    reasons: tuple[str, ...]
    paragraphs: tuple[str, ...]
    flags: tuple[str, ...]
    human: bool
    ng158_site: str
    let_class: tuple[str, ...]
    clot_age: ClotAge
    most_proximal: str | None


class ShownGate(Shape):
    id: str
    state: Literal["open", "shut", "after", "at_sign_in", "broken", "recorded"]
    reason: str
    paragraph: str


class ShownTimer(Shape):
    """One rung of one timer: counted from what, due when, and what became of it."""

    id: str
    rung: str
    anchor_field: str
    anchor_value: str
    due_at: AwareDatetime
    due_on: date
    state: Literal["pending", "fired", "met"]
    fired_at: AwareDatetime | None


class ShownTask(Shape):
    """Who owes what, until when. `due_on` is the civil date in London."""

    kind: str
    key: str
    role: Role
    state: TaskState
    opened_at: AwareDatetime
    due_at: AwareDatetime | None
    due_on: date | None
    escalated_to: tuple[Role, ...]
    why: str


class ShownDispatch(Shape):
    key: str
    to: Role
    reason: str
    sent_at: AwareDatetime | None
    delivered_at: AwareDatetime | None
    failed_at: AwareDatetime | None


class ShownNotice(Shape):
    """What governance was told (IPG651 1.2), each time it was tried."""

    number: int
    about: str
    owed_at: AwareDatetime
    dispatches: tuple[ShownDispatch, ...]
    delivered_at: AwareDatetime | None
    acknowledged_at: AwareDatetime | None
    acknowledged_by: str | None


class Treatment(Shape):
    """Anticoagulation goes on at least until `min_until` (IPG651 2.6), and then until somebody decides."""

    min_until: date
    decision: str | None
    next_review_due: date | None


class ShownEntry(Shape):
    seq: int
    at: AwareDatetime
    kind: str
    by_person: str
    by_role: Role
    record: dict[str, Any]


class PathwayAnswer(Shape):
    """One pathway at one moment. `now` is the pathway's own time."""

    pathway_id: str
    trust: str
    version: int
    now: AwareDatetime
    status: Status
    closing_reason: ClosingReason | None
    step: Step
    urgency: Urgency
    window: Window | None
    limbs: tuple[Limb, ...]
    gates: tuple[ShownGate, ...]
    timers: tuple[ShownTimer, ...]
    tasks: tuple[ShownTask, ...]
    notices: tuple[ShownNotice, ...]
    tracks: tuple[Annotated[Track, Field(discriminator="kind")], ...]
    anticoagulation: Treatment | None
    entries: tuple[ShownEntry, ...]


class KeptAnswer(Shape):
    """The record was kept: `version` is the pathway's new version, `at` the time the entry carries."""

    pathway_id: str
    version: int
    at: datetime


class AnnouncedAnswer(Shape):
    """The register says so from now on. Every pathway it concerns is told after this answer, one after the other."""

    announcement_id: str


class WorklistItem(Shape):
    """An open task of a role, with as much of its pathway as a list needs. `now` is that pathway's own time."""

    pathway_id: str
    kind: str
    key: str
    role: Role
    opened_at: AwareDatetime
    due_at: AwareDatetime | None
    due_on: date | None
    escalated_to: tuple[Role, ...]
    why: str
    sides: tuple[Side, ...]
    urgency: Urgency
    presentation_at: AwareDatetime
    status: Status
    now: AwareDatetime


class Worklist(Shape):
    """One page of a worklist. `after` asks for the next one; null when there is none."""

    items: tuple[WorklistItem, ...]
    after: str | None


class Desk(Shape):
    """A desk: where it is, and the records it takes."""

    name: str
    url: str
    records: tuple[str, ...]


class Desks(Shape):
    """The desks of this house."""

    desks: tuple[Desk, ...]


class Health(Shape):
    status: Literal["ok"]


class Patient(Shape):
    """Who the patient is. Only clinicians are told, and each time is audited."""

    nhs_number: str | None
    chi: str | None
    hc_number: str | None
    temporary_id: str | None
    number_status: str
    name: str
    date_of_birth: date | None
    sex: str

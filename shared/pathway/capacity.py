"""Capacity to decide about this procedure (clinical.md 2.5, H-13; IPG651 1.2): presumed, and if doubted, assessed.

A patient who lacks it is treated, if at all, in their best interests; research needs more than this release knows.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from shared.pathway.choices import Answer
from shared.pathway.record import Part, asked
from shared.pathway.refusal import Refusal
from shared.pathway.text import AnyStaffId, StaffId, Words


class CapacityAssessment(Part):
    """Four questions about this one decision. Whoever can do all four decides for themselves."""

    impairment: Words = asked("What impairs, or may impair, mind or brain?")
    understands: Answer = asked("Can the patient understand what the decision is about?")
    retains: Answer = asked("Can the patient keep it in mind for long enough?")
    weighs: Answer = asked("Can the patient weigh it?")
    communicates: Answer = asked("Can the patient tell the decision, by any means?")
    assessor: AnyStaffId = asked("Who assessed it?")
    assessed_at: AwareDatetime = asked("When?")

    @property
    def answers(self) -> dict[str, Answer]:
        return {name: getattr(self, name) for name in ("understands", "retains", "weighs", "communicates")}

    @property
    def lacking(self) -> bool:
        return Answer.NO in self.answers.values()


class BestInterests(Part):
    """A decision made for somebody who cannot make it (IPG651 1.2; the detail of the law is the clinical owner's)."""

    consulted: Words = asked(
        "Who was consulted, and what did they say?", hint="Their relation to the patient, no names"
    )
    attorney_or_deputy: Literal["none", "attorney", "deputy", "not_checked"] = asked(
        "Is there an attorney for health, or a deputy?"
    )
    document_seen: Answer = asked("Have you seen the document?", default=Answer.NOT_ASSESSED)
    advance_decision: Literal["none_found", "does_not_refuse", "refuses", "not_checked"] = asked(
        "Is there an advance decision about this?"
    )
    unbefriended: bool = asked("Has the patient nobody but paid carers to be consulted?")
    imca_instructed: Answer = asked("Was an independent mental capacity advocate instructed?")
    decision_maker: StaffId = asked("Who decides?")
    less_restrictive_options: Words = asked("Which less restrictive options were considered?")
    review_if_regains: Words = asked("What happens if the patient regains capacity?")
    decided_at: AwareDatetime = asked("When was it decided?")


def doubts(
    doubted: Answer, assessed: CapacityAssessment | None, decided: BestInterests | None, now: datetime
) -> Iterator[Refusal]:
    """What is missing when capacity is in question.

    Refuses: a doubt without its assessment, an assessment with an open question, a decision for somebody who can
    decide, a lack of capacity without a decision in the patient's best interests. Guidance: 1.2.
    """
    if doubted == Answer.NO:
        if assessed is not None and assessed.lacking:
            yield Refusal("R-CON-1", "capacity_doubted", "The assessment says otherwise: capacity is in doubt", "1.2")
        return
    if doubted != Answer.YES or assessed is None:
        yield Refusal("R-CON-1", "capacity_doubted", "Assess capacity for this decision first", "1.2")
        return
    yield from _assessed(assessed, now)
    if assessed.lacking and decided is None:
        words = "The patient cannot decide this now: write down the decision in their best interests"
        yield Refusal("R-CON-1", "best_interests", words, "1.2")
    elif not assessed.lacking and decided is not None:
        yield Refusal("R-CON-1", "best_interests", "The patient can decide: nobody decides for them", "1.2")


def _assessed(assessed: CapacityAssessment, now: datetime) -> Iterator[Refusal]:
    if assessed.assessed_at > now:
        yield Refusal("R-CON-1", "capacity.assessed_at", "This lies in the future", "1.2")
    for name, answer in assessed.answers.items():
        if answer not in {Answer.YES, Answer.NO} and not assessed.lacking:
            yield Refusal("R-CON-1", f"capacity.{name}", "Assess this before anybody decides", "1.2")


def best_interests_refusals(decided: BestInterests, now: datetime, *, emergency: bool) -> Iterator[Refusal]:
    """Why a decision in somebody's best interests cannot stand.

    Refuses: an advance decision that says no or was not looked for, an attorney or deputy whose document nobody
    saw, no advocate for somebody who has nobody (unless limb or life cannot wait). Guidance: 1.2, 3.5.
    """
    at = "best_interests"
    if decided.decided_at > now:
        yield Refusal("R-CON-1", f"{at}.decided_at", "This lies in the future", "1.2")
    if decided.advance_decision == "refuses":
        words = "The patient refused this in advance, and that stands"
        yield Refusal("R-CON-1", f"{at}.advance_decision", words, "1.2")
    elif decided.advance_decision == "not_checked" and not emergency:
        yield Refusal("R-CON-1", f"{at}.advance_decision", "Look for an advance decision first", "1.2")
    if decided.attorney_or_deputy == "not_checked" and not emergency:
        yield Refusal("R-CON-1", f"{at}.attorney_or_deputy", "Find out whether somebody may decide", "1.2")
    elif decided.attorney_or_deputy in {"attorney", "deputy"} and decided.document_seen != Answer.YES:
        yield Refusal("R-CON-1", f"{at}.document_seen", "See the document that gives this power", "1.2")
    if decided.unbefriended and decided.imca_instructed != Answer.YES and not emergency:
        words = "Instruct an independent mental capacity advocate: the patient has nobody"
        yield Refusal("R-CON-1", f"{at}.imca_instructed", words, "1.2")

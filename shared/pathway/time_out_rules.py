"""Stopping in the room (R-PRO-6; IPG651 2.5): two different people, and only while somebody is treated."""

from collections.abc import Iterator

from shared.pathway.procedure import current
from shared.pathway.question import Question
from shared.pathway.refusal import Refusal
from shared.pathway.time_out import TimeOutVoid


def refusals(question: Question[TimeOutVoid]) -> Iterator[Refusal]:
    """Why this time-out cannot be voided.

    Refuses: nobody in the room, one person alone, "before the needle" of a procedure that went on after an
    earlier stop. Guidance: 2.5.
    """
    record, procedure = question.record, current(question.pathway)
    if procedure is None or procedure.stopped:
        yield Refusal("R-PRO-6", "", "There is no time-out to void: nobody is being treated under one", "2.5")
    elif record.before_access and len(procedure.time_outs) > 1:
        words = "This procedure went on after an earlier stop: the needle came before this"
        yield Refusal("R-PRO-6", "before_access", words, "1.3")
    if record.second_person == question.by.person:
        yield Refusal("R-PRO-6", "second_person", "Two different people stop: name the other one", "2.5")
    elif record.second_person not in question.facts.staff:
        yield Refusal("R-PRO-6", "second_person", "The staff directory of this trust does not know this id", "2.5")

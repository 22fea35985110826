"""Why the end of a procedure cannot stand (IPG651 2.4-2.7, 3.2, 3.3; R-PRO-2, R-PRO-3, R-CON-4, R-AE-7)."""

from collections.abc import Iterator

from shared.pathway.bleeding_risk_rules import lysis_contraindicated
from shared.pathway.breaking import borne_out, used
from shared.pathway.choices import Answer, LysisMode, Mechanism
from shared.pathway.consent import TREATMENTS, Consent, ConsentLine
from shared.pathway.consent_rules import covers
from shared.pathway.filter_rules import insertion_refusals
from shared.pathway.filter_track import in_situ
from shared.pathway.pre_run import changed_class
from shared.pathway.procedure import Procedure, ProcedureEnd, current, started_at
from shared.pathway.procedure_parts import Lysis, Stent
from shared.pathway.question import Question
from shared.pathway.refusal import Refusal


def refusals(question: Question[ProcedureEnd]) -> Iterator[Refusal]:
    """Why this end cannot stand.

    Refuses: an end without a start, an end before it or in the future, an abandonment without a reason,
    silence about adverse events, an unanswered sign-out, an incomplete account of what was used, a filter left
    inside without its plan, a contraindicated thrombolytic drug. Guidance: 2.4, 2.5, 2.7, 3.3.
    """
    procedure = current(question.pathway)
    if procedure is None:
        yield Refusal("R-PRO-1", "", "No procedure is under way", "2.5")
        return
    yield from _how_it_ended(question, procedure)
    yield from _sign_out(question)
    yield from _devices(question.record)
    yield from _lysis(question, procedure)
    yield from _stent(question.record.stent)
    yield from _account(question.record)
    yield from _filter(question)
    yield from _agreed_to(question)
    yield from _stop_and_call(question, procedure)


def _how_it_ended(question: Question[ProcedureEnd], procedure: Procedure) -> Iterator[Refusal]:
    end = question.record
    if not started_at(procedure.start) <= end.ended_at <= question.now:
        yield Refusal("R-PRO-1", "ended_at", "The end lies between the start and now", "2.5")
    if end.outcome == "abandoned" and end.abandoned_reason is None:
        yield Refusal("R-CON-5", "abandoned_reason", "Write down why it was abandoned", "1.3")
    if end.no_event == bool(end.events):
        yield Refusal("R-AE-7", "events", "Either name what went wrong, or assert that nothing did", "3.3")
    if procedure.stopped and end.outcome == "completed":
        words = "The time-out was voided: make a new one, or write down that this was abandoned"
        yield Refusal("R-PRO-6", "outcome", words, "2.5")


def _sign_out(question: Question[ProcedureEnd]) -> Iterator[Refusal]:
    said = question.record.sign_out
    for name in ("devices_accounted_for", "filter_present", "anticoagulation_ordered", "observations_planned"):
        if getattr(said, name) in {Answer.UNKNOWN, Answer.NOT_ASSESSED}:
            yield Refusal("R-PRO-1", f"sign_out.{name}", "Answer this before the patient leaves the room", "3.3")
    if said.specimen == "not_labelled":
        words = "Label the specimen before the patient leaves the room"
        yield Refusal("R-PRO-1", "sign_out.specimen", words, "3.3")


def _devices(end: ProcedureEnd) -> Iterator[Refusal]:
    """A rheolytic run says how long it was and with how much saline: haemolysis follows from both (R-PRO-5)."""
    for place, each in enumerate(end.devices_used):
        if each.mechanism != Mechanism.RHEOLYTIC or each.outcome == "opened_unused":
            continue
        if each.run_time_s is None:
            yield Refusal("R-PRO-5", f"devices_used.{place}.run_time_s", "Say how long this device ran", "3.3")
        if each.saline is None:
            yield Refusal("R-PRO-5", f"devices_used.{place}.saline", "Say how much saline this device used", "3.3")


def _lysis(question: Question[ProcedureEnd], procedure: Procedure) -> Iterator[Refusal]:
    """A drug that is contraindicated, or may be, cannot be recorded here as given (R-PRO-3)."""
    given = question.record.lysis
    if given is None:
        return
    if why := lysis_contraindicated(question.moment):
        words = f"No thrombolytic drug can be recorded: {'; '.join(why)}. Write an adverse event if one was given"
        yield Refusal("R-PRO-3", "lysis", words, "2.4")
    if given.mode == LysisMode.NONE:
        yield Refusal("R-PRO-3", "lysis.mode", "Say when the thrombolytic drug was given", "2.4")
    yield from _when_given(given, procedure)


def _when_given(given: Lysis, procedure: Procedure) -> Iterator[Refusal]:
    for name, words in (("route", "Say how it was given"), ("started_at", "Say when it was started")):
        if getattr(given, name) is None:
            yield Refusal("R-PRO-3", f"lysis.{name}", words, "2.4")
    begun = given.started_at
    if begun is None:
        return
    if given.mode == LysisMode.DURING and begun < started_at(procedure.start):
        words = "A drug given during the procedure starts after it"
        yield Refusal("R-PRO-3", "lysis.started_at", words, "2.4")
    if given.stopped_at is not None and given.stopped_at < begun:
        yield Refusal("R-PRO-3", "lysis.stopped_at", "It stopped after it was started", "2.4")


def _stent(placed: Stent | None) -> Iterator[Refusal]:
    if placed is None:
        return
    for name in ("diameter", "length"):
        if getattr(placed, name) is None:
            yield Refusal("R-PRO-1", f"stent.{name}", f"Write down the {name} of the stent", "2.7")


ACCOUNT = {
    "irmer_justification": "Say who justified the radiation, and why",
    "aspirated_blood": "Say how much blood was aspirated",
    "completion_flow": "Say how the vein flows at the end",
    "residual_stenosis_percent": "Say how narrow the vein still is",
}
"""What every completed procedure tells (clinical.md 2.6)."""


def _account(end: ProcedureEnd) -> Iterator[Refusal]:
    """An abandoned procedure tells what there is; radiation was justified in any case."""
    wanted = ACCOUNT if end.outcome == "completed" else ("irmer_justification",)
    for name in wanted:
        if getattr(end, name) is None:
            yield Refusal("R-PRO-1", name, ACCOUNT[name], "3.3")


def _filter(question: Question[ProcedureEnd]) -> Iterator[Refusal]:
    """What is said aloud and what is written down are the same: a filter nobody wrote down is lost (hazard H-02)."""
    end = question.record
    yield from insertion_refusals(question)
    said = end.sign_out.filter_present
    if end.filter is not None and said == Answer.NO:
        words = "A filter is written down, and sign-out says there is none"
        yield Refusal("R-FIL-1", "sign_out.filter_present", words, "2.5")
    if end.filter is None and said == Answer.YES and not in_situ(question.moment):
        yield Refusal("R-FIL-1", "filter", "Write down the filter that was left inside", "2.5")


def _agreed_to(question: Question[ProcedureEnd]) -> Iterator[Refusal]:
    """More than the patient agreed to is done only to save limb or life at once, and written down (R-CON-4)."""
    end, taken = question.record, question.pathway.record(Consent)
    done = {
        ConsentLine.THROMBOLYSIS: ("lysis", end.lysis is not None),
        ConsentLine.IVC_FILTER: ("filter", end.filter is not None),
        ConsentLine.ANGIOPLASTY_STENT: ("stent", end.stent is not None or end.angioplasty is not None),
    }
    for line, (field, was_done) in done.items():
        beyond = taken is None or not covers(taken, line)
        if was_done and beyond and end.rescue_reason is None:
            words = f"The patient did not agree to: {TREATMENTS[line]}. Say why it was done"
            yield Refusal("R-CON-4", field, words, "1.2")


def _stop_and_call(question: Question[ProcedureEnd], procedure: Procedure) -> Iterator[Refusal]:
    """A pre-run picture that takes the leg out of special arrangements means: stop, and call (R-PRO-2)."""
    end, side = question.record, procedure.side
    if borne_out(question.pathway) or used(question.moment, procedure):  # an emergency when it began
        return
    found = changed_class(question.moment, side, end.pre_run_extent)
    if found is None:
        return
    if end.stop_and_call is None:
        words = f"Before the first run this leg was {found.replace('_', ' ')}: write down whom you called"
        yield Refusal("R-PRO-2", "stop_and_call", words, "1.1")
    elif not started_at(procedure.start) <= end.stop_and_call.called_at <= end.ended_at:
        words = "The call lies between the start and the end of the procedure"
        yield Refusal("R-PRO-2", "stop_and_call.called_at", words, "1.1")

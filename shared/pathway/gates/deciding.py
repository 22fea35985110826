"""Deciding all gates at once, and what an emergency changes (clinical.md 5.1, R-PRO-1; IPG651 1.1, 1.2, 3.5, 3.8)."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import chain

from shared.pathway.break_glass import Breakable
from shared.pathway.choices import Urgency
from shared.pathway.duties import Gate
from shared.pathway.gates.agreement import consented, said_no
from shared.pathway.gates.look import Look, Reasons, look
from shared.pathway.gates.patient import bloods, classified, identity, not_pregnant
from shared.pathway.gates.plan import filter_indicated, lysis_safe, offered
from shared.pathway.gates.room import checklist, devices_sound, sides_match
from shared.pathway.gates.trust import authorised, governance_told, in_research
from shared.pathway.procedure import ProcedureEnd, ProcedureStart, current
from shared.pathway.question import Moment, Question
from shared.pathway.referral import urgency
from shared.pathway.refusal import Refusal

PARAGRAPHS = {
    "G1": "D",
    "G2": "1.1",
    "G3": "1.1",
    "G4": "3.8",
    "G5": "1.2",
    "G6": "YR3",
    "G7": "1.2",
    "G8": "2.4",
    "G9": "2.5",
    "G10": "D",
    "G11": "2.1",
    "G12": "2.3",
    "G13": "3.6",
    "G14": "3.5",
}
"""What each gate rests on."""

RECORDED = frozenset({"G11", "G12"})
"""Gates of which an emergency asks no more than that it is written down how they stood."""

WAITS_FOR = {
    "G1": "sign_in.identifiers_checked",
    "G7": "sign_in.consent_seen",
    "G10": "side",
    "G13": "devices",
}
"""Gates that the day itself decides: before it they are neither open nor shut, unless something else shuts them."""


def gates(moment: Moment, start: ProcedureStart | None) -> tuple[Gate, ...]:
    """Every gate with its state.

    Without a start form, what only a form can show waits for it and says so; the legs looked at are then those in
    danger, else those with an offer.
    """
    seen = look(moment, start)
    return tuple(_gate(seen, name, tuple(check(seen))) for name, check in CHECKS.items())


def _gate(seen: Look, name: str, reasons: tuple[tuple[str, str], ...]) -> Gate:
    if name == "G1" and not reasons and seen.moment.facts.identity != "verified":
        words = "Treated under an identity that is still to be made sure of"
        return Gate(name, "after", words, PARAGRAPHS[name])
    words = "; ".join(each for _field, each in reasons)
    return Gate(name, _state(seen, name, reasons), words, PARAGRAPHS[name])


def _state(seen: Look, name: str, reasons: tuple[tuple[str, str], ...]) -> str:
    if not reasons:
        return "open"
    if passed := _passed(seen, name):
        return passed
    waits = seen.start is None and name in WAITS_FOR and all(field == WAITS_FOR[name] for field, _words in reasons)
    return "at_sign_in" if waits else "shut"


def _passed(seen: Look, name: str) -> str | None:
    """How an emergency passes a gate that is not open: afterwards, recorded, or broken. None: it does not.

    A patient's no, another leg, an unsound device and a contraindicated drug are never passed.
    """
    if not seen.emergency:
        return None
    if name == "G5":
        return "after"
    if name not in BREAKABLE or name not in seen.broken:
        return None
    if name == "G7" and said_no(seen.moment):
        return None
    return "recorded" if name in RECORDED else "broken"


def refusals(question: Question[ProcedureStart]) -> Iterator[Refusal]:
    """Every gate that is neither open nor passed, and what no gate covers.

    Refuses: a gate that is shut, a second start while one is under way, an unfinished sign-in. Guidance: 1.1, 1.2,
    3.8, 2.5, 3.5.
    """
    start = question.record
    seen = look(question.moment, start)
    for field, words in CHECKS["G10"](seen):  # before anything else is read
        yield Refusal("G10", field, words, PARAGRAPHS["G10"])
    yield from _one_at_a_time(question)
    yield from _written_up(question)
    for field, words in checklist(start, emergency=seen.emergency):
        yield Refusal("R-PRO-1", field, words, "2.5")
    for name, check in CHECKS.items():
        if name != "G10" and _passed(seen, name) is None:
            for field, words in check(seen):
                yield Refusal(name, field, words, PARAGRAPHS[name])


def _one_at_a_time(question: Question[ProcedureStart]) -> Iterator[Refusal]:
    """One procedure at a time. One that stopped goes on with a new time-out of the same leg (R-PRO-6)."""
    procedure = current(question.pathway)
    if procedure is not None and not (procedure.stopped and procedure.side == question.record.side):
        yield Refusal("R-PRO-1", "", "A procedure is under way: write down its end first", "2.5")


def _written_up(question: Question[ProcedureStart]) -> Iterator[Refusal]:
    """A start written up afterwards lies behind the last one, before now, and not further back than policy allows."""
    begun, policy = question.record.started_at, question.policy
    if begun is None:
        return
    if begun > question.now:
        yield Refusal("R-PRO-1", "started_at", "This lies in the future", "1.3")
    elif begun < question.now - timedelta(hours=policy.write_up_hours):
        words = f"A start is written up within {policy.write_up_hours} hours"
        yield Refusal("R-PRO-1", "started_at", words, "1.3")
    ends = (e.record.ended_at for e in question.pathway.every(ProcedureEnd) if isinstance(e.record, ProcedureEnd))
    if any(begun < each for each in ends):
        yield Refusal("R-PRO-1", "started_at", "This lies before the end of an earlier procedure", "1.3")


def _clinically_true(seen: Look) -> Reasons:
    """G14: what a referral merely calls an emergency opens nothing; a consultant has to attest it."""
    called = urgency(seen.moment.pathway) == Urgency.EMERGENCY
    if not called or seen.emergency:
        return
    never = {"G7"} if said_no(seen.moment) else set()
    others = (check for name, check in CHECKS.items() if name in BREAKABLE - never)
    if any(True for _ in chain.from_iterable(check(seen) for check in others)):
        yield "", "No recorded sign shows limb or life in danger: a consultant attests it by breaking a gate"


CHECKS: dict[str, Callable[[Look], Reasons]] = {
    "G1": identity,
    "G2": classified,
    "G3": in_research,
    "G4": offered,
    "G5": governance_told,
    "G6": authorised,
    "G7": consented,
    "G8": lysis_safe,
    "G9": filter_indicated,
    "G10": sides_match,
    "G11": not_pregnant,
    "G12": bloods,
    "G13": devices_sound,
    "G14": _clinically_true,
}

BREAKABLE = frozenset(gate.value for gate in Breakable)
"""Gates that a true emergency can pass."""

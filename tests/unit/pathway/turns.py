"""Turns a journey may take at any time: harm, a filter, a broken gate, a death, another trust."""

from collections.abc import Callable
from datetime import timedelta

from shared.pathway.adverse_event import AdverseEvent, Contribution
from shared.pathway.adverse_event_track import unresolved
from shared.pathway.break_glass import BreakGlass
from shared.pathway.choices import Answer
from shared.pathway.civil_time import civil
from shared.pathway.endings import TransferPart
from shared.pathway.filter_track import Filter, filters, in_situ
from shared.pathway.life_events import unanswered
from shared.pathway.people import Role, Signature
from shared.pathway.procedure import current
from shared.pathway.record import Record
from tests.forms import adverse_events as harm
from tests.forms import endings
from tests.forms import filters as filter_forms
from tests.forms.consent import confirmation
from tests.forms.procedure import end, sign_out
from tests.forms.the_day import breaking, second_look
from tests.patients import Case
from tests.unit.pathway.moves import Move, Mover, always, usual

DIRECTOR = Signature("director-1", Role.MEDICAL_DIRECTOR)
MINUTE = timedelta(minutes=1)


def asked_again(case: Case) -> Move:
    return usual(confirmation(confirmed_at=case.now))


def harmed(case: Case) -> Move:
    return usual(harm.adverse_event(onset_at=case.now - MINUTE, detected_at=case.now))


def gravely_harmed(case: Case) -> Move:
    found = harm.by_device(contributions=harm.contributions(device=Contribution.YES), harm_level="severe")
    return usual(harm.adverse_event(onset_at=case.now - MINUTE, detected_at=case.now, **found))


def _about_event(record: Callable[[Case, int], Record]) -> Mover:
    def move(case: Case) -> Move | None:
        entry = case.pathway.latest(AdverseEvent)
        return usual(record(case, entry.seq)) if entry else None

    return move


def over(case: Case) -> Move | None:
    """How the first event that is still open ended."""
    still_open = unresolved(case.moment)
    return usual(harm.outcome(still_open[0].seq, on=civil(case.now))) if still_open else None


def checked(case: Case) -> Move:
    return usual(harm.thirty_day_check(checked_on=civil(case.now)))


HARM: tuple[Mover, ...] = (
    harmed,
    gravely_harmed,
    over,
    checked,
    _about_event(lambda _case, event: harm.seen(event)),
    _about_event(lambda _case, event: harm.yellow_card(event)),
    _about_event(lambda case, event: harm.retained(event, quarantined_at=case.now)),
    _about_event(lambda case, event: harm.candour(event, at=case.now)),
)


def end_with_filter(case: Case) -> Move | None:
    """The procedure ends, and a filter stays inside."""
    if current(case.pathway) is None:
        return None
    number = 1 + len(filters(case.moment))
    plan = filter_forms.plan(target_on=civil(case.now) + timedelta(days=28))
    inside = filter_forms.inserted(inserted_at=case.now - MINUTE, serial=f"SN-{number}", plan=plan)
    said = sign_out(filter_present=Answer.YES)
    return usual(end(ended_at=case.now, filter=inside, sign_out=said))


def _about_filter(record: Callable[[Case, Filter], Record]) -> Mover:
    def move(case: Case) -> Move | None:
        inside = in_situ(case.moment)
        return usual(record(case, inside[0])) if inside else None

    return move


def _taken_out(case: Case, inside: Filter) -> Record:
    look = filter_forms.venogram(performed_at=case.now - MINUTE)
    return filter_forms.retrieval(filter_id=inside.filter_id, attempted_at=case.now, venogram=look)


def _not_taken_out(case: Case, inside: Filter) -> Record:
    look = filter_forms.venogram(performed_at=case.now - MINUTE)
    return filter_forms.failed(filter_id=inside.filter_id, attempted_at=case.now, venogram=look)


def _to_stay(case: Case, inside: Filter) -> Record:
    return filter_forms.made_permanent(filter_id=inside.filter_id, mdt_met_on=civil(case.now))


def _planned_again(case: Case, inside: Filter) -> Record:
    later = civil(case.now) + timedelta(days=7)
    return filter_forms.replan(inside.filter_id, target_on=later)


def _looked_at(case: Case, inside: Filter) -> Record:
    return filter_forms.review(filter_id=inside.filter_id, reviewed_on=civil(case.now))


taken_out = _about_filter(_taken_out)
not_taken_out = _about_filter(_not_taken_out)
to_stay = _about_filter(_to_stay)
planned_again = _about_filter(_planned_again)
FILTERS: tuple[Mover, ...] = (
    end_with_filter,
    taken_out,
    not_taken_out,
    to_stay,
    planned_again,
    _about_filter(_looked_at),
)

break_all = always(breaking("G2", "G4", "G5", "G6", "G7", "G9", "G11", "G12"))


def looked_back(case: Case) -> Move | None:
    """The second person's look at the newest breaking."""
    entry = case.pathway.latest(BreakGlass)
    return Move(second_look(entry.seq, looked_at=case.now), DIRECTOR) if entry else None


BROKEN: tuple[Mover, ...] = (break_all, always(breaking("G12")), looked_back, asked_again)


def death(case: Case) -> Move:
    return usual(endings.death(died_on=civil(case.now), learned_at=case.now))


def no_death(case: Case) -> Move:
    return usual(endings.no_death(learned_at=case.now))


def offered_elsewhere(case: Case) -> Move:
    """The whole care of the patient, with the filter where there is one."""
    parts = endings.CARE | ({TransferPart.FILTER} if in_situ(case.moment) else frozenset())
    return usual(endings.transfer(parts=parts))


def _answered(answer: str) -> Mover:
    def move(case: Case) -> Move | None:
        parts = unanswered(case.moment)
        return usual(endings.answered(parts[0], answer=answer, answered_at=case.now)) if parts else None

    return move


accepted_there, declined_there = _answered("accepted"), _answered("declined")
mistaken = always(endings.mistake())
LIFE: tuple[Mover, ...] = (
    death,
    no_death,
    mistaken,
    offered_elsewhere,
    accepted_there,
    accepted_there,
    declined_there,
)
TURNS = (*HARM, *FILTERS, *BROKEN, *LIFE)

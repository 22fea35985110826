"""The filter letter (IPG651 2.5, R-FIL-1): a filter is inside, when it comes out, and who is called (hazard H-02)."""

from dataclasses import dataclass

from shared.documents.letters import treated
from shared.pathway.discharge import Discharge
from shared.pathway.filter_track import Filter, in_situ
from shared.pathway.question import Moment
from shared.web.pages.shown.instants import day_words


@dataclass(frozen=True, slots=True)
class FilterLetter:
    """`booked` is the appointment, `by` the day by which it shall be out; each "" where it is written in by hand."""

    side: str
    placed: str
    booked: str
    by: str
    team: str
    call: str


def content(moment: Moment) -> FilterLetter:
    """What is known of the filter that has to be taken out: from its own track, else from procedure and discharge."""
    done, left = treated(moment), moment.pathway.record(Discharge)
    inside = next((each for each in reversed(in_situ(moment)) if each.inserted.intended == "temporary"), None)
    booked = inside.plan.booked_for if inside and inside.plan else None
    told = left.filter_removal_on if left else None
    return FilterLetter(
        side=done.side if done else "",
        placed=day_words(inside.inserted_on) if inside else done.on if done else "",
        booked=day_words(booked) if booked else "",
        by=_by(moment, inside) or (day_words(told) if told else ""),
        team=inside.plan.owner_team if inside and inside.plan else "",
        call=left.contact_line if left else "",
    )


def _by(moment: Moment, inside: Filter | None) -> str:
    return day_words(inside.target_on(moment.policy)) if inside else ""

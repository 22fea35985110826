"""What everybody has to know before anything else, on top of every page of a pathway (hazards H-02, H-04, H-05)."""

from collections.abc import Iterable, Iterator

from shared.pathway.civil_time import day_number
from shared.pathway.question import Moment
from shared.web.pages.shown.filter_clock import COLOURS, level
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import spoken
from shared.web.tracks import Track
from shared.web.tracks_devices import FilterShown
from shared.web.tracks_endings import ConsentShown, Death, Transfer
from shared.web.tracks_room import BrokenGates

FLAGS = {
    ("consent", "withdrawn"): "withdrawn",
    ("transfer", "accepted"): "transferred",
    ("transfer", "offered"): "transfer_offered",
    ("broken_gates", "in_force"): "broken",
}
STOP = frozenset({"died", "withdrawn"})


def flags(tracks: Iterable[Track], moment: Moment) -> Iterator[Tag]:
    """A tag for each: died, consent withdrawn, filter inside, transferred or offered elsewhere, gates broken."""
    say = spoken()
    for each in tracks:
        name = _flag(each)
        if name:
            days = each.dwell_days if isinstance(each, FilterShown) else 0
            yield Tag(say(f"flag.{name}", days=days), _colour(each, name, moment))


def _colour(track: Track, name: str, moment: Moment) -> str:
    """A filter's flag has the colour of its clock."""
    if isinstance(track, FilterShown):
        return COLOURS[level(track.dwell_days, day_number(track.inserted_on, track.critical_on), moment.policy)]
    return "red" if name in STOP else "orange"


def _flag(track: Track) -> str:
    if isinstance(track, Death):
        return "died"
    if isinstance(track, FilterShown):
        return "filter" if track.outcome is None else ""
    if isinstance(track, ConsentShown | Transfer | BrokenGates):
        return FLAGS.get((track.kind, track.state), "")
    return ""

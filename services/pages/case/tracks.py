"""What goes on beside the steps of a case: each track with its state and what is known of it (2.7, 2.8)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from shared.pathway.adverse_event_track import about
from shared.pathway.candour import Candour
from shared.pathway.civil_time import civil
from shared.pathway.consent import Consent
from shared.pathway.procedure import procedures
from shared.pathway.question import Moment
from shared.web.forms.wording import CHOICES, in_a_sentence
from shared.web.pages.shown.banner import side_words
from shared.web.pages.shown.conditions import gates_words
from shared.web.pages.shown.filter_clock import FilterClock, filter_clock, with_names
from shared.web.pages.shown.instants import day_words, instant_words
from shared.web.pages.shown.tag import Tag, joined
from shared.web.pages.words import spoken
from shared.web.tracks import Registry, Track
from shared.web.tracks_afterwards import Contact, LongTerm
from shared.web.tracks_before_mdt import BleedingRiskShown, HumanReview, MaterialChange, Severity
from shared.web.tracks_devices import EventShown, FilterShown
from shared.web.tracks_endings import ConsentShown, Death, Transfer
from shared.web.tracks_room import BookedSlot, BrokenGates

GREEN = frozenset(
    {"accepted", "manual_entry_confirmed", "closed", "made", "stands", "used", "taken_up", "retrieved", "justified"}
)
RED = frozenset({"withdrawn", "rejected", "in_force", "does_not_stand", "not_justified", "open"})


@dataclass(frozen=True, slots=True)
class Line:
    """One track: what it is, its state, and what else is known of it. `clock` is drawn for a filter alone."""

    what: str
    state: Tag | None
    words: tuple[str, ...]
    clock: FilterClock | None = None
    href: str = ""


def lines(tracks: Iterable[Track], moment: Moment, names: Mapping[str, str]) -> tuple[Line, ...]:
    """Every track in the order of the guidance, filters and adverse events first: they are what is forgotten."""
    found = sorted(
        _to_tell(tuple(tracks)), key=lambda each: not isinstance(each, FilterShown | EventShown | Death | Transfer)
    )
    named = (with_names(each, names) if isinstance(each, FilterShown) else each for each in found)
    return tuple(_line(each, moment) for each in named)


def _to_tell(tracks: tuple[Track, ...]) -> Iterator[Track]:
    """All of them; after a death no visit that nobody will make."""
    died = any(isinstance(each, Death) for each in tracks)
    return (each for each in tracks if not (died and isinstance(each, LongTerm) and each.state == "owed"))


def _state(name: str) -> Tag:
    colour = "green" if name in GREEN else "red" if name in RED else "yellow"
    return Tag(spoken()(f"track_state.{name}"), colour)


def _leg(side: Any) -> str:
    return spoken()("side.leg", side=side_words([side]))


@singledispatch
def _line(track: object, moment: Moment) -> Line:
    del moment
    raise TypeError(f"no words are known for {type(track).__name__}")


@_line.register
def _filter(track: FilterShown, moment: Moment) -> Line:
    say, clock = spoken(), filter_clock(track, moment.policy, moment.pathway.nation)
    return Line(say("track.filter", number=track.number), clock.tag, clock.words, clock)


@_line.register
def _event(track: EventShown, moment: Moment) -> Line:
    say = spoken()
    words = [
        say("track.event_serious" if track.serious else "track.event_other"),
        say("track.event_reported", at=instant_words(track.reported_at), phase=say(f"phase.{track.phase}")),
    ]
    words += [
        say(f"track.report_{each.state}", route=each.route, reference=each.reference or "") for each in track.reports
    ]
    if track.candour_owed:
        words.append(_candour(track.event, moment))
    href = f"/pathways/{moment.pathway.id}/adverse-events/{track.event}"
    what = say("track.adverse_event", what=in_a_sentence(CHOICES["Event"][track.category]))
    return Line(what, _state(track.state), tuple(words), href=href)


def _candour(event: int, moment: Moment) -> str:
    """What the patient has been told of this event, and what has still to be told (R-AE-5)."""
    written = (each.record for each in about(moment, Candour, event))
    told = {each.step: day_words(civil(each.at)) for each in written if isinstance(each, Candour)}
    step = "_both" if len(told) > 1 else "".join(f"_{each}" for each in told)
    return spoken()(f"track.candour{step}", **told)


@_line.register
def _death(track: Death, moment: Moment) -> Line:
    del moment
    say = spoken()
    on = day_words(track.died_on) if track.died_on else say("patient.not_known")
    return Line(say("track.death"), Tag(say("flag.died"), "red"), (say("track.died_on", on=on),))


@_line.register
def _transfer(track: Transfer, moment: Moment) -> Line:
    del moment
    say = spoken()
    words = [say("track.transfer_to", trust=track.to_trust, at=instant_words(track.offered_at))]
    words += [say("track.part_accepted", part=CHOICES["TransferPart"][each.value]) for each in track.accepted]
    words += [say("track.part_waiting", part=CHOICES["TransferPart"][each.value]) for each in track.waiting]
    return Line(say("track.transfer"), _state(track.state), tuple(words))


@_line.register
def _gates(track: BrokenGates, moment: Moment) -> Line:
    del moment
    say = spoken()
    review = say(f"track_state.{track.review}") if track.review else say("track.review_owed")
    words = (
        say("track.broken", gates=gates_words(track.gates, say), at=instant_words(track.broken_at)),
        say("track.review", outcome=review),
    )
    return Line(say("track.broken_gates", leg=_leg(track.side)), _state(track.state), words)


@_line.register
def _slot(track: BookedSlot, moment: Moment) -> Line:
    del moment
    say = spoken()
    words = (say("track.slot_at", at=instant_words(track.planned_at), room=track.room),)
    return Line(say("track.slot", leg=_leg(track.side)), _state(track.state), words)


@_line.register
def _consent(track: ConsentShown, moment: Moment) -> Line:
    say = spoken()
    words = [say("track.little_time")] if track.little_time else []
    taken_up = track.state != "withdrawn" and _taken_up(moment)
    words += [say("track.confirmed", leg=_leg(each)) for each in track.confirmed_today if not taken_up]
    return Line(say("track.consent"), _state("taken_up" if taken_up else track.state), tuple(words))


def _taken_up(moment: Moment) -> bool:
    """Whether every leg of the newest consent had its procedure since: that it has run out then alarms nobody."""
    consent = moment.pathway.latest(Consent)
    if consent is None or not isinstance(consent.record, Consent):
        return False
    begun = {each.side for each in procedures(moment.pathway) if each.start.seq > consent.seq}
    return consent.record.sides <= begun


@_line.register
def _change(track: MaterialChange, moment: Moment) -> Line:
    del moment
    leg = (_leg(track.side),) if track.side else ()
    what = spoken()("track.material_change", entry=track.entry)
    return Line(what, None, (*leg, f"{track.words} ({instant_words(track.at)})"))


@_line.register
def _risk(track: BleedingRiskShown, moment: Moment) -> Line:
    del moment
    say = spoken()
    score = _score(track)
    why = joined(list(track.lysis_contraindicated), say("legs.and"))
    lysis = say("track.lysis_no", why=why) if why else say("track.lysis_open")
    return Line(say("track.bleeding_risk"), None, (score, lysis))


def _score(track: BleedingRiskShown) -> str:
    say = spoken()
    if not track.has_bled_open:
        return say("track.has_bled_whole", points=track.has_bled)
    return say.counted("track.has_bled", track.has_bled_open, points=track.has_bled)


@_line.register
def _severity(track: Severity, moment: Moment) -> Line:
    del moment
    say = spoken()
    return Line(say("track.baseline_villalta", leg=_leg(track.side)), None, (_scored(track.villalta, track.category),))


def _scored(points: int | None, category: str) -> str:
    say = spoken()
    words = say(f"villalta.{category}")
    return words if points is None else say("track.villalta", points=points, category=in_a_sentence(words))


@_line.register
def _human(track: HumanReview, moment: Moment) -> Line:
    del moment
    return Line(spoken()("track.human_review", leg=_leg(track.side)), None, track.reasons)


@_line.register
def _visit(track: LongTerm, moment: Moment) -> Line:
    del moment
    say = spoken()
    day = track.visited_on or track.due_on
    words = [say("track.visited" if track.visited_on else "track.visit_due", on=day_words(day))]
    words += [f"{_leg(each.side)}: {_scored(each.villalta, each.category)}" for each in track.scores]
    return Line(say("track.long_term", visit=CHOICES["Visit"][track.visit.value]), _state(track.state), tuple(words))


@_line.register
def _contact(track: Contact, moment: Moment) -> Line:
    del moment
    say = spoken()
    key = "track.contact_reached" if track.reached else "track.contact_lost" if track.lost else "track.contact_tried"
    return Line(say("track.contact"), None, (say.counted(key, track.attempts),))


@_line.register
def _registry(track: Registry, moment: Moment) -> Line:
    say = spoken()
    number = track.procedure_id.removeprefix(f"{moment.pathway.id}.")
    words = (say("track.registry_version", version=track.dataset_version),)
    return Line(say("track.registry", number=number), _state(track.state), words)

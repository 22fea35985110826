"""What another policy would have made of one pathway: answers, timers, classes, where it stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from shared.pathway import decide
from shared.pathway.civil_time import LONDON
from shared.pathway.classification import recommendations
from shared.pathway.duties import Timer
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import Role, Signature
from shared.pathway.question import Moment
from shared.pathway.record import Record
from shared.pathway.referral import Referral
from shared.policy import Policy

BY_ITSELF = frozenset({Role.PATENCY, Role.MAIL_SYSTEM})
"""Who enters what follows by itself: a policy does not refuse the clock, the mail or the registry."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A record that somebody offered, and the moment at which the rules were asked about it."""

    moment: Moment
    record: Record
    by: Signature


@dataclass(frozen=True, slots=True)
class Travelled:
    """One pathway as it went: every record that was offered, and where it is now."""

    name: str
    offers: tuple[Offer, ...]
    end: Moment


def travelled(name: str, end: Moment) -> Travelled:
    """A pathway as its entries tell it: each was offered at its own time, with the facts that were seen then."""
    offers, before = [], fold(Pathway(end.pathway.id, end.pathway.trust, end.pathway.nation), ())
    for entry in end.pathway.entries:
        if entry.by.role not in BY_ITSELF:
            seen = Moment(before, end.policy, entry.at, entry.facts)
            offers.append(Offer(seen, entry.record, entry.by))
        before = before.with_entry(entry)
    return Travelled(name, tuple(offers), end)


def differences(way: Travelled, proposed: Policy) -> tuple[str, ...]:
    """What would have been otherwise, one line each; nothing when this pathway would have gone the same way.

    Each record is asked about where it was offered: what a refusal would have led to is not made up.
    """
    return (*_answers(way.offers, proposed), *_standing(way.end, replace(way.end, policy=proposed)))


def _answers(offers: Sequence[Offer], proposed: Policy) -> Iterator[str]:
    for offer in offers:
        before = _rules(offer, offer.moment.policy)
        after = _rules(offer, proposed)
        when = f"{offer.moment.now.astimezone(LONDON):%Y-%m-%d %H:%M}"
        what = f"{when} {offer.record.kind} by {offer.by.role.value}"
        if new := [words for rule, words in after.items() if rule not in before]:
            yield f"{what}: would be refused: {'; '.join(new)}"
        if gone := [words for rule, words in before.items() if rule not in after]:
            verb = "would no longer be refused for" if after else "would stand, without"
            yield f"{what}: {verb}: {'; '.join(gone)}"


def _rules(offer: Offer, policy: Policy) -> dict[tuple[str, str], str]:
    """Every refusal under this policy: rule and field, with its words."""
    found = decide.refusals(replace(offer.moment, policy=policy), offer.record, offer.by)
    return {(each.rule, each.field): f"{each.rule} {each.words}" for each in found}


def _standing(now: Moment, then: Moment) -> Iterator[str]:
    if now.pathway.latest(Referral) is None:
        return
    yield from _timers(now, then)
    for was, would_be in zip(recommendations(now), recommendations(then), strict=True):
        if was != would_be:
            yield f"class of the {was.side} leg: {_class(was.cls, was.human_review)} would be " + _class(
                would_be.cls, would_be.human_review
            )
    if decide.status(now) != decide.status(then):
        yield f"status: {decide.status(now)} would be {decide.status(then)}"
    yield from _tasks(now, then)


def _class(cls: str, human_review: object) -> str:
    return f"{cls} (looked at by a clinician)" if human_review else str(cls)


def _timers(now: Moment, then: Moment) -> Iterator[str]:
    was, would_be = _by_anchor(now), _by_anchor(then)
    for key in sorted(was.keys() | would_be.keys()):
        before, after = was.get(key), would_be.get(key)
        if before and after and before.due_at != after.due_at:
            yield f"{before.id} {before.rung}: {_when(before)} would be {_when(after)}"
        elif before is None or after is None:
            yield f"{key[0]} {key[1]}: {_when(before)} would be {_when(after)}"


def _by_anchor(moment: Moment) -> dict[tuple[str, str, str], Timer]:
    timers = (view.timer for view in decide.timers(moment))
    return {(each.id, each.rung, each.anchor_value.isoformat()): each for each in timers}


def _when(timer: Timer | None) -> str:
    return f"{timer.due_at.astimezone(LONDON):%Y-%m-%d %H:%M}" if timer else "none"


def _tasks(now: Moment, then: Moment) -> Iterator[str]:
    was, would_be = _due(now), _due(then)
    for kind in sorted(was.keys() | would_be.keys()):
        if was.get(kind) != would_be.get(kind):
            yield f"work {kind}: {was.get(kind, 'none')} would be {would_be.get(kind, 'none')}"


def _due(moment: Moment) -> dict[str, str]:
    """Each piece of work with its state and until when."""
    return {
        f"{each.kind} {each.key}".strip(): f"{each.state} by "
        + (f"{each.due_at.astimezone(LONDON):%Y-%m-%d %H:%M}" if each.due_at else "no date")
        for each in decide.tasks(moment)
    }

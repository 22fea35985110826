"""What governance was told (IPG651 1.2): each notice, each way it was tried, and whether somebody acknowledged it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import Words, spoken
from shared.web.shapes import ShownDispatch, ShownNotice


@dataclass(frozen=True, slots=True)
class DispatchShown:
    to: str
    why: str
    sent: str
    delivered: Tag


@dataclass(frozen=True, slots=True)
class NoticeShown:
    caption: str
    dispatches: tuple[DispatchShown, ...]
    acknowledged: Tag
    acknowledgement: str


def notices(
    found: Iterable[ShownNotice], say: Words | None = None, names: Mapping[str, str] | None = None
) -> tuple[NoticeShown, ...]:
    """The notices of a pathway, oldest first. `names` are what the staff directory calls people, by their ids."""
    say = say or spoken()
    return tuple(_notice(each, say, names or {}) for each in found)


def _notice(notice: ShownNotice, say: Words, names: Mapping[str, str]) -> NoticeShown:
    return NoticeShown(
        say("notice.caption", number=notice.number, about=say(f"notice_about.{notice.about}")),
        tuple(_dispatch(each, say) for each in notice.dispatches),
        _acknowledged(notice, say),
        _by_whom(notice, say, names),
    )


def _acknowledged(notice: ShownNotice, say: Words) -> Tag:
    if notice.acknowledged_at is None:
        return Tag(say("notice.unacknowledged"), "yellow")
    return Tag(say("notice.acknowledged"), "green")


def _by_whom(notice: ShownNotice, say: Words, names: Mapping[str, str]) -> str:
    if notice.acknowledged_at is None:
        return ""
    by = notice.acknowledged_by or ""
    person = names.get(by, by)
    return say("notice.by_whom", at=instant_words(notice.acknowledged_at), person=person)


def _dispatch(each: ShownDispatch, say: Words) -> DispatchShown:
    sent = instant_words(each.sent_at) if each.sent_at else say("notice.not_sent")
    return DispatchShown(say(f"role.{each.to.value}"), say(f"notice_reason.{each.reason}"), sent, _delivered(each, say))


def _delivered(each: ShownDispatch, say: Words) -> Tag:
    if each.delivered_at is not None:
        return Tag(instant_words(each.delivered_at), "green")
    if each.failed_at is not None:
        return Tag(say("notice.failed", at=instant_words(each.failed_at)), "red")
    return Tag(say("notice.not_delivered"), "yellow")

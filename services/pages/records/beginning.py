"""What a new form is begun with: what the pathway knows already. Never the leg that is about to be treated (H-01)."""

from collections.abc import Callable, Iterator
from datetime import datetime

from shared.pathway import (
    adverse_event_track,
    breaking_rules,
    classification,
    closure,
    filter_track,
    trust_news_rules,
)
from shared.pathway.adverse_event import AdverseEventOutcome, AdverseEventSeen, NotAnAdverseEvent
from shared.pathway.adverse_event_suggestions import answered, suggestions
from shared.pathway.break_glass import BreakGlassReview
from shared.pathway.candour import Candour
from shared.pathway.classification import Classification
from shared.pathway.closure import Closure, StandardCareHandoff
from shared.pathway.duties import Task, TaskState
from shared.pathway.filter_records import (
    FilterMadePermanent,
    FilterPlan,
    FilterRemovedElsewhere,
    FilterRetrieval,
    FilterReview,
)
from shared.pathway.governance import NoticeAcknowledged
from shared.pathway.governance_notice import notices
from shared.pathway.long_term import LongTermVisit
from shared.pathway.long_term_rules import treated_sides
from shared.pathway.mdt_review import MdtReview, MdtSignOff
from shared.pathway.procedure import ProcedureEnd, ProcedureStart
from shared.pathway.question import Moment
from shared.pathway.referral import imaging_of, sides
from shared.pathway.registry_by_hand import (
    RegistryManualConfirmation,
    RegistryManualEntry,
    RegistryManualWithdrawal,
)
from shared.pathway.registry_entry import RegistryCorrection, procedures
from shared.pathway.trust_news import NewsAnswered
from shared.pathway.yellow_card import DeviceRetained, YellowCard
from shared.web.forms import instants
from shared.web.forms.raw import RawForm

Texts = Iterator[tuple[str, str]]

# Posted with the form and not asked: the page shows what they point at.
HIDDEN: dict[str, frozenset[str]] = {MdtSignOff.kind: frozenset({"review"})}


def beginning(kind: str, moment: Moment) -> RawForm:
    """The texts of an empty form of this kind."""
    begin = _BEGINNINGS.get(kind)
    return RawForm({name: (text,) for name, text in begin(moment)} if begin else {})


def _instant(name: str, at: datetime) -> Texts:
    return ((f"{name}.{part}", text) for part, text in instants.shown(at).items())


def _classification(moment: Moment) -> Texts:
    for row, limb in enumerate(classification.recommendations(moment)):
        yield f"limbs.{row}.side", limb.side.value
        yield f"limbs.{row}.recommended", limb.cls.value


def _review(moment: Moment) -> Texts:
    for row, side in enumerate(sides(moment.pathway)):
        yield f"decisions.{row}.side", side.value
        study = imaging_of(moment.pathway, side)
        if study is not None:
            yield f"imaging_reviewed.{row}.side", side.value
            yield f"imaging_reviewed.{row}.accession", study[1].accession
            yield from _instant(f"imaging_reviewed.{row}.performed_at", study[1].performed_at)


def _sign_off(moment: Moment) -> Texts:
    review = moment.pathway.latest(MdtReview)
    if review is not None:
        yield "review", str(review.seq)


def _ending(moment: Moment) -> Texts:
    reason = closure.ending(moment)
    if reason is not None:
        yield "reason", reason.value


def _notice(moment: Moment) -> Texts:
    unread = [each.number for each in notices(moment) if each.acknowledged_at is None]
    if unread:
        yield "notice", str(unread[0])


def _procedure(moment: Moment) -> Texts:
    found = procedures(moment)
    if found:
        yield "procedure_id", found[-1][0]


def _end(moment: Moment) -> Texts:
    start = moment.pathway.record(ProcedureStart)
    for row, device in enumerate(start.devices if start else ()):
        yield f"devices_used.{row}.udi_di", device.udi_di
        yield f"devices_used.{row}.lot", device.lot


def _filter(moment: Moment) -> Texts:
    """The filter that is inside, when there is but one."""
    inside = filter_track.in_situ(moment)
    if len(inside) == 1:
        yield "filter_id", inside[0].filter_id


def _event(moment: Moment) -> Texts:
    """The newest adverse event that has no end yet, else the newest."""
    found = adverse_event_track.unresolved(moment) or adverse_event_track.events(moment)
    if found:
        yield "event", str(found[-1].seq)


def _visit(moment: Moment) -> Texts:
    """The legs that were treated: every page of the visit then says which leg it asks about."""
    return ((f"legs.{row}.side", side.value) for row, side in enumerate(sorted(treated_sides(moment))))


def _second_look(moment: Moment) -> Texts:
    waiting = [task.key for task in breaking_rules.tasks(moment) if _open(task)]
    if waiting:
        yield "breaking", waiting[0]


def _news(moment: Moment) -> Texts:
    """The news that waits for an answer, when there is but one."""
    asked = {work for work, _role in trust_news_rules.ASKS.values()}
    waiting = [each.key for each in trust_news_rules.tasks(moment) if each.kind in asked and _open(each)]
    if len(waiting) == 1:
        yield "news", waiting[0]


def _suggestion(moment: Moment) -> Texts:
    """What waits for a judgement, when it is but one entry."""
    waiting = {each.seq for each in suggestions(moment) if not each.named and not answered(moment, each)}
    if len(waiting) == 1:
        yield "about", str(waiting.pop())


def _open(task: Task) -> bool:
    return task.state == TaskState.OPEN


_ABOUT_FILTERS = (FilterPlan, FilterReview, FilterRetrieval, FilterMadePermanent, FilterRemovedElsewhere)
_ABOUT_EVENTS = (AdverseEventSeen, AdverseEventOutcome, YellowCard, DeviceRetained, Candour)

_BEGINNINGS: dict[str, Callable[[Moment], Texts]] = {
    Classification.kind: _classification,
    MdtReview.kind: _review,
    MdtSignOff.kind: _sign_off,
    StandardCareHandoff.kind: _ending,
    Closure.kind: _ending,
    NoticeAcknowledged.kind: _notice,
    ProcedureEnd.kind: _end,
    LongTermVisit.kind: _visit,
    RegistryCorrection.kind: _procedure,
    RegistryManualEntry.kind: _procedure,
    RegistryManualConfirmation.kind: _procedure,
    RegistryManualWithdrawal.kind: _procedure,
    BreakGlassReview.kind: _second_look,
    NewsAnswered.kind: _news,
    NotAnAdverseEvent.kind: _suggestion,
    **dict.fromkeys((each.kind for each in _ABOUT_FILTERS), _filter),
    **dict.fromkeys((each.kind for each in _ABOUT_EVENTS), _event),
}

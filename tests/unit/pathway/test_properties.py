"""Whatever is written down, in whatever order and whenever: what must never happen does not (hazards H-01, H-04)."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from shared.pathway import decide
from shared.pathway.clock_marks import TimerFired
from shared.pathway.duties import Outside
from shared.pathway.follow_up import AnticoagulationReview, min_until
from shared.pathway.governance import (
    NoticeAcknowledged,
    NoticeBounced,
    NoticeDelivered,
    NoticeSent,
    NoticeUnsendable,
)
from shared.pathway.governance_notice import notices
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import PATENCY
from shared.pathway.procedure import ProcedureStart
from shared.pathway.record import Entry, Record
from shared.pathway.registry_by_hand import RegistryManualConfirmation, RegistryManualEntry
from shared.pathway.registry_entry import UPDATES, RegistryAccepted, RegistryRejected
from tests.forms.consent import withdrawal
from tests.forms.filled import RIGHT
from tests.forms.procedure import sign_in, start
from tests.patients import (
    Case,
    classified,
    consented,
    ended,
    iliofemoral_left,
    limb_under_threat,
    offered,
    on_the_day,
    reviewed,
    seen_at_clinic,
    started,
    told,
)
from tests.unit.pathway.journeys import JUMPS, MOVES, go_on
from tests.unit.pathway.moves import Mover
from tests.unit.pathway.oracle import wrongs

Command = tuple[Mover, int, bool]
Commands = Sequence[Command]
Beginning = Callable[[], Case]
commands = st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(JUMPS), st.booleans()), min_size=15, max_size=45)
beginnings = st.sampled_from([iliofemoral_left, limb_under_threat, told, consented, ended])
journey = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=set(Phase) - {Phase.explain}
)


def stages(case: Case, moves: Commands) -> Iterator[Case]:
    """The case after each move that stood, and after each timer that fired; timers may also be noticed late."""
    yield case
    for mover, minutes, notices_time in moves:
        case = case.when(case.now + _minutes(minutes))
        while notices_time and (due := decide.due(case.moment)):
            case = case.writes(due[0], PATENCY)
            yield case
        move = mover(case)
        if move is not None and not case.refusals(move.record, move.by):
            case = case.writes(move.record, move.by)
            yield case


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def last(case: Case, moves: Commands) -> Case:
    return list(stages(case, moves))[-1]


@journey
@given(beginnings, commands)
def test_no_procedure_starts_without_quorum_notice_consent_and_side(begins: Beginning, moves: Commands) -> None:
    assert list(wrongs(last(begins(), moves).pathway)) == []


@journey
@given(beginnings, commands)
def test_time_never_goes_back_and_a_timer_fires_once(begins: Beginning, moves: Commands) -> None:
    entries = last(begins(), moves).pathway.entries
    assert [each.at for each in entries] == sorted(each.at for each in entries)
    keys = [each.record.key for each in entries if isinstance(each.record, TimerFired)]
    assert len(keys) == len(set(keys))


@journey
@given(beginnings, commands)
def test_no_two_timers_tasks_or_obligations_share_a_key(begins: Beginning, moves: Commands) -> None:
    for seen in stages(begins(), moves):
        timers = [view.timer.key for view in decide.timers(seen.moment)]
        tasks = [(each.kind, each.key, each.role) for each in decide.tasks(seen.moment)]
        owed = [each.key for each in decide.owed(seen.moment)]
        for keys in (timers, tasks, owed):
            assert len(keys) == len(set(keys)), keys


@journey
@given(beginnings, commands)
def test_what_falls_due_fires_the_same_whether_noticed_late_or_in_time(begins: Beginning, moves: Commands) -> None:
    case = last(begins(), moves)
    end = case.now + _minutes(200_000)
    in_time = case.until(case.now)
    while (soon := decide.next_due_at(in_time.moment)) is not None and soon <= end:
        in_time = in_time.until(soon)
    assert in_time.pathway.entries == case.until(end).pathway.entries


def seen_as(case: Case) -> tuple[object, ...]:
    """Everything derived from a case."""
    moment = case.moment
    derived = (decide.tasks, decide.timers, decide.owed, decide.due, decide.status, decide.step, decide.settled)
    return tuple(derive(moment) for derive in derived)


def kept_and_read_again(entry: Entry) -> Entry:
    """The entry as it comes back from the ledger: its record through JSON."""
    return replace(entry, record=type(entry.record).model_validate_json(entry.record.model_dump_json()))


@settings(journey, max_examples=25)
@given(beginnings, commands)
def test_the_fold_of_any_prefix_is_the_state_at_that_time(begins: Beginning, moves: Commands) -> None:
    *_, end = (*stages(begins(), moves),)
    entries = [kept_and_read_again(entry) for entry in end.pathway.entries]
    for seen in stages(begins(), moves):
        again = fold(Pathway(seen.pathway.id, seen.pathway.trust), entries[: seen.pathway.version])
        assert again == seen.pathway
        assert seen_as(replace(seen, pathway=again)) == seen_as(seen)


@journey
@given(beginnings, commands)
def test_a_timer_changes_nothing_about_anticoagulation(begins: Beginning, moves: Commands) -> None:
    treated = last(begins(), moves)
    later = treated.until(treated.now + _minutes(200_000))
    assert min_until(later.moment) == min_until(treated.moment)
    assert later.pathway.every(AnticoagulationReview) == treated.pathway.every(AnticoagulationReview)
    written = {each.kind for each in later.pathway.entries[treated.pathway.version :]}
    assert written <= {"timer_fired"}


@journey
@given(beginnings, commands)
def test_a_dispatch_once_owed_keeps_its_key_and_its_address(begins: Beginning, moves: Commands) -> None:
    known: dict[str, object] = {}
    for seen in stages(begins(), moves):
        now = {each.key: (each.to, each.owed_at) for notice in notices(seen.moment) for each in notice.dispatches}
        assert known.items() <= now.items()
        known = dict(now)


@journey
@given(beginnings, commands)
def test_an_obligation_only_goes_when_it_was_met(begins: Beginning, moves: Commands) -> None:
    owed: dict[str, Outside] = {}
    for seen in stages(begins(), moves):
        now = {each.key: each.kind for each in decide.owed(seen.moment)}
        for key in owed.keys() - now.keys():
            last_one = seen.pathway.entries[-1].record
            assert met(last_one, key, owed[key]) or superseded(last_one, key, now), (key, last_one.kind)
        owed = now


def superseded(record: Record, key: str, owed: Collection[str]) -> bool:
    """Whether this record made the dataset version incomplete, and the next version is owed instead (R-REG-2)."""
    procedure, _, version = key.rpartition(".v")
    return record.kind in UPDATES and f"{procedure}.v{int(version) + 1}" in owed


def met(record: Record, key: str, kind: Outside) -> bool:
    """Whether this record, just written, answers for the obligation."""
    if kind == Outside.GOVERNANCE_NOTICE:
        answers = NoticeSent | NoticeDelivered | NoticeBounced | NoticeUnsendable
        reported = isinstance(record, answers) and record.dispatch == key
        return reported or (isinstance(record, NoticeAcknowledged) and key.startswith(f"n{record.notice}-"))
    procedure, version = key.rsplit(".v", 1)
    if isinstance(record, RegistryAccepted | RegistryRejected):
        return (record.procedure_id, record.dataset_version) == (procedure, int(version))
    # What was typed in by hand is not sent as well; its confirmation is a person's to owe.
    return isinstance(record, RegistryManualEntry | RegistryManualConfirmation) and record.procedure_id == procedure


def test_going_on_takes_a_patient_all_the_way() -> None:
    moves: Commands = [(go_on, 60, True)] * 30 + [(go_on, 43_200, True)] * 6
    *_, end = stages(iliofemoral_left(), moves)
    assert decide.settled(end.moment) == decide.settled(seen_at_clinic().moment)
    assert end.pathway.every(ProcedureStart)
    assert end.pathway.every(AnticoagulationReview)


BAD_STARTS = {
    "no MDT review": (classified(), start()),
    "not signed by three people of three specialties": (reviewed(), start()),
    "the offer had lapsed": (consented().when("2026-03-12T16:00"), start()),
    "no offer for this leg": (on_the_day(), start(RIGHT)),
    "governance was not told": (consented(offered()), start()),
    "no consent to this offer": (told(), start()),
    "consent was withdrawn": (on_the_day().writes(withdrawal()), start()),
    "consent was too old": (consented().when("2026-03-20T12:00"), start()),
    "the mark is on the other leg": (on_the_day(), start(sign_in=sign_in(side_marked=RIGHT))),
    "this leg was treated under this offer already": (ended(), start()),
}


@pytest.mark.parametrize(("wrong", "planted"), BAD_STARTS.items(), ids=BAD_STARTS.keys())
def test_the_oracle_sees_a_planted_wrong(wrong: str, planted: tuple[Case, ProcedureStart]) -> None:
    case, record = planted
    forced = case.pathway.with_entry(decide.next_entry(case.moment, record, PATENCY))
    assert wrong in set(wrongs(forced))


def test_the_oracle_is_content_with_a_proper_start() -> None:
    assert list(wrongs(started().pathway)) == []

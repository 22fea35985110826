"""Synthetic pathways for counting: the stories played on the clinical core, cut short, moved and changed at random.

What is changed is not asked of the rules again: a count has to be right for whatever was once accepted, also for what
today's rules would refuse. Seeded: the same seed gives the same pathways.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

from deploy.rerun.sources import of_stories
from deploy.scenarios.__main__ import stories
from shared.pathway.choices import Answer, ClosingReason
from shared.pathway.closure import Closure
from shared.pathway.facts import Facts
from shared.pathway.governance import NoticeDelivered
from shared.pathway.governance_notice import notices
from shared.pathway.long_term import LegOutcome, LongTermVisit, Visit, VisitNotMade
from shared.pathway.pathway import Pathway, fold
from shared.pathway.people import PATENCY, Role, Signature
from shared.pathway.procedure_parts import Event
from shared.pathway.question import Moment
from shared.pathway.record import Entry, Record
from shared.pathway.stages import KINDS
from tests import patients
from tests.forms import adverse_events, endings, filters, follow_up
from tests.forms import consent as consent_form
from tests.forms import procedure as procedure_form
from tests.forms.before_mdt import severity, urgency_changed, villalta_items, work_up
from tests.forms.filled import LEFT
from tests.patients import POLICY
from tests.patients_again import prepared_again

Raw = dict[str, Any]
DATED = re.compile(r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?$")
POINTS_AT = frozenset({"review", "event", "breaking", "about"})
NOWHERE = 100_000


@dataclass(frozen=True, slots=True)
class Synthetic:
    """One pathway twice: as raw entries, and folded."""

    name: str
    entries: list[Raw]
    moment: Moment


async def seeds(among: Sequence[str] = ()) -> list[tuple[str, list[Raw]]]:
    """Where every synthetic pathway begins: each story (or those of these files), and patients of the tests."""
    played = [path for path in stories() if not among or path.stem in among]
    found = [(way.name, raw(way.end.pathway)) async for way in of_stories(played, POLICY)]
    seen = patients.seen_at_clinic()
    for name, case in {"seen": seen, "late": seen.until("2028-05-01T10:00"), "again": _again(), **_silent()}.items():
        found.append((name, raw(case.pathway)))
    return found


def _silent() -> dict[str, patients.Case]:
    """Nothing came after it: every timer fires in vain."""
    ended = patients.ended(patients.started(filter_planned=True), **_with_filter())
    return {"silent": ended.until("2026-12-01T10:00"), "discharged": patients.discharged().until("2026-07-01T10:00")}


def _again() -> patients.Case:
    """A second procedure on the same leg, and the first one's entry accepted (R-PRO-7)."""
    ready = prepared_again(patients.discharged(), "2026-03-12T09:00")
    case = ready.sequence(consent_form.confirmation(confirmed_at=ready.now))
    return case.writes(procedure_form.start(anaesthesia="other", anaesthesia_reason="The patient wished it"))


def _with_filter() -> dict[str, Any]:
    return {"filter": filters.inserted(), "sign_out": procedure_form.sign_out(filter_present=Answer.YES)}


def raw(pathway: Pathway) -> list[Raw]:
    """The entries as the ledger would keep them."""
    return [
        {
            "seq": entry.seq,
            "at": entry.at.isoformat(),
            "person": entry.by.person,
            "role": entry.by.role.value,
            "kind": entry.kind,
            "record": json.loads(entry.record.model_dump_json()),
            "facts": json.loads(entry.facts.model_dump_json()),
        }
        for entry in pathway.entries
    ]


def folded(entries: list[Raw], pathway: str) -> Moment:
    """The same entries through the code that reads the ledger."""
    read = [
        Entry(
            each["seq"],
            datetime.fromisoformat(each["at"]),
            Signature(each["person"], Role(each["role"])),
            KINDS[each["kind"]].record.model_validate_json(json.dumps(each["record"])),
            Facts.model_validate_json(json.dumps(each["facts"])),
        )
        for each in entries
    ]
    found = fold(Pathway(pathway, "RXX"), read)
    return Moment(found, POLICY, read[-1].at + timedelta(days=1), read[-1].facts)


async def synthetic(many: int, seed: int = 651, among: Sequence[str] = ()) -> list[Synthetic]:
    """`many` pathways, no two asked to be alike."""
    chance, kept = random.Random(seed), await seeds(among)  # noqa: S311 -- synthetic patients, not secrets
    return [_one(chance, number, *kept[number % len(kept)]) for number in range(many)]


def _one(chance: random.Random, number: int, name: str, entries: list[Raw]) -> Synthetic:
    pathway = f"synthetic-{number}"
    found: list[Raw] = json.loads(json.dumps(entries).replace(_id_in(entries), pathway))
    if chance.random() < 0.35:
        found = found[: chance.randint(1, len(found))]
    for change in CHANGES:
        if chance.random() < 0.5:
            found = change(chance, found, pathway)
    found = _in_order(_moved(found, timedelta(days=7 * chance.randint(-60, 60))))
    found = _deliverable(found, folded(found, pathway))
    return Synthetic(f"{pathway} ({name})", found, folded(found, pathway))


def _deliverable(entries: list[Raw], moment: Moment) -> list[Raw]:
    """Without reports about notices that the pathway never had: the rules refuse those whatever the policy."""
    known = {each.key for notice in notices(moment) for each in notice.dispatches}
    while lost := [each for each in entries if each["record"].get("dispatch", "") not in {"", *known}]:
        entries = _in_order([each for each in entries if each not in lost])
        known = {each.key for notice in notices(folded(entries, moment.pathway.id)) for each in notice.dispatches}
    return entries


def _id_in(entries: list[Raw]) -> str:
    """The id under which the seed was written: procedures are named by it."""
    named = (each["record"].get("procedure_id", "") for each in entries)
    return next((name.rpartition(".")[0] for name in named if name), "no-procedure-was-named")


def _moved(given: Any, by: timedelta) -> Any:
    """Every date and instant later by whole weeks."""
    if isinstance(given, dict):
        return {name: _moved(each, by) for name, each in given.items()}
    if isinstance(given, list):
        return [_moved(each, by) for each in given]
    if isinstance(given, str) and DATED.match(given):
        at = datetime.fromisoformat(given) + by if "T" in given else date.fromisoformat(given) + by
        return at.isoformat()
    return given


def _in_order(entries: list[Raw]) -> list[Raw]:
    """Numbered anew without gaps; what pointed at an entry still does, or points at nothing."""
    now_at = {each["seq"]: seq for seq, each in enumerate(entries, start=1)}
    for each in entries:
        each["seq"] = now_at[each["seq"]]
        for name in POINTS_AT & set(each["record"]):
            if isinstance(each["record"][name], int):
                each["record"][name] = now_at.get(each["record"][name], NOWHERE)
    return entries


def _without(chance: random.Random, found: list[Raw], _pathway: str) -> list[Raw]:
    """Some entries were never written; the referral was."""
    return [each for each in found if each["kind"] == "referral" or chance.random() > 0.06]


def _without_a_kind(chance: random.Random, found: list[Raw], _pathway: str) -> list[Raw]:
    kind = chance.choice([each["kind"] for each in found])
    return found if kind == "referral" else [each for each in found if each["kind"] != kind]


def _another_patient(chance: random.Random, found: list[Raw], _pathway: str) -> list[Raw]:
    age, sex = chance.choice((None, 17, 39, 40, 59, 60, 79, 80, 93)), chance.choice(("male", "female", "unknown"))
    language, needed = chance.choice(("English", "english ", "Polish")), chance.random() < 0.2
    for each in found:
        each["facts"] |= {"age_years": age, "sex": sex}
        if "communication_needs" in each["record"]:
            each["record"]["communication_needs"] |= {"language": language, "interpreter_needed": needed}
    return found


def _another_leg(chance: random.Random, found: list[Raw], _pathway: str) -> list[Raw]:
    for each in found:
        for limb in each["record"].get("limbs", ()) if each["kind"] == "referral" else ():
            limb["symptoms"]["pain"] = chance.randint(0, 10)
            for vein in chance.sample(sorted(limb["segments"]), k=min(3, len(limb["segments"]))):
                limb["segments"][vein] = chance.choice(("clear", "thrombosed", "not_seen"))
    return found


def _another_time(chance: random.Random, found: list[Raw], _pathway: str) -> list[Raw]:
    """Presented earlier, told later, acknowledged later: nothing overtakes what comes after it."""
    for each in found:
        if each["kind"] == "referral":
            at = datetime.fromisoformat(each["record"]["presentation_at"]) - timedelta(days=chance.randint(0, 20))
            each["record"]["presentation_at"] = at.isoformat()
    for each, after in pairwise(found):
        if each["kind"].startswith("governance") and chance.random() < 0.5:
            each["at"] = after["at"]
    return found


def _another_answer(chance: random.Random, found: list[Raw], _pathway: str) -> list[Raw]:
    for each in found:
        record = each["record"]
        match each["kind"]:
            case "consent":
                record["discussed"] = [item for item in record["discussed"] if chance.random() > 0.1]
                record["nice_information"]["given"] = chance.random() < 0.7
                record["interpreter"] = {
                    "needed": chance.random() < 0.5,
                    "interpreter_id": chance.choice((None, "i-1")),
                }
                record["written_information"] = chance.choice((record["written_information"], None))
            case "classification":
                cls = chance.choice(("special_arrangements", "research_only", "indeterminate"))
                record["limbs"][0]["recommended"] = cls
            case "mdt_sign_off" if chance.random() < 0.1:
                record |= {"agrees": False, "objection": "Not this leg"}
            case "mdt_review":
                outcome = chance.choice(("offer_special_arrangements", "defer", "decline"))
                record["decisions"][0]["outcome"] = outcome
            case "procedure_start":
                record["anaesthesia"] = chance.choice(("local", "other"))
            case "procedure_end":
                record["clot_removal"] = {
                    v: f"grade_{chance.choice(('I', 'II', 'III'))}" for v in ("femoral", "popliteal")
                }
                record["events"] = chance.sample([event.value for event in Event], k=chance.randint(0, 2))
                record["devices_used"] = [
                    used | {"outcome": chance.choice(("used", "opened_unused", "failed"))}
                    for used in record["devices_used"]
                ]
    return found


def _more(chance: random.Random, found: list[Raw], pathway: str) -> list[Raw]:
    """Something more happened: harm, a visit, a death, a mistake; at random places after the referral."""
    for record in chance.sample(list(_happenings(chance, pathway, len(found))), k=chance.randint(1, 4)):
        place = chance.randint(1, len(found))
        entry = Entry(NOWHERE + 1, datetime.fromisoformat(found[place - 1]["at"]), PATENCY, record)
        (written,) = raw(Pathway(pathway, "RXX", entries=(entry,)))
        written["seq"], written["facts"] = -len(found) - chance.random(), found[place - 1]["facts"]
        found = [*found[:place], written, *found[place:]]
    return found


def _happenings(chance: random.Random, pathway: str, many: int) -> Iterator[Record]:
    procedure, somewhere = f"{pathway}.1", chance.randint(1, many)
    category = chance.choice(list(Event))
    yield adverse_events.adverse_event(category=category, harm_level=chance.choice(("low", "severe")))
    yield adverse_events.adverse_event(**adverse_events.by_device(procedure_id=procedure))
    yield adverse_events.thirty_day_check(procedure_id=procedure, how=chance.choice(("seen", "not_reached")))
    yield adverse_events.yellow_card(somewhere)
    yield endings.death(died_on=chance.choice((None, date(2026, 3, 20), date(2026, 9, 1))))
    yield endings.mistake()
    yield follow_up.discharge(review_booked_on=date(2026, chance.choice((6, 9)), 1))
    yield follow_up.clinic_review(attended_on=date(2026, chance.choice((3, 6)), 20), decision="continue_same")
    yield urgency_changed()
    yield consent_form.withdrawal()
    yield consent_form.enrolment()
    yield work_up(baseline_villalta=(severity(score=villalta_items(chance.randint(0, 33))),))
    yield Closure(reason=ClosingReason.COMPLETED)
    yield NoticeDelivered(dispatch=f"n{chance.randint(1, 3)}-{chance.choice(('first', 'research'))}")
    for visit in Visit:
        yield _visit(chance, visit)
    yield VisitNotMade(visit=chance.choice(list(Visit)), because="patient_declined")


def _visit(chance: random.Random, visit: Visit) -> LongTermVisit:
    points = villalta_items(chance.randint(0, 33))
    items = points.model_copy(
        update={"cramps": chance.choice((points.cramps, None)), "ulcer": chance.choice((None, False, True))}
    )
    leg = LegOutcome(
        side=LEFT, villalta=items, patency="patent", reflux=Answer.NO, stent="none", compression_worn=Answer.NO
    )
    ways: tuple[Literal["clinic", "video"], ...] = ("clinic", "video")
    way, answer = chance.choice(ways), chance.choice((Answer.YES, Answer.NO))
    experience = chance.choice((None, "It went well"))
    return LongTermVisit(
        visit=visit,
        visited_on=date(2026, 9, 9),
        way=way,
        legs=(leg,),
        recurrence=answer,
        pulmonary_embolism=chance.choice((Answer.YES, Answer.NO, Answer.UNKNOWN)),
        experience=experience,
    )


CHANGES = (_another_patient, _another_leg, _another_time, _another_answer, _without_a_kind, _without, _more)

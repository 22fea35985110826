"""What a case file says in words: entries with their answers, notices, refusals, and everybody who has looked."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from services.pages.case.history import answerable
from services.pages.records.scene import Scene
from shared.documents.case_file import CaseFilePaper, Look, Told, WrittenDown
from shared.evidence.case_file import Link, Proof
from shared.evidence.case_files import Reason
from shared.pathway.record import Entry
from shared.web.forms.check_answers import summary
from shared.web.pages.shown.called import called
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.shown.notices import notices
from shared.web.pages.shown.timeline import TIMER, timer_words
from shared.web.pages.words import spoken

WITH_ENTRIES = frozenset({"opened", "entered"})
"""Audit rows that say no more than the entry beside them."""

REFUSED = frozenset({"refused", "denied"})
Columns = Mapping[str, str | None]


def paper(scene: Scene, proof: Proof, names: Mapping[str, str], facts: tuple[tuple[str, str], ...]) -> CaseFilePaper:
    """The printed half. `names` are what the staff directory calls people, by their ids."""
    rows = [dict(each.said) for each in proof.shown() if each.said is not None]
    audits = [row for row in rows if row["table"] == "audit" and row["action"] not in WITH_ENTRIES]
    kept = {row["seq"]: row["recorded_at"] for row in rows if row["table"] == "entry"}
    return CaseFilePaper(
        facts=facts,
        entries=tuple(_entry(each, kept, names) for each in scene.moment.pathway.entries),
        notices=tuple(_notices(scene, names)),
        attempts=tuple(_look(row, names) for row in audits if row["action"] in REFUSED),
        looks=tuple(_look(row, names) for row in audits if row["action"] not in REFUSED),
    )


def people(proof: Proof) -> frozenset[str]:
    """The directory ids of everybody whom the rows name as their author."""
    named = (dict(each.said or ()) for each in proof.shown())
    return frozenset(who for row in named if (who := row.get("person") or row.get("by_person")))


def last(proof: Proof) -> Link:
    """The newest row that is shown: that the file was made."""
    return max(proof.shown(), key=lambda each: each.number)


def _entry(entry: Entry, kept: Mapping[str | None, str | None], names: Mapping[str, str]) -> WrittenDown:
    say = spoken()
    told = entry.record.model_dump(mode="json")
    rows = summary(type(entry.record), entry.record) if answerable(entry) else ()
    return WrittenDown(
        entry.seq,
        instant_words(entry.at),
        _at(kept.get(str(entry.seq))),
        _who(entry.by.person, entry.by.role.value, names),
        timer_words(told, say) if entry.kind == TIMER else say(f"record.{entry.kind}"),
        tuple((": ".join((*row.section, row.question)), "; ".join(row.answer)) for row in rows),
    )


def _notices(scene: Scene, names: Mapping[str, str]) -> Iterator[Told]:
    with_ids = {person: called(person, names) for person in names}
    for each in notices(scene.answer.notices, None, with_ids):
        for sending in each.dispatches:
            by_whom = each.acknowledgement or each.acknowledged.text
            yield Told(each.caption, sending.to, sending.why, sending.sent, sending.delivered.text, by_whom)


def _look(row: Columns, names: Mapping[str, str]) -> Look:
    say, detail = spoken(), json.loads(row["detail"] or "[]")
    key = f"looked.{row['action']}{'_patient' if row['kind'] == 'patient' else ''}"
    return Look(
        _at(row["at"]),
        _who(row["person"] or "", row["role"] or "", names),
        say(key if key in say else "looked.other"),
        "" if row["action"] == "searched" else ", ".join(_why(each) for each in (row["kind"], *detail) if each),
    )


def _why(word: str) -> str:
    """A kind, a rule's id or a reason, in words where there are any."""
    say = spoken()
    if word in set(Reason):
        return say(f"case_file.{word}")
    key = next((each for each in (f"record.{word}", f"looked_at.{word}") if each in say), "")
    return say(key) if key else word


def _who(person: str, role: str, names: Mapping[str, str]) -> str:
    say = spoken()
    told = say(f"role.{role}") if f"role.{role}" in say else role
    return say("timeline.by", role=told, person=called(person, names))


def _at(spelled: str | None) -> str:
    return instant_words(datetime.fromisoformat(spelled)) if spelled else ""

"""The checker of the chaos run is checked: a good history passes, each planted bad one is found."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.checking import History, broken_promises

Entry = dict[str, Any]


def _entries() -> list[Entry]:
    kinds: list[tuple[str, dict[str, Any]]] = [
        ("referral", {}),
        ("mdt_sign_off", {"review": 3}),
        ("governance_notice_sent", {"dispatch": "n1-first", "recipients": 1}),
        ("timer_fired", {"timer": "T-GOV", "rung": "send", "anchor_value": "a"}),
        ("registry_accepted", {"procedure_id": "p.1", "dataset_version": 1}),
        ("closure", {}),
    ]
    return [
        {"seq": seq, "kind": kind, "at": f"2026-03-03T09:0{seq}:00+00:00", "by_person": "x", "record": record}
        for seq, (kind, record) in enumerate(kinds, start=1)
    ]


def _good() -> History:
    return History(
        entries={"p": _entries()},
        acknowledged={"p": 6},
        mails=[{"message_id": "m1", "pathway_ref": "p", "notice": "n1-first", "to": "lead"}],
        registry=[{"key": "p.1.v1", "pathway_ref": "p"}],
        workflows={"p": "COMPLETED"},
        expected=("p",),
    )


def test_a_history_without_fault_breaks_no_promise() -> None:
    assert list(broken_promises(_good())) == []


def _without(kind: str) -> Callable[[History], None]:
    def plant(seen: History) -> None:
        seen.entries["p"] = [entry for entry in seen.entries["p"] if entry["kind"] != kind]

    return plant


def _twice(kind: str) -> Callable[[History], None]:
    def plant(seen: History) -> None:
        again = next(entry for entry in seen.entries["p"] if entry["kind"] == kind)
        seen.entries["p"].append({**copy.deepcopy(again), "seq": 7, "at": "2026-03-03T10:00:00+00:00"})

    return plant


def _set(where: str, value: object) -> Callable[[History], None]:
    return lambda seen: setattr(seen, where, value)


def _in_entry(seq: int, **changes: Any) -> Callable[[History], None]:
    return lambda seen: seen.entries["p"][seq - 1].update(changes)


MAIL = {"message_id": "m2", "pathway_ref": "p", "notice": "n1-first", "to": "lead"}
PLANTED: dict[str, Callable[[History], None]] = {
    "the pathway has no entries": _set("entries", {}),
    "it never reached its end": _without("closure"),
    "an entry in the middle is missing": _without("mdt_sign_off"),
    "an acknowledged entry is missing": _set("acknowledged", {"p": 7}),
    "time went back": _in_entry(5, at="2026-03-03T08:00:00+00:00"),
    "the referral is there twice": _twice("referral"),
    "one person signed twice": _twice("mdt_sign_off"),
    "a dispatch was noted twice": _twice("governance_notice_sent"),
    "a timer fired twice": _twice("timer_fired"),
    "a receipt was noted twice": _twice("registry_accepted"),
    "it was closed twice": _twice("closure"),
    "the mail never arrived": _set("mails", []),
    "two mails for one notice": lambda seen: seen.mails.append(MAIL),
    "a mail of an unknown notice": lambda seen: seen.mails.append({**MAIL, "notice": "n9"}),
    "a mail about an unknown pathway": lambda seen: seen.mails.append({**MAIL, "pathway_ref": "q"}),
    "one message in the mailbox twice": lambda seen: seen.mails.append({**MAIL, "message_id": "m1"}),
    "the registry never got it": _set("registry", []),
    "the registry has it twice": lambda seen: seen.registry.append({"key": "p.1.v1", "pathway_ref": "p"}),
    "the registry has another version": _set("registry", [{"key": "p.1.v2", "pathway_ref": "p"}]),
    "the workflow is missing": _set("workflows", {}),
    "the workflow still runs": _set("workflows", {"p": "RUNNING"}),
    "the workflow failed": _set("workflows", {"p": "FAILED"}),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found(planted: str) -> None:
    seen = copy.deepcopy(_good())

    PLANTED[planted](seen)

    assert list(broken_promises(seen)) != []

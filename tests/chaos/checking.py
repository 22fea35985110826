"""What must be true after the killing: compared are the record, Temporal, the mailbox and the registry.

`broken_promises` is itself tested with planted bad histories (tests/world/test_chaos_checker.py).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class History:
    """One run as seen from every side, keyed by pathway id where it can be."""

    entries: dict[str, list[dict[str, Any]]]
    """The record: each pathway's entries, as the API shows them."""
    acknowledged: dict[str, int]
    """The highest version a desk acknowledged to a client."""
    mails: list[dict[str, Any]]
    """The inbox: message_id, pathway_ref, deliveries."""
    registry: list[dict[str, Any]]
    """The registry: key, pathway_ref."""
    workflows: dict[str, str]
    """Temporal: the newest status of each pathway's workflow."""
    expected: tuple[str, ...] = field(default_factory=tuple)
    """The pathways that had to reach their end."""


def broken_promises(seen: History) -> Iterator[str]:
    """Every promise that does not hold, in words. None: nothing lost, nothing doubled, everyone at their end."""
    for pathway in seen.expected:
        entries = seen.entries.get(pathway, [])
        yield from (f"{pathway}: {words}" for words in _record(entries, seen.acknowledged.get(pathway, 0)))
        yield from (f"{pathway}: {words}" for words in _outside(pathway, entries, seen))
        if seen.workflows.get(pathway) != "COMPLETED":
            yield f"{pathway}: its workflow is {seen.workflows.get(pathway, 'missing')}"
    yield from _strangers(seen)


def _record(entries: list[dict[str, Any]], acknowledged: int) -> Iterator[str]:
    if not entries or entries[-1]["kind"] != "closure":
        kinds = {entry["kind"] for entry in entries}
        if "closure" not in kinds:
            yield "it did not reach its end"
    if [entry["seq"] for entry in entries] != list(range(1, len(entries) + 1)):
        yield "its entries have a gap"
    if len(entries) < acknowledged:
        yield "an acknowledged entry was lost"
    ats = [datetime.fromisoformat(entry["at"]) for entry in entries]
    if ats != sorted(ats):
        yield "its time went back"
    yield from (f"{what} was written down {count} times" for what, count in _doubled(entries))


ONCE = (
    "referral",
    "classification",
    "mdt_review",
    "consent",
    "procedure_start",
    "procedure_end",
    "discharge",
    "anticoagulation_review",
    "closure",
)


def _doubled(entries: list[dict[str, Any]]) -> Iterator[tuple[str, int]]:
    """What is written once: each step, signature, report of one dispatch, firing of one timer."""
    names = Counter(_name(entry) for entry in entries)
    yield from ((name, count) for name, count in names.items() if count > 1)


TELLING = {
    "mdt_sign_off": ("review",),
    "timer_fired": ("timer", "rung", "anchor_value"),
    "registry_accepted": ("procedure_id", "dataset_version"),
}
"""What tells two entries of one kind apart that may both be there."""


def _name(entry: dict[str, Any]) -> str:
    kind, record = entry["kind"], entry["record"]
    parts = [str(record[field]) for field in TELLING.get(kind, ())] + [str(record.get("dispatch", ""))]
    if kind == "mdt_sign_off":
        parts.append(entry["by_person"])
    return " ".join([kind, *filter(None, parts)])


def _outside(pathway: str, entries: list[dict[str, Any]], seen: History) -> Iterator[str]:
    """Mail and registry against the record: what was noted was received, and received once by its stable key."""
    reported = ("governance_notice_sent", "governance_notice_delivered")
    sent = {entry["record"]["dispatch"] for entry in entries if entry["kind"] in reported}
    received = Counter(mail["notice"] for mail in seen.mails if mail["pathway_ref"] == pathway)
    if received != Counter(sent):  # the training trusts have one lead, one deputy, one director
        yield f"the mailbox got {dict(received)}, the record says {sorted(sent)}"
    accepted = {
        f"{entry['record']['procedure_id']}.v{entry['record']['dataset_version']}"
        for entry in entries
        if entry["kind"] == "registry_accepted"
    }
    keys = [each["key"] for each in seen.registry if each["pathway_ref"] == pathway]
    if sorted(keys) != sorted(accepted):
        yield f"the registry has {sorted(keys)}, the record {sorted(accepted)}"


def _strangers(seen: History) -> Iterator[str]:
    ids = Counter(mail["message_id"] for mail in seen.mails)
    yield from (f"message {name} is in the mailbox {count} times" for name, count in ids.items() if count > 1)
    unknown = {mail["pathway_ref"] for mail in seen.mails} - set(seen.entries)
    yield from (f"mail about an unknown pathway {name}" for name in sorted(unknown))

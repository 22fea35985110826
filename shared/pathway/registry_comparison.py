"""Does everybody have the same list? Procedures as started, entries as recorded, entries as the registry holds them.

Pure: three lists in, differences out, each named by its procedure (R-REG-4; IPG651 1.3).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from shared.contracts.registry_lists import Begun, Difference, Found, Held, Recorded
from shared.pathway.question import Moment
from shared.pathway.registry_entry import RegistryAccepted, procedures, state

DONE = frozenset({"accepted", "manual_entry_confirmed"})


def recorded(moment: Moment) -> Iterator[Recorded]:
    """What the record says of every procedure of one pathway."""
    for procedure, _entry in procedures(moment):
        newest = _newest(moment, procedure)
        version, receipt = (newest.dataset_version, newest.receipt) if newest else (None, None)
        yield Recorded(procedure, moment.pathway.id, state(moment, procedure), version, receipt)


def _newest(moment: Moment, procedure: str) -> RegistryAccepted | None:
    told = (entry.record for entry in moment.pathway.every(RegistryAccepted))
    about = [each for each in told if isinstance(each, RegistryAccepted) and each.procedure_id == procedure]
    return max(about, key=lambda each: each.dataset_version, default=None)


def differences(
    begun: Iterable[Begun], ours: Iterable[Recorded], theirs: Iterable[Held], *, today: date
) -> tuple[Found, ...]:
    """Everything on which the three lists do not agree, in the order of the procedures' ids. None: they agree."""
    started = {each.procedure_id: each for each in begun}
    record = {each.procedure_id: each for each in ours}
    held: defaultdict[str, list[Held]] = defaultdict(list)
    for each in theirs:
        held[each.procedure_id].append(each)
    known = sorted({*started, *record, *held})
    return tuple(
        found
        for name in known
        for found in _of_one(name, started.get(name), record.get(name), held.get(name, []), today)
    )


def _of_one(name: str, begun: Begun | None, ours: Recorded | None, theirs: list[Held], today: date) -> Iterator[Found]:
    pathway = begun.pathway_id if begun else ours.pathway_id if ours else None
    on = begun.started_on if begun else None
    days = (today - on).days if on else None
    state_here = ours.state if ours else "nothing"
    for what, here, there in _wrong(begun, ours, theirs):
        yield Found(name, what, pathway, on, days, here or state_here, there)


def _wrong(begun: Begun | None, ours: Recorded | None, theirs: list[Held]) -> Iterator[tuple[Difference, str, str]]:
    accepted = [each for each in theirs if each.receipt is not None]
    there = _said(theirs)
    if begun is not None and (ours is None or ours.state not in DONE):
        yield Difference.NOT_ENTERED, "", there
    if begun is None and ours is not None:
        yield Difference.NO_PROCEDURE, "", there
    if len({each.version for each in accepted}) < len(accepted):
        yield Difference.TWICE_THERE, "", there
    if accepted and (ours is None or ours.version is None):
        yield Difference.EXTRA_THERE, "", there
    elif ours is not None and ours.version is not None:
        yield from _against(ours, ours.version, accepted, there)


def _against(ours: Recorded, version: int, accepted: list[Held], there: str) -> Iterator[tuple[Difference, str, str]]:
    """What was accepted by our record against what the registry has accepted."""
    here = f"v{version}"
    if not accepted:
        yield Difference.MISSING_THERE, here, there
        return
    newest = max(accepted, key=lambda each: each.version)
    if newest.version != version:
        yield Difference.OTHER_VERSION, here, there
    elif newest.receipt != ours.receipt:
        yield Difference.OTHER_RECEIPT, here, there


def _said(theirs: list[Held]) -> str:
    newest = max(theirs, key=lambda each: each.version, default=None)
    return f"v{newest.version}" if newest else "nothing"


def by_state(ours: Iterable[Recorded]) -> Mapping[str, int]:
    """How many entries are in each state."""
    found: defaultdict[str, int] = defaultdict(int)
    for each in ours:
        found[each.state] += 1
    return dict(sorted(found.items()))

"""When governance was told of a procedure, worked out from the raw entries (for by_hand).

Notices are numbered in the order of what they are about; a dispatch carries the number of its notice.
"""

from datetime import datetime, timedelta

from tests.compliance.by_hand_entries import Raw, begun, instant, offered, reviews, urgent

Occasion = tuple[int, str, datetime]
GRAVE = {"severe", "death"}


def occasions(entries: list[Raw]) -> list[Occasion]:
    """What governance has to hear of: the entry that brought it, what it is about, when."""
    offers = [seq for seq, review in reviews(entries) if offered(review)]
    found: list[tuple[int, str]] = [(seq, "mdt_offer") for seq in offers]
    first_offer = min(offers, default=None)
    runs = begun(entries)
    if urgent(entries, len(entries) + 1):
        early = [each["start"]["seq"] for each in runs]
        found += [(seq, "emergency_start") for seq in early if first_offer is None or seq < first_offer]
    for run in runs:
        scanned = {each["udi_di"] for out in run["outs"] for each in out["record"]["devices"]}
        if run["end"] and {each["udi_di"] for each in run["end"]["record"]["devices_used"]} - scanned:
            found.append((run["end"]["seq"], "device_change"))
    found += [(entry["seq"], about) for entry in entries for about in besides(entry, first_offer)]
    return [(seq, about, instant(entries[seq - 1]["at"])) for seq, about in sorted(found, key=lambda x: x[0])]


def besides(entry: Raw, first_offer: int | None) -> list[str]:
    kind, record = entry["kind"], entry["record"]
    if kind == "consent_withdrawn":
        lines = set(record["lines"])
        if not lines or "pmt_procedure" in lines:
            return [kind]
        return ["research_withdrawal"] if "research_participation" in lines else []
    so = {
        "patient_died": record.get("what") == "died",
        "transfer_accepted": (record.get("part"), record.get("answer")) == ("pathway_care", "accepted"),
        "identity_corrected": first_offer is not None and entry["seq"] > first_offer,
        "adverse_event": kind == "adverse_event" and serious(record),
        "break_glass": True,
    }
    return [kind] if so.get(kind) else []


def serious(event: Raw) -> bool:
    if event["serious_because"] or event["category"] in {"death", "wrong_side_or_patient"}:
        return True
    if event["harm_level"] in GRAVE or (event["bleed"] and event["bleed"]["isth"] == "major"):
        return True
    return (event["severity_sir"] or 0) >= 4


def reached_at(entries: list[Raw], number: int) -> datetime | None:
    """When the notice first arrived with governance, or was acknowledged; the research office does not count."""
    times = []
    for entry in entries:
        if entry["kind"] == "governance_notice_delivered":
            name = entry["record"]["dispatch"].split("-")
            if name[0] == f"n{number}" and name[1] != "research":
                times.append(instant(entry["at"]))
    read = [e for e in entries if e["kind"] == "governance_acknowledgement" and e["record"]["notice"] == number]
    times += [instant(entry["at"]) for entry in read[:1]]
    return min(times) if times else None


def told_of(entries: list[Raw], run: Raw, policy: dict[str, int]) -> str:
    entered = instant(run["start"]["at"])
    numbered = [
        (number, about)
        for number, (_seq, about, at) in enumerate(occasions(entries), start=1)
        if at <= entered and about in {"mdt_offer", "emergency_start", "break_glass"}
    ]
    if not run["emergency"]:
        offers = [number for number, about in numbered if about == "mdt_offer"]
        at = reached_at(entries, offers[-1]) if offers else None
        return "yes" if at is not None and at <= run["at"] else "no"
    until = run["at"] + timedelta(hours=policy["emergency_notice_hours"])
    times = [at for number, _about in numbered if (at := reached_at(entries, number)) is not None]
    if times and min(times) <= until:
        return "yes"
    return "no" if times or instant(entries[-1]["at"]) > until else "open"

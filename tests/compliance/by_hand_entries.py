"""What by_hand reads off the raw entries first: procedures, signed reviews, urgency, timers that fired."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

Raw = dict[str, Any]
LONDON = ZoneInfo("Europe/London")
SPECIALTIES = {"vascular_surgeon", "interventional_radiologist", "haematologist"}
OFFERS = {"offer_special_arrangements", "offer_in_research"}
HIGH = {"common_femoral", "common_iliac", "external_iliac", "internal_iliac"}
SCORED = [
    "pain",
    "cramps",
    "heaviness",
    "paraesthesia",
    "pruritus",
    "oedema",
    "induration",
    "pigmentation",
    "redness",
    "ectasia",
    "calf_compression_pain",
]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def day(text: str) -> date:
    return instant(text).astimezone(LONDON).date()


def of(entries: list[Raw], *kinds: str) -> list[Raw]:
    return [entry for entry in entries if entry["kind"] in kinds]


def begun(entries: list[Raw]) -> list[Raw]:
    """Each procedure: its first start, its newest time-out, its end."""
    found: list[Raw] = []
    for entry in entries:
        running = found[-1] if found and found[-1]["end"] is None else None
        if entry["kind"] == "procedure_start":
            again = running is not None and running["stopped"] and running["side"] == entry["record"]["side"]
            if again and running is not None:
                running["outs"].append(entry)
                running["stopped"] = False
            else:
                side = entry["record"]["side"]
                found.append({"start": entry, "outs": [entry], "end": None, "stopped": False, "side": side})
        elif entry["kind"] == "time_out_void" and running is not None:
            if entry["record"]["before_access"] and len(running["outs"]) == 1:
                found.pop()
            else:
                running["stopped"] = True
        elif entry["kind"] == "procedure_end" and running is not None:
            running["end"] = entry
    return found


def reviews(entries: list[Raw]) -> list[tuple[int, Raw]]:
    """Reviews that look ahead and that all three specialties signed, with the number of the last signature."""
    found = []
    for entry in of(entries, "mdt_review"):
        if entry["record"]["meeting_type"] == "retrospective":
            continue
        signed = [each for each in of(entries, "mdt_sign_off") if each["record"]["review"] == entry["seq"]]
        objected = any(not each["record"]["agrees"] for each in signed)
        if not objected and {each["role"] for each in signed} >= SPECIALTIES:
            found.append((signed[-1]["seq"], entry["record"]))
    return found


def offered(review: Raw, side: str | None = None) -> bool:
    return any(each["outcome"] in OFFERS and (side is None or each["side"] == side) for each in review["decisions"])


def urgent(entries: list[Raw], before: int) -> bool:
    """Whether it was an emergency just before this entry."""
    now = False
    for entry in entries:
        if entry["seq"] >= before:
            break
        record = entry["record"]
        if entry["kind"] == "referral":
            now = record["urgency"] == "emergency_limb_or_life" or threatened(record)
        elif entry["kind"] == "urgency_changed":
            now = record["urgency"] == "emergency_limb_or_life"
        elif entry["kind"] == "new_pe" and shocked(record):
            now = True
    return now


def shocked(record: Raw) -> bool:
    return record["state"] in {"suspected", "confirmed"} and record["haemodynamic_instability"] == "yes"


def threatened(referral: Raw) -> bool:
    if shocked(referral["pulmonary_embolism"]):
        return True
    for limb in referral["limbs"]:
        signs = limb["phlegmasia_signs"]
        high = any(limb["segments"].get(vein) == "thrombosed" for vein in HIGH)
        if high and "yes" in {signs["cyanosis"], signs["ischaemia"], signs["blistering"]}:
            return True
        if signs["motor_or_sensory_loss"] == "yes" or signs["pulses_absent"] == "yes":
            return True
        if limb["rutherford_limb_status"] in {"IIa", "IIb", "III"}:
            return True
    return False


def fired_at(entries: list[Raw], timer: str, rung: str, anchor: datetime | date) -> datetime | None:
    for entry in entries:
        record = entry["record"]
        if entry["kind"] == "timer_fired" and (record["timer"], record["rung"]) == (timer, rung):
            counted = record["anchor_value"]
            same = datetime.fromisoformat(counted) if isinstance(anchor, datetime) else date.fromisoformat(counted)
            if same == anchor:
                return instant(entry["at"])
    return None

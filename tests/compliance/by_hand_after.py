"""What came of a procedure, worked out from the raw entries (for by_hand), and what each measure says of it all."""

import calendar
from datetime import date, timedelta

from tests.compliance.by_hand_entries import LONDON, SCORED, Raw, day, fired_at, instant, of
from tests.compliance.by_hand_told import serious

CATEGORIES = ["none", "mild", "moderate", "severe"]


def months_on(start: date, months: int) -> date:
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def dead(entries: list[Raw]) -> date | None:
    for entry in of(entries, "patient_died")[-1:]:
        if entry["record"]["what"] == "died":
            known = entry["record"]["died_on"]
            return date.fromisoformat(known) if known else day(entry["record"]["learned_at"])
    return None


def accepted_elsewhere(entries: list[Raw]) -> set[str]:
    parts: dict[str, str] = {}
    for entry in entries:
        if entry["kind"] == "transferred_out":
            parts = {}
        elif entry["kind"] == "transfer_accepted" and of(entries[: entry["seq"]], "transferred_out"):
            parts[entry["record"]["part"]] = entry["record"]["answer"]
    return {part for part, answer in parts.items() if answer == "accepted"}


def after_the_procedure(entries: list[Raw], runs: list[Raw], pathway: str, policy: dict[str, int]) -> Raw:
    visits = [entry["record"] for entry in of(entries, "long_term_visit")] if runs else []
    found: Raw = {"visits_made": visits, "serious_on": [], "nights": None, "died_soon": False, "asserted": None}
    found |= {"in_person": sum(each["way"] == "clinic" for each in visits), "review": None, "gap": None}
    found |= {"remotely": sum(each["way"] != "clinic" for each in visits), "reviewed": False, "harms": set()}
    found |= {"visits": {}, "villalta": None, "filters": None, "died_on": None}
    if not runs:
        return found
    last_on = runs[-1]["at"].astimezone(LONDON).date()
    found["died_on"] = on = dead(entries)
    found["asserted"] = asserted(entries, runs, pathway)
    found["filters"] = filters(entries, on)
    for name in ("m6", "m12", "m24"):
        found["visits"][name] = visited(entries, name, runs[-1]["start"]["seq"], last_on, on)
    if on is not None:
        gone = [(on - run["at"].astimezone(LONDON).date()).days for run in runs]
        found["died_soon"] = any(0 <= days <= 30 for days in gone)
    for each in visits:
        worst_leg = [scored(leg["villalta"]) for leg in each["legs"]]
        known = [CATEGORIES.index(one) for one in worst_leg if one is not None]
        found["villalta"] = CATEGORIES[max(known)] if known else found["villalta"]
    return found | harmed(entries, runs[0]["start"]["seq"], visits) | home(entries, runs[-1], last_on, policy)


def harmed(entries: list[Raw], first: int, visits: list[Raw]) -> Raw:
    """Everything that went wrong since the first start, and the days of what was serious."""
    harm = [e["record"] for e in of(entries, "adverse_event") if e["seq"] > first]
    kinds = {each["category"] for each in harm}
    for entry in of(entries, "procedure_end", "thirty_day_check"):
        kinds |= set(entry["record"]["events"])
    kinds |= {"re_thrombosis"} if any(each["recurrence"] == "yes" for each in visits) else set()
    kinds |= {"embolisation"} if any(each["pulmonary_embolism"] == "yes" for each in visits) else set()
    return {"harms": kinds, "serious_on": [day(e["onset_at"]).isoformat() for e in harm if serious(e)]}


def home(entries: list[Raw], last: Raw, last_on: date, policy: dict[str, int]) -> Raw:
    """Nights, supply and the 3-month review."""
    found: Raw = {}
    for entry in of(entries, "discharge")[-1:]:
        found["nights"] = (day(entry["record"]["discharged_at"]) - last_on).days
        plan, booked = entry["record"]["anticoagulant"], entry["record"]["review_booked_on"]
        if plan and booked:
            found["gap"] = (date.fromisoformat(booked) - date.fromisoformat(plan["supply_until"])).days > 0
    review = reviewed(entries, last, last_on, policy)
    escalated = fired_at(entries, "T-3M", "escalate", last_on)
    if review is not None:
        late = escalated is not None and instant(review["at"]) > escalated
        return found | {"reviewed": True, "review": "no" if late else "yes"}
    elsewhere = dead(entries) is not None or "anticoagulation" in accepted_elsewhere(entries)
    return found | {"review": None if elsewhere else "no" if escalated else "open"}


def asserted(entries: list[Raw], runs: list[Raw], pathway: str) -> str:
    closed = bool(of(entries, "closure"))
    checks = of(entries, "thirty_day_check")
    said = {e["record"]["procedure_id"] for e in checks if e["record"]["how"] != "not_reached"}
    if all(f"{pathway}.{run['number']}" in said for run in runs):
        return "yes"
    return "no" if closed else "open"


def reviewed(entries: list[Raw], last: Raw, last_on: date, policy: dict[str, int]) -> Raw | None:
    found = of(entries, "anticoagulation_review")[-1:]
    if not found or found[0]["seq"] < last["start"]["seq"]:
        return None
    until = months_on(last_on, policy["anticoagulation_months"])
    for entry in of(entries, "discharge")[-1:]:
        if entry["record"]["anticoagulant"]:
            since = date.fromisoformat(entry["record"]["anticoagulant"]["started_on"])
            until = max(until, months_on(since, policy["treatment_months"]))
    early = date.fromisoformat(found[0]["record"]["attended_on"]) < until - timedelta(days=policy["review_opens_days"])
    return None if early and found[0]["record"]["decision"] != "stop" else found[0]


def visited(entries: list[Raw], name: str, since: int, last_on: date, died: date | None) -> str | None:
    made = [e for e in of(entries, "long_term_visit") if e["record"]["visit"] == name and e["seq"] > since]
    not_made = [e for e in of(entries, "visit_not_made") if e["record"]["visit"] == name and e["seq"] > since]
    if not_made:
        return "no"
    if made:
        return "yes"
    if died is not None:
        return None
    return "no" if fired_at(entries, "T-LT", f"{name}_missed", last_on) else "open"


def scored(items: Raw) -> str | None:
    """The category of a complete score; an ulcer alone is severe."""
    numbers = [items[name] for name in SCORED]
    if items["ulcer"]:
        return "severe"
    if None in numbers or (items["ulcer"] is None and sum(numbers) < 15):
        return None
    total = sum(numbers)
    return "severe" if total >= 15 else "moderate" if total >= 10 else "mild" if total >= 5 else "none"


def filters(entries: list[Raw], died: date | None) -> str | None:
    said = []
    for entry in of(entries, "procedure_end"):
        put_in = entry["record"]["filter"]
        if put_in is None or put_in["intended"] != "temporary":
            continue
        name = f"{put_in['udi_di']}/{put_in['serial'] or put_in['lot']}"
        about = [each for each in entries if each["record"].get("filter_id") == name]
        tried = of(about, "filter_retrieval")
        if any(each["record"]["success"] for each in tried) or of(about, "filter_removed_elsewhere"):
            said.append("yes")
        elif of(about, "filter_made_permanent"):
            said.append("no")
        elif died is None and "filter" not in accepted_elsewhere(entries):
            critical = fired_at(entries, "T-FIL", "critical", instant(put_in["inserted_at"]))
            said.append("no" if critical else "open")
    return worst(said)


def worst(said: list[str]) -> str | None:
    return next((each for each in ("no", "open", "yes") if each in said), None)


def carded(entries: list[Raw]) -> str | None:
    said = []
    for entry in of(entries, "adverse_event"):
        for subject in ("device", "medicine"):
            if entry["record"]["contributions"][subject] == "no":
                continue
            cards = [e["record"] for e in of(entries, "yellow_card") if e["record"]["event"] == entry["seq"]]
            seen = instant(entry["record"]["detected_at"])
            if fired_at(entries, "T-YC", f"{subject}_{entry['seq']}", seen):
                said.append("no")
            else:
                said.append("yes" if any(card["about"] == subject for card in cards) else "open")
    return worst(said)


def second_looks(entries: list[Raw], policy: dict[str, int]) -> str | None:
    said = []
    for entry in of(entries, "break_glass"):
        at = instant(entry["at"])
        looks = [e for e in of(entries, "break_glass_review") if e["record"]["breaking"] == entry["seq"]]
        if looks:
            until = at + timedelta(hours=policy["break_glass_review_hours"])
            said.append("yes" if instant(looks[0]["at"]) <= until else "no")
        else:
            said.append("no" if fired_at(entries, "T-EMG", "break_glass_review", at) else "open")
    return worst(said)

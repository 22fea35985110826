"""The audit row of a pathway worked out a second time, from the raw JSON of its entries, with plain loops.

Written apart from `shared/compliance` and from the clinical core, of which nothing is imported here: both have to come
to the same row. An entry is a dict of seq, at, person, role, kind, record and facts, as the ledger keeps it.
"""

from datetime import timedelta
from typing import Any

from tests.compliance.by_hand_after import after_the_procedure
from tests.compliance.by_hand_entries import (
    HIGH,
    LONDON,
    SCORED,
    SPECIALTIES,
    Raw,
    begun,
    day,
    fired_at,
    instant,
    of,
    offered,
    reviews,
    urgent,
)
from tests.compliance.by_hand_said import course, reached, said
from tests.compliance.by_hand_told import told_of

MIDDLE = {"femoral", "profunda_femoris", "popliteal"}
LOW = {"anterior_tibial", "posterior_tibial", "peroneal", "gastrocnemius", "soleal"}


def row(entries: list[Raw], pathway: str, policy: dict[str, int]) -> Raw | None:
    """The columns of the row; None before the referral."""
    referrals = of(entries, "referral")
    if not referrals:
        return None
    referral = referrals[-1]
    runs = [procedure(entries, each, pathway, number, policy) for number, each in enumerate(begun(entries), start=1)]
    after = after_the_procedure(entries, runs, pathway, policy)
    counted = not of(entries, "opened_in_error")
    steps = reached(entries, runs, after)
    corrected = of(entries, "identity_corrected")
    patient = (corrected or referrals)[-1]["facts"]
    changed = of(entries, "contact_preference_changed")
    needs = (changed or referrals)[-1]["record"]["communication_needs"]
    legs = [leg(entries, limb) for limb in referral["record"]["limbs"]]
    models = sorted({model for run in runs for model in run["models"]})
    return {
        "considered_on": day(referral["at"]).isoformat(),
        "sides": [limb["side"] for limb in referral["record"]["limbs"]],
        "reached": steps if counted else [],
        "verdicts": said(entries, runs, after, legs, figures=policy | {"age": patient["age_years"]}) if counted else {},
        "course": course(steps, runs),
        "site": best("iliofemoral femoropopliteal calf vena_cava unknown", [each["site"] for each in legs]),
        "severity": best("severe moderate mild", [each["severity"] for each in legs]),
        "age_band": band(patient["age_years"]),
        "sex": patient["sex"],
        "language": spoken(needs),
        "device": device(runs, models),
        "devices_used": sum(run["used"] for run in runs),
        "devices_unused": sum(run["unused"] for run in runs),
        "contrast_ml": sum(run["contrast"] for run in runs),
        "nights": after["nights"] or 0,
        "in_person": after["in_person"],
        "remotely": after["remotely"],
        "completed": sum(run["outcome"] == "completed" for run in runs),
        "serious_on": after["serious_on"] if counted else [],
    }


def device(runs: list[Raw], models: list[str]) -> str | None:
    if not runs:
        return None
    if not models:
        return "none_named"
    return models[0] if len(models) == 1 else "several"


def spoken(needs: Raw) -> str:
    if needs["interpreter_needed"]:
        return "interpreter"
    return "english" if needs["language"].strip().lower() == "english" else "other_language"


def best(order: str, found: list[str]) -> str:
    for each in order.split():
        if each in found:
            return each
    return order.rsplit(maxsplit=1)[-1]


def band(age: int | None) -> str:
    if age is None:
        return "unknown"
    if age >= 80:
        return "80_and_over"
    if age >= 60:
        return "60_to_79"
    return "40_to_59" if age >= 40 else "under_40"


def leg(entries: list[Raw], limb: Raw) -> Raw:
    """Where its clot is by the newest picture, and how bad it is."""
    pictures = []
    for entry in of(entries, "referral", "new_imaging"):
        told = entry["record"]["limbs"] if entry["kind"] == "referral" else [entry["record"]]
        same = [each for each in told if each["side"] == limb["side"]]
        pictures += [(instant(each["imaging"]["performed_at"]), entry["seq"], each["segments"]) for each in same]
    pictures.sort(key=lambda each: (each[0], each[1]))
    clot = {vein for vein, finding in pictures[-1][2].items() if finding == "thrombosed"}
    score, pain = baseline(entries, limb["side"]), limb["symptoms"]["pain"]
    if score is not None:
        return {"site": site_of(clot), "severity": "severe" if score >= 15 else "moderate" if score >= 10 else "mild"}
    return {"site": site_of(clot), "severity": "severe" if pain >= 7 else "moderate" if pain >= 4 else "mild"}


def site_of(clot: set[str]) -> str:
    for name, veins in (("iliofemoral", HIGH), ("femoropopliteal", MIDDLE), ("calf", LOW)):
        if clot & veins:
            return name
    return "vena_cava" if clot else "unknown"


def baseline(entries: list[Raw], side: str) -> int | None:
    """The first score of this leg in the newest work-up, when no item is missing."""
    for entry in of(entries, "work_up")[-1:]:
        for each in entry["record"]["baseline_villalta"]:
            if each["side"] == side:
                items: list[Any] = [each["score"][name] for name in SCORED] if each["score"] else [None]
                return None if None in items else sum(items)
    return None


def broken_for(entries: list[Raw], run: Raw, policy: dict[str, int]) -> set[str]:
    """Gates that somebody broke for this start, and not for an earlier one of the leg."""
    since = 0
    for each in begun(entries):
        if each["side"] == run["side"] and each["start"]["seq"] < run["start"]["seq"]:
            since = max(since, each["outs"][-1]["seq"])
    gates: set[str] = set()
    for entry in of(entries, "break_glass"):
        young = run["at"] < instant(entry["at"]) + timedelta(hours=policy["break_glass_hours"])
        if entry["record"]["side"] == run["side"] and since < entry["seq"] < run["outs"][-1]["seq"] and young:
            gates |= set(entry["record"]["gates"])
    return gates


def procedure(entries: list[Raw], run: Raw, pathway: str, number: int, policy: dict[str, int]) -> Raw:
    """One procedure with what had to be there before it."""
    start, end, seq = run["start"]["record"], run["end"], run["start"]["seq"]
    run["at"] = instant(start["started_at"] or run["start"]["at"])
    run["number"] = number
    run["gates"] = broken_for(entries, run, policy)
    run["emergency"] = bool(run["gates"]) or urgent(entries, seq)
    run["class"] = "unclassified"
    for entry in of(entries, "classification"):
        for limb in entry["record"]["limbs"]:
            if entry["seq"] < seq and limb["side"] == run["side"]:
                run["class"] = limb["recommended"]
    run["study"] = any(entry["seq"] < seq for entry in of(entries, "research_enrolment"))
    run["told"] = told_of(entries, run, policy)
    run["mdt"] = met(entries, run)
    consents = [entry["record"] for entry in of(entries, "consent") if entry["seq"] < seq]
    run["consent"] = consents[-1] if consents else None
    name = f"{pathway}.{number}"
    typed = [each["seq"] for each in of(entries, "registry_manual_entry") if each["record"]["procedure_id"] == name]
    run["registered"] = any(each["record"]["procedure_id"] == name for each in of(entries, "registry_accepted")) or any(
        each["record"]["procedure_id"] == name and typed and each["seq"] > typed[0]
        for each in of(entries, "registry_manual_confirmation")
    )
    run["registry_late"] = fired_at(entries, "T-REG", "submit", run["at"]) is not None
    presented = day(of(entries, "referral")[-1]["record"]["presentation_at"])
    run["days"] = (run["at"].astimezone(LONDON).date() - presented).days
    ended = end["record"] if end else None
    run["outcome"] = ended["outcome"] if ended else "under_way"
    grades = [each for each in ended["clot_removal"].values() if each != "not_assessed"] if ended else []
    run["grades"] = grades
    run["used"] = sum(each["outcome"] != "opened_unused" for each in ended["devices_used"]) if ended else 0
    run["unused"] = sum(each["outcome"] == "opened_unused" for each in ended["devices_used"]) if ended else 0
    run["contrast"] = ended["contrast"]["value"] if ended else 0
    run["models"] = models_of(run, ended)
    return run


def models_of(run: Raw, ended: Raw | None) -> list[str]:
    purpose, names = {}, {}
    for out in run["outs"]:
        for each in out["record"]["devices"]:
            purpose[each["udi_di"]] = each["role"]
        for udi, known in out["facts"]["devices"].items():
            names[udi] = known["model"]
    udis = [d["udi_di"] for d in ended["devices_used"] if d["outcome"] != "opened_unused"] if ended else list(purpose)
    return [names.get(udi, "unregistered") for udi in udis if purpose.get(udi, "thrombectomy") == "thrombectomy"]


def met(entries: list[Raw], run: Raw) -> str:
    """An offer of three specialties before the start, or after an emergency their look back."""
    if any(seq < run["start"]["seq"] and offered(review, run["side"]) for seq, review in reviews(entries)):
        return "yes"
    if not run["emergency"]:
        return "no"
    for entry in of(entries, "mdt_review"):
        if entry["seq"] > run["start"]["seq"] and entry["record"]["meeting_type"] == "retrospective":
            signed = [each["role"] for each in of(entries, "mdt_sign_off") if each["record"]["review"] == entry["seq"]]
            if set(signed) >= SPECIALTIES:
                return "yes"
    return "no" if fired_at(entries, "T-EMG", "retrospective_mdt", run["at"]) else "open"

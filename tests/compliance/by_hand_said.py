"""What each measure says of a pathway, and which steps it reached: the last part of"""

from tests.compliance.by_hand_after import carded, second_looks, worst
from tests.compliance.by_hand_entries import Raw, instant, of, offered, reviews

HARMS = {
    "bleeding": {"bleeding", "stroke_or_ich"},
    "haemolysis": {"haemolysis_or_aki"},
    "vessel_damage": {"vessel_damage"},
    "embolisation": {"embolisation"},
    "re_thrombosis": {"re_thrombosis"},
}


def yes(answer: bool) -> str:
    return "yes" if answer else "no"


def reached(entries: list[Raw], runs: list[Raw], after: Raw) -> list[str]:
    signed = [review for _seq, review in reviews(entries)]
    consents = [entry["record"]["lines"] for entry in of(entries, "consent")]
    steps = [
        ("considered", True),
        ("classified", bool(of(entries, "classification"))),
        ("decided", any(each["outcome"] != "defer" for review in signed for each in review["decisions"])),
        ("offered", any(offered(review) for review in signed)),
        ("consented", any(lines.get("pmt_procedure") == "given" for lines in consents)),
        ("started", bool(runs)),
        ("completed", any(run["outcome"] == "completed" for run in runs)),
        ("followed_3_months", after["reviewed"]),
        ("followed_12_months", after["visits"].get("m12") == "yes"),
        ("followed_24_months", after["visits"].get("m24") == "yes"),
    ]
    return [name for name, so in steps if so]


def course(steps: list[str], runs: list[Raw]) -> str:
    if runs:
        return "reviewed" if "followed_3_months" in steps else "treated"
    return "offered" if "offered" in steps else "not_offered"


def said(entries: list[Raw], runs: list[Raw], after: Raw, legs: list[Raw], *, figures: Raw) -> dict[str, str]:
    found: dict[str, str | None] = {
        "selection": yes(figures["age"] is not None and all(one["site"] != "unknown" for one in legs))
    }
    found["second_look"] = second_looks(entries, figures)
    found["yellow_card"] = carded(entries)
    if runs:
        found |= of_runs(runs) | of_after(after)
    return {name: answer for name, answer in found.items() if answer is not None}


def of_runs(runs: list[Raw]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    right = [
        run["class"] == "special_arrangements" or (run["class"] == "research_only" and run["study"]) for run in runs
    ]
    found["arrangement"] = yes(all(right))
    research = [run for run in runs if run["class"] == "research_only"]
    found["outside_study"] = yes(any(not run["study"] for run in research)) if research else None
    planned, urgent = [r for r in runs if not r["emergency"]], [r for r in runs if r["emergency"]]
    found["told_before"], found["told_emergency"] = (worst([run["told"] for run in some]) for some in (planned, urgent))
    found["mdt_before"], found["mdt_emergency"] = (worst([run["mdt"] for run in some]) for some in (planned, urgent))
    papers = [run["consent"] for run in runs]
    found["uncertainty"] = yes(all(paper and "uncertainty" in paper["discussed"] for paper in papers))
    device = "which_device_and_old_evidence"
    found["device_explained"] = yes(all(paper and device in paper["discussed"] for paper in papers))
    found["nice_information"] = yes(all(paper and paper["nice_information"]["given"] for paper in papers))
    found["written_information"] = yes(all(paper and written(paper) for paper in papers))
    foreign = [paper["interpreter"] for paper in papers if paper and paper["interpreter"]["needed"]]
    found["interpreter"] = yes(all(each["interpreter_id"] for each in foreign)) if foreign else None
    kept, late = [run["registered"] for run in runs], [run["registry_late"] for run in runs]
    found["registered"] = worst(
        ["yes" if done else "no" if over else "open" for done, over in zip(kept, late, strict=True)]
    )
    found["registered_in_time"] = worst(
        ["no" if over else "yes" if done else "open" for done, over in zip(kept, late, strict=True)]
    )
    found["local_anaesthesia"] = yes(all(run["start"]["record"]["anaesthesia"] == "local" for run in runs))
    graded = [run["grades"] for run in runs if run["grades"]]
    found["clot_removal"] = yes(all("grade_I" not in grades for grades in graded)) if graded else None
    found["gates_kept"] = yes(not any(run["gates"] for run in runs))
    found["within_14_days"] = yes(all(run["days"] <= 14 for run in runs))
    return found


def written(paper: Raw) -> bool:
    leaflet = paper["written_information"]
    return bool(leaflet) and instant(leaflet["given_at"]) <= instant(paper["signed_at"])


def of_after(after: Raw) -> dict[str, str | None]:
    found: dict[str, str | None] = {"filter_out": after["filters"], "review_3_months": after["review"]}
    found["supply"] = None if after["gap"] is None else yes(not after["gap"])
    if after["villalta"] is not None:
        found["pts"] = yes(after["villalta"] != "none")
        found["pts_moderate"] = yes(after["villalta"] in {"moderate", "severe"})
    if after["visits_made"]:
        found["quality_of_life"] = yes(any(each["eq5d"] for each in after["visits_made"]))
        found["comments"] = yes(any(each["experience"] for each in after["visits_made"]))
    for name, visit in (("visit_6_months", "m6"), ("visit_12_months", "m12"), ("visit_24_months", "m24")):
        found[name] = after["visits"][visit]
    sure = after["asserted"] == "yes"
    for name, kinds in HARMS.items():
        found[name] = "yes" if kinds & after["harms"] else "no" if sure else "open"
    if after["died_soon"]:
        found["death_30_days"] = "yes"
    else:
        found["death_30_days"] = "no" if sure or after["died_on"] else "open"
    found["asserted_30_days"] = after["asserted"]
    return found

"""docker-compose.yml for those who operate it: a new build gets the work, and somebody looks at the figures."""

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml

from tests.architecture.sources import HOUSE
from tests.architecture.test_compose import Compose, compose, services, unwatched

PROMETHEUS = HOUSE / "deploy/compose/prometheus/config.yaml"
REQUIRED = re.compile(r"\$\{(\w+):\?[^}]+\}")
EVERY_INTERFACE = "0.0.0.0"  # noqa: S104 -- of a container; compose publishes on loopback only
Whole = dict[str, Any]
"""The compose file and Prometheus's own, side by side."""


def whole() -> Whole:
    return {"compose": compose(), "prometheus": yaml.safe_load(PROMETHEUS.read_text(encoding="utf-8"))}


def workers(read: Compose) -> dict[str, Any]:
    return {name: each for name, each in services(read).items() if each.get("command", [""])[0] == "workflows.worker"}


def unreleased(read: Whole) -> list[str]:
    """Workers without a build, or whose build no job makes current after they are there."""
    found = []
    for name, worker in workers(read["compose"]).items():
        build = worker["environment"].get("PATENCY_BUILD_ID", "")
        jobs = [
            each
            for each in services(read["compose"]).values()
            if each.get("command") == ["deploy.release", build]
            and each.get("depends_on", {}).get(name) == {"condition": "service_healthy"}
            and "PATENCY_TEMPORAL" in each["environment"]
            and str(each["restart"]).startswith("on-failure")
            and "profiles" not in each
        ]
        if not REQUIRED.fullmatch(build) or len(jobs) != 1:
            found.append(name)
    return found or ([] if workers(read["compose"]) else ["no worker"])


def served(read: Compose) -> dict[str, Any]:
    """Who serves the figures, by the address that the other containers have for it."""
    found = {}
    for name, each in services(read).items():
        words = each.get("command", [])
        if words[:1] == ["deploy.alerts"] and "profiles" not in each and EVERY_INTERFACE in words:
            found[f"{name}:{words[words.index('--port') + 1]}"] = each
    return found


def unscraped(read: Whole) -> list[str]:
    """Figures for alerts that nobody serves, or nobody asks for. That all others are asked: test_scraping."""
    asked = {
        target
        for job in read["prometheus"]["scrape_configs"]
        for group in job["static_configs"]
        for target in group["targets"]
    }
    found = served(read["compose"])
    return [each for each in found if each not in asked] if found else ["nobody serves them"]


def unlooked_at(read: Whole) -> list[str]:
    """Servers of figures whose health is not asked for where they listen."""
    tests = {address: each["healthcheck"]["test"] for address, each in served(read["compose"]).items()}
    return [
        name
        for name, test in tests.items()
        if test != ["CMD", "python", "-m", "deploy.compose.well", name.split(":")[1], "/metrics"]
    ] + [name for name in unwatched(read["compose"]) if name in {"alerts", "prometheus"}]


def unruled(read: Whole) -> list[str]:
    """Rule files that are not mounted where Prometheus looks, or are not those that `make alerts` checks."""
    (prometheus,) = [
        each
        for each in services(read["compose"]).values()
        if each["image"].startswith("quay.io/prometheus/prometheus:")
    ]
    mounts = dict(volume.split(":")[1::-1] for volume in prometheus["volumes"])
    config = f"--config.file={mounts_of(mounts, PROMETHEUS.name)}"
    wrong = [] if config in prometheus["command"] else [config]
    files = read["prometheus"].get("rule_files", [])
    return wrong + [each for each in files or ["none"] if mounts.get(each) != "./deploy/alerts/rules.yaml"]


def mounts_of(mounts: dict[str, str], name: str) -> str:
    return next((inside for inside, outside in mounts.items() if outside.endswith(f"/{name}")), "nowhere")


FULL_SHARE = 1024
STANDS_BACK = {"temporal", "worker", "relay", "operations"}


def unshared(read: Whole) -> list[str]:
    """What follows a click by itself has less of a short processor than a desk; nobody else has."""
    shares = {name: each.get("cpu_shares", FULL_SHARE) for name, each in services(read["compose"]).items()}
    return sorted(name for name, share in shares.items() if (share < FULL_SHARE) != (name in STANDS_BACK))


CHECKS: dict[str, Callable[[Whole], list[str]]] = {
    "every worker has a build, and it is released": unreleased,
    "the figures are served, and scraped": unscraped,
    "who serves figures is asked whether it is well": unlooked_at,
    "the rules are those that were checked": unruled,
    "a click goes before what follows it": unshared,
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())
def test_compose_can_be_operated(check: Callable[[Whole], list[str]]) -> None:
    assert check(whole()) == []


def planted() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """For each check something that it has to find: the service, and what is changed in it."""
    released, figures = "every worker has a build, and it is released", "the figures are served, and scraped"
    yield released, "worker", {"environment": {}}
    yield released, "worker", {"environment": {"PATENCY_BUILD_ID": "${PATENCY_BUILD_ID:-}"}}
    yield released, "worker", {"environment": {"PATENCY_BUILD_ID": "0.1.0"}}
    yield released, "worker", {"command": ["workflows.nothing"]}
    yield released, "release", {"command": ["deploy.release", "0.1.0"]}
    yield released, "release", {"depends_on": {"worker": {"condition": "service_started"}}}
    yield released, "release", {"profiles": ["training"]}
    yield released, "release", {"environment": {}}
    yield figures, "alerts", {"command": ["deploy.alerts", "--port", "8099"]}
    yield figures, "alerts", {"command": ["deploy.alerts", "--listen", EVERY_INTERFACE, "--port", "8098"]}
    yield figures, "alerts", {"profiles": ["observability"]}
    well = ["CMD", "python", "-m", "deploy.compose.well", "8000", "/metrics"]
    yield "who serves figures is asked whether it is well", "alerts", {"healthcheck": {"test": well}}
    yield "who serves figures is asked whether it is well", "prometheus", {"healthcheck": {}}
    yield "the rules are those that were checked", "prometheus", {"volumes": ["./other.yaml:/compose/rules.yaml:ro"]}
    yield "the rules are those that were checked", "prometheus", {"command": []}
    yield "a click goes before what follows it", "worker", {"cpu_shares": FULL_SHARE}
    yield "a click goes before what follows it", "consent", {"cpu_shares": 341}


@pytest.mark.parametrize(("check", "service", "change"), list(planted()))
def test_something_wrong_is_found(check: str, service: str, change: dict[str, Any]) -> None:
    wrong = deepcopy(whole())
    wrong["compose"]["services"][service] |= change
    assert CHECKS[check](wrong)


@pytest.mark.parametrize("change", [{"rule_files": []}, {"rule_files": ["/compose/others.yaml"]}])
def test_other_rules_are_seen(change: dict[str, Any]) -> None:
    assert unruled({**whole(), "prometheus": whole()["prometheus"] | change})


def test_figures_that_nobody_asks_for_are_seen() -> None:
    wrong = whole()
    jobs = wrong["prometheus"]["scrape_configs"]
    wrong["prometheus"]["scrape_configs"] = [job for job in jobs if job["job_name"] != "figures"]
    assert unscraped(wrong) == ["alerts:8099"]

"""Every alert has its page and its test, every page its alert, and every figure of ours is one that is served."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from prometheus_client import Gauge

from deploy.alerts.figures import HELP, Figure, exposition, figures
from shared.wiring import metrics
from shared.wiring.postgres import open_pool
from tests.database import Postgres

FOLDER = Path(__file__).parents[2] / "deploy"
RULES = yaml.safe_load((FOLDER / "alerts/rules.yaml").read_text(encoding="utf-8"))
TESTS = yaml.safe_load((FOLDER / "alerts/tests.yaml").read_text(encoding="utf-8"))
SCRAPED = yaml.safe_load((FOLDER / "compose/prometheus/config.yaml").read_text(encoding="utf-8"))
HEADINGS = ("What it means for patients", "How to see", "What to do")
NOT_AN_ALERT = {"restore"}
OF_TEMPORAL = {"temporal_workflow_task_execution_failed_total", "temporal_request_failure_total"}


def rules() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}


def counted() -> set[str]:
    """Every series that a process of ours serves about itself."""
    ledger = (metrics.ACTS, metrics.ENTER_SECONDS, metrics.LOCK_WAIT_SECONDS, metrics.LOCK_HELD_SECONDS)
    others = (metrics.REQUESTS, metrics.REQUEST_SECONDS, metrics.SPANS, metrics.SPANS_DROPPED, metrics.PASSED_ON)
    ours = (*ledger, *others, *relays().values())
    endings = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}
    return {family.name + ending for each in ours for family in each.describe() for ending in endings[family.type]}


@cache
def relays() -> dict[str, Gauge]:
    return vars(metrics.RelayFigures())


def page_of(alert: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", alert).lower()


def pages() -> set[str]:
    return {path.stem for path in (FOLDER / "runbook").glob("*.md")} - NOT_AN_ALERT


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    assert pages() == {page_of(alert) for alert in rules()}


@pytest.mark.parametrize("alert", rules())
def test_a_page_says_what_it_means_for_patients_how_to_see_it_and_what_to_do(alert: str) -> None:
    text = (FOLDER / f"runbook/{page_of(alert)}.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {alert}\n")
    assert f"Severity: {rules()[alert]['labels']['severity']}." in text
    assert [part for part in HEADINGS if f"## {part}\n" not in text] == []
    assert all(len(section.strip()) > 40 for section in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:])


def test_every_figure_of_ours_in_a_rule_is_served() -> None:
    used = {name for rule in rules().values() for name in re.findall(r"\bpatency_\w+", rule["expr"])}
    assert used & set(HELP)
    assert used & counted()
    assert used <= set(HELP) | counted()


def test_every_alert_is_seen_firing_in_a_test_of_promtool() -> None:
    fired = {each["alertname"] for test in TESTS["tests"] for each in test["alert_rule_test"] if each["exp_alerts"]}
    assert fired == set(rules())


def test_the_series_of_those_tests_are_figures_that_exist() -> None:
    given = {re.split(r"[{ ]", each["series"])[0] for test in TESTS["tests"] for each in test["input_series"]}
    assert {name for name in given if name.startswith("patency_")} <= set(HELP) | counted()


def test_what_prometheus_reads_has_help_type_and_labels() -> None:
    text = exposition([Figure("patency_outbox_rows", 3, (("trust", "RXX"),)), Figure("patency_reconcile_missing", 0)])
    assert text.splitlines() == [
        "# HELP patency_outbox_rows Changes that the engine has not been told of.",
        "# TYPE patency_outbox_rows gauge",
        'patency_outbox_rows{trust="RXX"} 3',
        "# HELP patency_reconcile_missing What the last comparison found missing in Temporal.",
        "# TYPE patency_reconcile_missing gauge",
        "patency_reconcile_missing 0",
    ]


async def test_the_figures_are_read_for_every_trust_with_the_rights_of_the_operations_desk(
    postgres: Postgres,
) -> None:
    pool: asyncpg.Pool = await open_pool(postgres.settings, "desk_operations", size=1)
    try:
        found = await figures(pool)
    finally:
        pool.terminate()
    assert {each.name for each in found} <= set(HELP)
    rows = {dict(each.labels)["trust"] for each in found if each.name == "patency_outbox_rows"}
    assert rows >= {"RXX", "RYY", "SXX"}


def test_every_panel_of_the_dashboard_shows_a_figure_that_is_served() -> None:
    board = json.loads((FOLDER / "dashboards/patency.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    shown = [re.findall(r"\b(?:patency|temporal)_\w+", expr) for expr in asked]
    assert all(shown)
    assert {name for names in shown for name in names} <= set(HELP) | counted() | OF_TEMPORAL
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_every_job_that_a_rule_names_is_scraped() -> None:
    named = {job for rule in rules().values() for found in re.findall(r'job=~?"([^"]+)"', rule["expr"])
             for job in found.split("|")}  # fmt: skip
    assert named
    assert {job for job in named if not any(re.fullmatch(job, each) for each in jobs())} == set()


def jobs() -> set[str]:
    return {each["job_name"] for each in SCRAPED["scrape_configs"]}

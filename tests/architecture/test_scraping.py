"""Prometheus asks every process, where it answers, and nobody else can: the ports for figures are never published."""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from tests.architecture.sources import HOUSE
from tests.architecture.test_compose import compose, services
from tests.architecture.test_helm import templates, values

LASTING = ("worker", "relay")
TEMPORAL_OF = {"worker", "relay"}


def scraped() -> set[str]:
    read: dict[str, Any] = yaml.safe_load((HOUSE / "deploy/compose/prometheus/config.yaml").read_text(encoding="utf-8"))
    return {target for job in read["scrape_configs"] for each in job["static_configs"] for target in each["targets"]}


def answering(read: dict[str, Any]) -> set[str]:
    """Where processes of compose serve figures: those that last, and Temporal itself."""
    found = set()
    for name, each in services(read).items():
        given, words = each.get("environment", {}), each.get("command", [])
        if words[:1] == ["deploy.alerts"]:  # it has a port of its own, the only one it serves
            found.add(f"{name}:{words[words.index('--port') + 1]}")
            continue
        lasts = "profiles" not in each and not str(each.get("restart")).startswith("on-failure")
        for setting in ("PATENCY_METRICS", "PATENCY_TEMPORAL_METRICS", "PROMETHEUS_ENDPOINT"):
            if lasts and setting in given:
                found.add(f"{name}:{given[setting].rpartition(':')[2]}")
    return found


def published(read: dict[str, Any]) -> set[str]:
    """Ports for figures that the host, or anybody beyond, could reach; Prometheus' own pages, and the
    counts that alerts look at, are for a Prometheus of the host."""
    ports = {address.rpartition(":")[2] for address in answering(read)}
    return {
        name
        for name, each in services(read).items()
        if name not in {"prometheus", "alerts"} and {port.rpartition(":")[2] for port in each.get("ports", [])} & ports
    }


def test_every_process_that_serves_figures_is_asked_for_them() -> None:
    assert answering(compose()) == scraped()


def test_a_process_that_nobody_asks_is_seen() -> None:
    more = deepcopy(compose())
    more["services"]["another"] = deepcopy(more["services"]["consent"])
    assert answering(more) != scraped()


def test_no_port_for_figures_is_published() -> None:
    assert published(compose()) == set()


@pytest.mark.parametrize("port", ["9464:9464", "127.0.0.1:9464:9464", "9999:9465"])
def test_a_published_port_for_figures_is_seen(port: str) -> None:
    wrong = deepcopy(compose())
    wrong["services"]["worker"]["ports"] = [port]
    assert published(wrong) == {"worker"}


def test_the_chart_has_the_same_ports_and_no_service_leads_to_them() -> None:
    text = templates()["processes.yaml"]
    assert values()["settings"]["PATENCY_METRICS"] == "0.0.0.0:9464"
    assert 'PATENCY_TEMPORAL_METRICS, value: "0.0.0.0:9465"' in text
    service = text[text.index("kind: Service") :]
    assert "9464" not in service
    assert "9465" not in service

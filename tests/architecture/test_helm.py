"""The Helm chart says the same as docker-compose.yml: same processes and settings, nobody root, no secret in it.

helm is not at hand: the chart's values are read as YAML, its templates as text. Rendering it proves more than this.
"""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.ports import DESKS
from shared.wiring.settings import DeskSettings, RelaySettings, WorkerSettings, known_variables, variable

HOUSE = Path(__file__).parents[2]
CHART = HOUSE / "deploy/helm/patency"
BASE = 8000
METRICS = "/metrics"
SECRET_IN_TEXT = re.compile(r"(?i)(password|secret|token|key)\w*:\s*[\"']?[A-Za-z0-9+/]{8,}|://\w+:(?!\$\()[^@\s]+@")


def values() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    return found


def templates() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted((CHART / "templates").iterdir())}


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HOUSE / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return found


def lasting(services: dict[str, Any]) -> dict[str, list[str]]:
    """Our lasting processes of compose, by name, with their commands. Training is compose's alone."""
    ours = {name: each for name, each in services.items() if each.get("image", "").startswith("patency:")}
    return {
        name: each["command"]
        for name, each in ours.items()
        if "profiles" not in each and not str(each.get("restart")).startswith("on-failure")
    }


def processes(read: dict[str, Any]) -> dict[str, list[str]]:
    return {name: each["command"] for name, each in read["processes"].items()}


def given(asks: str) -> set[str]:
    """The settings that the template of the processes gives to one of this kind."""
    text = templates()["processes.yaml"]
    own = set(
        re.findall(r"name: (PATENCY_\w+)", text[text.index(f'eq $process.asks "{asks}"') :].partition("end }}")[0])
    )
    return {name for name in own | set(values()["settings"]) if name.startswith("PATENCY_")}


def test_the_chart_and_compose_start_the_same_processes_with_the_same_commands() -> None:
    assert processes(values()) == lasting(compose())


def test_a_process_that_is_missing_is_seen() -> None:
    for name in ("consent", "alerts"):
        less = deepcopy(values())
        del less["processes"][name]
        assert processes(less) != lasting(compose())


def test_every_desk_listens_where_compose_and_the_local_world_have_it() -> None:
    ports = {each["command"][-1]: each["port"] for each in values()["processes"].values() if each["asks"] == "desk"}
    assert ports == {desk: BASE + place for desk, place in DESKS.items()}


def test_every_setting_is_one_that_a_process_knows_and_none_that_it_needs_is_left_out() -> None:
    text = "".join(templates().values())
    assert set(re.findall(r"name: (PATENCY_\w+)", text)) | set(values()["required"]) <= known_variables()
    for kind, asks in ((DeskSettings, "desk"), (WorkerSettings, "worker")):
        needed = {variable(name) for name, field in kind.model_fields.items() if field.is_required()}
        temporal = {variable("temporal")} if issubclass(kind, RelaySettings) else set()
        assert needed - given(asks) - temporal == set()
    assert "PATENCY_TEMPORAL" in text


def test_the_image_is_pinned_and_of_the_version_that_compose_has() -> None:
    image = values()["image"]
    assert compose()["worker"]["image"] == f"{image['repository']}:{image['tag']}"
    assert yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))["appVersion"] == image["tag"]


def test_nobody_is_root_and_nobody_may_become_it() -> None:
    shared = templates()["_pod.tpl"]
    for said in ("runAsNonRoot: true", "runAsUser: 10001", "allowPrivilegeEscalation: false", "drop: [ALL]",
                 "readOnlyRootFilesystem: true"):  # fmt: skip
        assert said in shared
    for name in ("processes.yaml", "jobs.yaml"):
        text = templates()[name]
        containers = len(re.findall(r"^ +- name: \S+\n +image:|^ +- name: \{\{ \$name \}\}\n", text, re.MULTILINE))
        assert text.count('include "patency.container-security"') == containers > 0
        assert text.count('include "patency.pod-security"') == containers


def test_every_lasting_process_is_asked_whether_it_is_well() -> None:
    for name, each in values()["processes"].items():
        assert ("port" in each and "ready" in each) or "holds" in each, name
    assert {name: each["holds"] for name, each in values()["processes"].items() if "holds" in each} == {
        "worker": f"{7233:04X}",
        "relay": f"{5432:04X}",
    }
    assert templates()["processes.yaml"].count("readinessProbe:") == 2


def secrets_in(text: str) -> list[str]:
    return [found.group() for found in SECRET_IN_TEXT.finditer(text) if "/run/secrets" not in found.group()]


def test_secrets_are_mounted_and_never_written_out() -> None:
    assert "secretName: {{ .Values.secretName }}" in templates()["_pod.tpl"]
    texts = {**templates(), "values": (CHART / "values.yaml").read_text(encoding="utf-8")}
    assert {name: found for name, text in texts.items() if (found := secrets_in(text))} == {}


@pytest.mark.parametrize("text", ["password: hunter2hunter2", "postgresql://me:hunter2@db/x"])
def test_a_secret_that_is_written_out_is_seen(text: str) -> None:
    assert secrets_in(text)


def test_the_new_build_is_released_after_its_workers_were_started() -> None:
    jobs = templates()["jobs.yaml"]
    assert "helm.sh/hook: pre-install,pre-upgrade" in jobs
    assert "args: [deploy.release, {{ .Values.build | quote }}]" in jobs
    assert "PATENCY_BUILD_ID, value: {{ $all.Values.build | quote }}" in templates()["processes.yaml"]


def unscraped(read: dict[str, Any], template: str) -> list[str]:
    """Why no Prometheus would find the figures of the alerts, or of the others, where they are served."""
    alerts = [name for name, each in read["processes"].items() if "deploy.alerts" in each["command"]]
    told = ("prometheus.io/scrape", "prometheus.io/port", f'ternary "8099" "9464" (eq $name "{"".join(alerts)}")')
    return [each for each in told if each not in template] + ([] if alerts else ["alerts"])


def test_the_figures_of_the_alerts_are_scraped() -> None:
    assert unscraped(values(), templates()["processes.yaml"]) == []


def test_figures_that_are_not_scraped_are_seen() -> None:
    nobody, template = deepcopy(values()), templates()["processes.yaml"]
    del nobody["processes"]["alerts"]
    assert "alerts" in unscraped(nobody, template)
    assert unscraped(values(), template.replace("prometheus.io/port", "port")) == ["prometheus.io/port"]


def test_the_build_is_the_image_here_and_in_compose() -> None:
    example = (HOUSE / ".env.example").read_text(encoding="utf-8")
    assert values()["build"] == values()["image"]["tag"]
    assert f"\nPATENCY_BUILD_ID={values()['build']}\n" in example

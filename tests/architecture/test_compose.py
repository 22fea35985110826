"""docker-compose.yml, read and cross-checked: no container engine is needed, and none has ever started it here."""

import re
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml

from deploy.compose import realm
from deploy.local.ports import DESKS, ENGINES, OUTSIDE
from deploy.local.temporal import SEARCH_ATTRIBUTES
from deploy.local.world import MODULES, ONCE, PARTS
from shared.contracts.identifiers import NAMESPACE
from shared.wiring import scrub
from shared.wiring.settings import known_variables
from tests.architecture.sources import HOUSE

Compose = dict[str, Any]
ASKED_FOR = re.compile(r"\$\{(\w+)(:?[-?][^}]*)?\}")
PINNED = re.compile(r"[^:@\s]+(?:/[^:@\s]+)*:v?\d+(?:\.\d+)+[\w.-]*(?:@sha256:[0-9a-f]{64})?")
LOOPBACK = re.compile(r"127\.0\.0\.1:\d+:\d+")
SECRET_NAME = re.compile(r"passw|_pwd|secret|token|api_?key", re.IGNORECASE)
SECRET_IN_TEXT = re.compile(r"://[^:@/\s\"]+:(?!\$)[^@\s\"]+@|(?:PASSWORD|PWD)=[\"']?(?!\"?\$)[\w]")
WITHOUT_A_SHELL = frozenset({"collector"})
"""Its image has nothing to ask with; a comment beside it says where it answers."""
BASE = 8000


def compose() -> Compose:
    found: Compose = yaml.safe_load((HOUSE / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


def services(read: Compose) -> dict[str, Any]:
    found: dict[str, Any] = read["services"]
    return found


def commands(read: Compose) -> list[list[str]]:
    return [each.get("command", []) for each in services(read).values()]


def missing_processes(read: Compose) -> list[str]:
    """Our processes and desks that no service runs. The local world's patients are played there alone."""
    run = commands(read)
    modules = {each[0] for each in run if each}
    once = {module for part, module in ONCE.items() if part in PARTS}
    wanted = {*MODULES.values(), *once} - modules
    return sorted(wanted) + [desk for desk in DESKS if ["services", "--only", desk] not in run]


def unpinned(read: Compose) -> list[str]:
    return [name for name, each in services(read).items() if not PINNED.fullmatch(each["image"])]


def open_ports(read: Compose) -> list[str]:
    """Published ports that somebody outside this machine could reach."""
    return [port for each in services(read).values() for port in each.get("ports", []) if not LOOPBACK.fullmatch(port)]


def lost_files(read: Compose) -> list[str]:
    """Mounted files that are not there."""
    mounts = (volume.split(":")[0] for each in services(read).values() for volume in each.get("volumes", []))
    return [mount for mount in mounts if mount.startswith(".") and not (HOUSE / mount).is_file()]


def unknown_settings(read: Compose) -> set[str]:
    given = {name for each in services(read).values() for name in each.get("environment", {})}
    return {name for name in given if name.startswith("PATENCY_")} - known_variables()


def jobs(read: Compose) -> set[str]:
    """What runs once: it ends, and is started again only when it failed."""
    return {name for name, each in services(read).items() if str(each.get("restart")).startswith("on-failure")}


def unwatched(read: Compose) -> list[str]:
    """Lasting services that nobody can tell well from ill."""
    lasting = services(read).keys() - jobs(read) - WITHOUT_A_SHELL
    return sorted(name for name in lasting if not services(read)[name].get("healthcheck", {}).get("test"))


def waits_in_vain(read: Compose) -> list[str]:
    """Waiting for the health of what has no check, or for the end of what does not end."""
    found = []
    for name, each in services(read).items():
        for other, how in each.get("depends_on", {}).items():
            ends = how["condition"] == "service_completed_successfully"
            if ends != (other in jobs(read)) or (not ends and other in unwatched(read)):
                found.append(f"{name} -> {other}")
    return found


def literal_secrets(read: Compose) -> list[str]:
    """Passwords written out in environments, commands or entrypoints."""
    found = []
    for name, each in services(read).items():
        named = {key: str(value) for key, value in each.get("environment", {}).items() if SECRET_NAME.search(key)}
        found += [f"{name}: {key}" for key, value in named.items() if not value.startswith(("/run/secrets/", "${"))]
        texts = [str(value) for key in ("command", "entrypoint") for value in each.get(key, [])]
        texts += map(str, each.get("environment", {}).values())
        found += [f"{name}: in its text" for text in texts if SECRET_IN_TEXT.search(text)]
    return found


def forgettable(read: Compose) -> list[str]:
    """Values of Temporal's that must be said, since their defaults would be wrong for us."""
    temporal, namespace = services(read)["temporal"], services(read)["temporal-namespace"]
    said = {
        "512 shards": temporal["environment"].get("NUM_HISTORY_SHARDS") == "512",
        "retention": namespace["environment"].get("RETENTION") == "90d",
        "namespace": namespace["environment"].get("NAMESPACE") == NAMESPACE,
    }
    return [what for what, done in said.items() if not done]


def as_root(read: Compose) -> list[str]:
    """Services of our own image that run as root, or may become it."""
    ours = {name: each for name, each in services(read).items() if each["image"].startswith("patency:")}
    tied = ("no-new-privileges:true",)
    return [
        name
        for name, each in ours.items()
        if each.get("user", "0").split(":")[0] == "0"
        or each.get("cap_drop") != ["ALL"]
        or tuple(each.get("security_opt", ())) != tied
    ]


def unanswered(read: Compose) -> set[str]:
    """Variables that compose asks for and .env.example does not know, or the other way round."""
    example = (HOUSE / ".env.example").read_text(encoding="utf-8")
    offered = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    return {name for name, _how in ASKED_FOR.findall(yaml.safe_dump(read, width=10_000))} ^ offered


CHECKS: dict[str, Callable[[Compose], Any]] = {
    "every process and every desk has a service": missing_processes,
    "every image is pinned": unpinned,
    "every published port is bound to loopback": open_ports,
    "every mounted file exists": lost_files,
    "every setting is one that a process knows": unknown_settings,
    "every lasting service has a health check": unwatched,
    "nobody waits for what never comes": waits_in_vain,
    "no secret is written out": literal_secrets,
    "shards, retention and namespace are said": forgettable,
    "our containers are not root": as_root,
    "compose and .env.example agree": unanswered,
}


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS.keys())
def test_compose_is_in_order(check: Callable[[Compose], Any]) -> None:
    assert not check(compose())


def planted() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """For each check something that it has to find: the service, and what is changed in it."""
    yield "every process and every desk has a service", "relay", {"command": ["activities.nothing"]}
    yield "every process and every desk has a service", "consent", {"command": ["services"]}
    for image in ("postgres:latest", "postgres", "postgres:18", "patency:${TAG:-latest}", "x/y:stable"):
        yield "every image is pinned", "postgres", {"image": image}
    for port in ("8000:8000", "0.0.0.0:8000:8000", "8000"):
        yield "every published port is bound to loopback", "front-door", {"ports": [port]}
    yield "every mounted file exists", "temporal", {"volumes": ["./deploy/compose/nothing.yaml:/x:ro"]}
    yield "every setting is one that a process knows", "worker", {"environment": {"PATENCY_SMPT": "x:25"}}
    yield "every lasting service has a health check", "worker", {"healthcheck": {}}
    yield "every lasting service has a health check", "jaeger", {"healthcheck": {"disable": True}}
    yield (
        "nobody waits for what never comes",
        "worker",
        {"depends_on": {"relay": {"condition": "service_completed_successfully"}}},
    )
    yield (
        "nobody waits for what never comes",
        "worker",
        {"depends_on": {"collector": {"condition": "service_healthy"}, "migrate": {"condition": "service_started"}}},
    )
    for name, value in (("POSTGRES_PASSWORD", "temporal"), ("GF_ADMIN_PASSWORD", "admin"), ("DSN", "x://me:pw@db")):
        yield "no secret is written out", "postgres", {"environment": {name: value}}
    yield "no secret is written out", "temporal", {"command": ["sh", "-c", "POSTGRES_PWD=temporal exec x"]}
    yield "shards, retention and namespace are said", "temporal", {"environment": {}}
    yield "shards, retention and namespace are said", "temporal-namespace", {"environment": {"RETENTION": "3d"}}
    yield "our containers are not root", "worker", {"user": "0:0"}
    yield "our containers are not root", "migrate", {"cap_drop": []}
    yield "compose and .env.example agree", "worker", {"environment": {"X": "${NEVER_HEARD_OF:?x}"}}


@pytest.mark.parametrize(("check", "service", "change"), list(planted()))
def test_something_wrong_is_found(check: str, service: str, change: dict[str, Any]) -> None:
    wrong = deepcopy(compose())
    wrong["services"][service] |= change
    assert CHECKS[check](wrong)


def test_every_desk_is_published_where_the_local_world_has_it() -> None:
    published = {
        each["command"][-1]: each["ports"]
        for each in services(compose()).values()
        if "--only" in each.get("command", [])
    }
    assert published == {desk: [f"127.0.0.1:{BASE + place}:{BASE + place}"] for desk, place in DESKS.items()}


def test_the_training_world_listens_where_the_example_says() -> None:
    example = (HOUSE / ".env.example").read_text(encoding="utf-8")
    for name, place in (
        ("OIDC_ISSUER=http://", "issuer"),
        ("SMTP=", "smtp"),
        ("REGISTRY_URL=http://", "simulated_registry"),
    ):
        assert f"PATENCY_{name}training-world:{BASE + OUTSIDE[place]}\n" in example
    assert services(compose())["temporal-ui"]["ports"] == [f"127.0.0.1:{BASE + ENGINES['temporal_ui']}:8080"]


def test_a_worker_is_well_when_it_holds_a_connection_to_temporal_and_a_relay_one_to_postgresql() -> None:
    tests = {name: services(compose())[name]["healthcheck"]["test"][-2] for name in ("worker", "relay")}
    assert tests == {"worker": f":{7233:04X} 01 ", "relay": f":{5432:04X} 01 "}


def test_the_image_carries_the_version_of_the_product() -> None:
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = {each["image"] for each in services(compose()).values() if "build" in each}
    assert ours == {f"patency:{project['version']}"}


def test_the_image_takes_only_what_was_locked_and_does_not_run_as_root() -> None:
    lines = (HOUSE / "deploy/Dockerfile").read_text(encoding="utf-8").splitlines()
    installs = [line for line in lines if "pip install" in line]
    assert installs
    assert all("--require-hashes" in line for line in installs)
    assert [line.split()[1].split(":")[0] for line in lines if line.startswith("USER ")] == ["10001"]
    assert not [line for line in lines if line.startswith("FROM ") and (":" not in line or "latest" in line)]


def test_every_search_attribute_is_made() -> None:
    script = (HOUSE / "deploy/compose/temporal/namespace.sh").read_text(encoding="utf-8")
    assert dict(re.findall(r"^want (\w+) (\w+)$", script, re.MULTILINE)) == SEARCH_ATTRIBUTES


def test_the_collector_lets_through_what_the_processes_let_out_and_nothing_else() -> None:
    config = yaml.safe_load((HOUSE / "deploy/compose/collector/config.yaml").read_text(encoding="utf-8"))
    redaction = config["processors"]["redaction"]
    let_out = {*scrub.SPAN_ATTRIBUTES, *scrub.RESOURCE_ATTRIBUTES, *scrub.EVENT_ATTRIBUTES}
    assert set(redaction["allowed_keys"]) == let_out
    assert redaction["allow_all_keys"] is False


@pytest.mark.parametrize("folder", ["collector", "jaeger"])
def test_every_part_of_a_pipeline_is_defined(folder: str) -> None:
    config = yaml.safe_load((HOUSE / f"deploy/compose/{folder}/config.yaml").read_text(encoding="utf-8"))
    for pipeline in config["service"]["pipelines"].values():
        for kind, names in pipeline.items():
            assert set(names) <= config[kind].keys()
    assert set(config["service"]["extensions"]) == config["extensions"].keys()


def test_the_realm_is_the_people_of_the_training_world_without_a_password() -> None:
    assert realm.FILE.read_text(encoding="utf-8") == realm.written()
    given = {each["value"] for user in realm.realm()["users"] for each in user["credentials"]}
    assert given == {"${TRAINING_SIGN_IN_PASSWORD}"}
    assert max(len(user["id"]) for user in realm.realm()["users"]) <= 36  # as long as Keycloak's own

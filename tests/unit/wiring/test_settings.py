"""Settings: a process that lacks one says which, and nothing else, and ends."""

import os
from pathlib import Path

import pytest

from shared.wiring import settings
from shared.wiring.demanded import ANCHORS
from shared.wiring.settings import Address, PostgresPlace

SECRET = "s3cret-canary"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith("PATENCY_")]:
        monkeypatch.delenv(name)
    password = tmp_path / "password"
    password.write_text(f"{SECRET}\n", encoding="utf-8")
    for name, value in {
        "ENV": "training",
        "POSTGRES": "127.0.0.1:8020/patency",
        "DATABASE_PASSWORD_FILE": str(password),
        "TEMPORAL": "127.0.0.1:8021",
        "OIDC_ISSUER": "http://127.0.0.1:8009",
        "OIDC_CLIENT_ID": "patency",
        "SMTP": "127.0.0.1:8023",
        "REGISTRY_URL": "http://127.0.0.1:8011",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "OWNER_DSN": f"postgresql://owner:{SECRET}@127.0.0.1:8020/patency",
    }.items():
        monkeypatch.setenv(f"PATENCY_{name}", value)
    return monkeypatch


def refusal(kind: type[settings.ProcessSettings], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        settings.load(kind)
    assert ended.value.code == 2
    return capsys.readouterr().err


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("kind", settings.KINDS)
def test_every_kind_of_process_reads_the_environment_of_the_local_world(
    kind: type[settings.ProcessSettings],
) -> None:
    assert settings.load(kind).database_password() == SECRET


@pytest.mark.usefixtures("environment")
def test_addresses_are_taken_apart() -> None:
    worker = settings.load(settings.WorkerSettings)

    assert worker.postgres == PostgresPlace("127.0.0.1", 8020, "patency")
    assert worker.temporal == Address("127.0.0.1", 8021)
    assert str(Address("::1", 25)) == "[::1]:25"


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("kind", settings.KINDS)
def test_printed_settings_show_no_secret(kind: type[settings.ProcessSettings]) -> None:
    assert SECRET not in repr(settings.load(kind))


@pytest.mark.usefixtures("environment")
def test_settings_cannot_be_changed_after_the_start() -> None:
    desk = settings.load(settings.DeskSettings)

    with pytest.raises(ValueError, match="frozen"):
        desk.base_port = 1  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (kind, name)
        for kind in settings.KINDS
        for name, field in kind.model_fields.items()
        if field.is_required() and name != "mail_from"
    ],
)
@pytest.mark.parametrize("absence", ["unset", "empty"])
def test_a_missing_setting_is_named(
    environment: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    kind: type[settings.ProcessSettings],
    field: str,
    absence: str,
) -> None:
    name = settings.variable(field)
    if absence == "unset":
        environment.delenv(name)
    else:
        environment.setenv(name, "")

    assert f"{name}: is missing" in refusal(kind, capsys)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("POSTGRES", "canary"),
        ("POSTGRES", "127.0.0.1:canary/patency"),
        ("POSTGRES", "user:canary@127.0.0.1:8020/patency"),
        ("POSTGRES", "127.0.0.1:8020/"),
        ("POSTGRES", "[canary/patency"),
        ("TEMPORAL", "canary:99999"),
        ("TEMPORAL", "canary:8021/path"),
        ("SMTP", ":25canary"),
        ("REGISTRY_URL", "ftp://canary"),
        ("REGISTRY_URL", "http://user:canary@registry"),
        ("REGISTRY_URL", "http://[canary"),
        ("ENV", "canary"),
        ("DATABASE_PASSWORD_FILE", "/canary/none"),
        ("MAIL_FROM", "canary"),
        ("MAIL_FROM", "a@b\ncanary: x"),
    ],
)
def test_a_malformed_setting_is_named_without_its_value(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str
) -> None:
    environment.setenv(f"PATENCY_{name}", value)

    said = refusal(settings.WorkerSettings, capsys)

    assert f"PATENCY_{name}" in said
    assert "canary" not in said


@pytest.mark.parametrize("value", ["0", "65500", "8000.5", "true"])
def test_a_base_port_without_room_for_the_desks_is_refused(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], value: str
) -> None:
    environment.setenv("PATENCY_BASE_PORT", value)

    assert "PATENCY_BASE_PORT" in refusal(settings.DeskSettings, capsys)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe"])
def test_a_password_file_without_a_password_is_refused(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes
) -> None:
    useless = tmp_path / "useless"
    useless.write_bytes(content)
    environment.setenv("PATENCY_DATABASE_PASSWORD_FILE", str(useless))

    assert "PATENCY_DATABASE_PASSWORD_FILE" in refusal(settings.RelaySettings, capsys)


def test_a_misspelt_variable_is_refused_and_the_right_one_is_suggested(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("PATENCY_TEMPROAL", "canary:1")

    said = refusal(settings.RelaySettings, capsys)

    assert "PATENCY_TEMPROAL is not a setting; is PATENCY_TEMPORAL meant?" in said
    assert "canary" not in said


def test_the_sender_of_mail_has_a_default_in_training_only(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings.load(settings.WorkerSettings).mail_from == settings.TRAINING_SENDER

    environment.setenv("PATENCY_ENV", "production")

    assert "PATENCY_MAIL_FROM: is missing" in refusal(settings.WorkerSettings, capsys)


@pytest.mark.parametrize(
    "issuer",
    [
        "http://staff.example.nhs.uk",
        "https://127.0.0.1:8009",
        "https://127.9.9.9",
        "https://[::1]:8009",
        "https://localhost",
        "https://LOCALHOST.",
        "https://issuer.localhost",
        "https://0.0.0.0",
        "https://2130706433",
        "https://127.1",
        "https://[::ffff:127.0.0.1]",
    ],
)
def test_production_refuses_an_issuer_in_clear_text_or_on_this_machine(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], issuer: str
) -> None:
    environment.setenv("PATENCY_ENV", "production")
    environment.setenv("PATENCY_OIDC_ISSUER", issuer)

    assert "PATENCY_OIDC_ISSUER" in refusal(settings.DeskSettings, capsys)


def test_production_accepts_an_issuer_of_the_trust(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PATENCY_ENV", "production")
    environment.setenv("PATENCY_OIDC_ISSUER", "https://staff.example.nhs.uk/realms/rxx")

    assert settings.load(settings.DeskSettings).env == "production"


@pytest.mark.parametrize("address", ["http://patency.example.nhs.uk", "http://10.0.0.1:8000", "http://0.0.0.0.nip.io"])
def test_sessions_never_travel_in_clear_text_between_machines(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    environment.setenv("PATENCY_PUBLIC_URL", address)

    said = refusal(settings.DeskSettings, capsys)

    assert "PATENCY_PUBLIC_URL" in said
    assert address not in said


def test_the_client_secret_is_read_from_its_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = tmp_path / "client"
    kept.write_text(f"{SECRET}-client\n", encoding="utf-8")
    environment.setenv("PATENCY_OIDC_CLIENT_SECRET_FILE", str(kept))

    assert settings.load(settings.DeskSettings).oidc_client_secret() == f"{SECRET}-client"


def test_an_empty_client_secret_is_refused(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = tmp_path / "client"
    kept.write_text(" \n", encoding="utf-8")
    environment.setenv("PATENCY_OIDC_CLIENT_SECRET_FILE", str(kept))

    assert "PATENCY_OIDC_CLIENT_SECRET_FILE" in refusal(settings.DeskSettings, capsys)


def test_without_a_client_secret_production_is_a_public_client(environment: pytest.MonkeyPatch) -> None:
    assert settings.load(settings.DeskSettings).oidc_client_secret() == "training"

    environment.setenv("PATENCY_ENV", "production")
    environment.setenv("PATENCY_OIDC_ISSUER", "https://staff.example.nhs.uk")

    assert settings.load(settings.DeskSettings).oidc_client_secret() is None


@pytest.mark.usefixtures("environment")
def test_training_starts_without_what_production_demands() -> None:
    worker = settings.load(settings.WorkerSettings, ANCHORS)

    assert worker.evidence_key_file is None

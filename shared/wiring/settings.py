"""What a process is told by its environment: one frozen model per kind of process, read once at its start.

Every variable begins with PATENCY_. A secret has no default, and no message here ever repeats a value.
"""

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from ipaddress import ip_address
from socket import inet_aton
from typing import Annotated, Any, Literal, NamedTuple, Self, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    DirectoryPath,
    Field,
    FilePath,
    SecretStr,
    ValidationError,
    model_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from typing_extensions import override

from shared.wiring.demanded import lacking

PREFIX = "PATENCY_"
TRAINING_SENDER = "patency@training.invalid"
HIGHEST_PORT = 65535
# Variables of the local runner: it hands its whole environment to the processes that it starts.
RUNNER_ONLY = frozenset({"PATENCY_HOME"})


class Address(NamedTuple):
    """A host and a port, written `host:port`; an IPv6 host stands in square brackets."""

    host: str
    port: int

    @override
    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class PostgresPlace(NamedTuple):
    """Where one database of a PostgreSQL server is, written `host:port/dbname`. It carries no secret."""

    host: str
    port: int
    dbname: str


def _split(text: str) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        port = parts.port
    except ValueError:  # its words repeat what was written
        raise ValueError("is not of the form host:port") from None
    if parts.netloc != text or parts.username is not None or not parts.hostname or not port:
        raise ValueError("is not of the form host:port")
    return parts.hostname, port


def _address(value: Any) -> Any:
    return Address(*_split(value)) if isinstance(value, str) else value


def _place(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    address, _, dbname = value.rpartition("/")
    if not address or not dbname:
        raise ValueError("is not of the form host:port/dbname")
    return PostgresPlace(*_split(address), dbname)


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
    except ValueError:
        raise ValueError("is not an http or https address") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username is not None:
        raise ValueError("is not an http or https address")
    return value


def _names_a_trace(value: str | None) -> str | None:
    if value is not None and "{trace_id}" not in value:
        raise ValueError("has no {trace_id} in it")
    return value


def _on_this_machine(host: str) -> bool:
    name = host.rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(host if ":" in host else inet_aton(host))  # inet_aton also reads 127.1 and 2130706433
    except (ValueError, OSError):
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)


AddressText = Annotated[Address, NoDecode, BeforeValidator(_address)]
PlaceText = Annotated[PostgresPlace, NoDecode, BeforeValidator(_place)]
WebAddress = Annotated[str, BeforeValidator(_web_address)]
Sender = Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$", max_length=254)]


class ProcessSettings(BaseSettings):
    """What every process needs: which world it is in, and the file with the password of its database role."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, env_ignore_empty=True, hide_input_in_errors=True, extra="forbid"
    )

    env: Literal["training", "production"]
    database_password_file: FilePath
    trace_key_file: FilePath | None = None  # what senders of spans show at the operations desk
    metrics: AddressText | None = None  # where Prometheus asks this process: a port that the public cannot reach

    def trace_key(self) -> str:
        """Return the key of the senders of spans, read afresh; "" without a file, and while it cannot be read."""
        try:
            return self.trace_key_file.read_text(encoding="utf-8").strip() if self.trace_key_file else ""
        except (OSError, UnicodeDecodeError):
            return ""

    def database_password(self) -> str:
        """Return the password, read afresh so that a rotated file counts at the next connection."""
        return self.database_password_file.read_text(encoding="utf-8").strip()

    @model_validator(mode="after")
    def _password_is_there(self) -> Self:
        try:
            written = self.database_password()
        except (OSError, UnicodeDecodeError):
            raise ValueError("PATENCY_DATABASE_PASSWORD_FILE cannot be read") from None
        if not written:
            raise ValueError("PATENCY_DATABASE_PASSWORD_FILE is an empty file")
        return self


class OnPostgres(ProcessSettings):
    """A process that connects with a database role of its own."""

    postgres: PlaceText
    evidence_key_file: FilePath | None = None  # signs anchors (worker) and case files (front door); Ed25519, PEM


class DeskSettings(OnPostgres):
    """The desks: who signs people in, where they listen, and the address that browsers see."""

    oidc_issuer: WebAddress
    oidc_client_id: Annotated[str, Field(min_length=1)]
    oidc_client_secret_file: FilePath | None = None  # without one we are a public client: PKCE alone
    public_url: WebAddress
    base_port: Annotated[int, Field(ge=1, le=HIGHEST_PORT - 100)] = 8000
    listen: Annotated[str, Field(min_length=1)] = "127.0.0.1"  # a container says 0.0.0.0
    notify_tokens_file: FilePath | None = None  # by trust, what GOV.UK Notify reports to the governance desk with
    research_key_file: FilePath | None = None  # makes the pseudonyms of research data sets; 32 bytes or more
    trace_days: Annotated[int, Field(ge=1, le=90)] = 14  # how long the operations desk keeps spans
    # What one person, and one trust, may ask of this process each second, day in, day out; three times that at once.
    # Nobody works at that pace: it stops a program gone wrong, and one trust taking the desks from the others.
    person_per_second: Annotated[float, Field(ge=1)] = 20
    trust_per_second: Annotated[float, Field(ge=1)] = 40
    # How many requests this process works on at once; all others wait for their turn in the lane of their trust. Two
    # at the least: one trust alone never has them all.
    at_once: Annotated[int, Field(ge=2)] = 4
    temporal_ui_url: WebAddress | None = None  # Temporal's own pages, for links to a workflow
    trace_ui_url: Annotated[WebAddress | None, AfterValidator(_names_a_trace)] = (
        None  # another viewer, {trace_id} in it
    )

    def oidc_client_secret(self) -> str | None:
        """Return what the issuer knows us by. The training issuer wants something and takes anything."""
        if self.oidc_client_secret_file is not None:
            return self.oidc_client_secret_file.read_text(encoding="utf-8").strip()
        return "training" if self.env == "training" else None

    @model_validator(mode="after")
    def _client_secret_is_there(self) -> Self:
        try:
            empty = self.oidc_client_secret() == ""
        except (OSError, UnicodeDecodeError):
            raise ValueError("PATENCY_OIDC_CLIENT_SECRET_FILE cannot be read") from None
        if empty:
            raise ValueError("PATENCY_OIDC_CLIENT_SECRET_FILE is an empty file")
        return self

    @model_validator(mode="after")
    def _sessions_travel_encrypted(self) -> Self:
        """Refuse an http address that is not this machine's: whoever listens would have the session."""
        public = urlsplit(self.public_url)
        if public.scheme != "https" and not _on_this_machine(public.hostname or ""):
            raise ValueError("PATENCY_PUBLIC_URL must be an https address unless it is this machine")
        return self

    @model_validator(mode="after")
    def _production_signs_in_elsewhere(self) -> Self:
        """Refuse a practice issuer in production: whoever owns it could sign in as anybody."""
        issuer = urlsplit(self.oidc_issuer)
        if self.env != "production":
            return self
        if issuer.scheme != "https" or _on_this_machine(issuer.hostname or ""):
            raise ValueError("PATENCY_OIDC_ISSUER must be an https address of another machine in production")
        return self


class RelaySettings(OnPostgres):
    """The outbox relay: from PostgreSQL to Temporal."""

    temporal: AddressText
    temporal_metrics: AddressText | None = None  # where it asks what Temporal's client and worker count


class WorkerSettings(RelaySettings):
    """The worker: beside PostgreSQL and Temporal, the mail server and the registry."""

    smtp: AddressText
    mail_from: Sender
    registry_url: WebAddress
    public_url: WebAddress
    anchor_folder: DirectoryPath | None = None  # outside the database: where signed anchors are appended
    channels_file: FilePath | None = None  # accounts of trusts that are told by GOV.UK Notify or a webhook
    build_id: Annotated[str | None, Field(pattern=r"^[\w.-]{1,63}$")] = None  # with one: a version Temporal knows

    @model_validator(mode="before")
    @classmethod
    def _training_has_a_sender(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("env") == "training":
            return {"mail_from": TRAINING_SENDER, **given}
        return given


class MigrateSettings(ProcessSettings):
    """Migrations and seeding: they alone connect as the owner of the tables."""

    owner_dsn: SecretStr


KINDS: tuple[type[ProcessSettings], ...] = (DeskSettings, WorkerSettings, RelaySettings, MigrateSettings)
Kind = TypeVar("Kind", bound=ProcessSettings)


def variable(field: str) -> str:
    return PREFIX + field.upper()


def known_variables() -> frozenset[str]:
    return RUNNER_ONLY | {variable(field) for kind in KINDS for field in kind.model_fields}


def unknown_variables(environment: Mapping[str, str]) -> Iterator[str]:
    """Say of each PATENCY_ variable that no process knows that it is unknown, and which one it resembles."""
    known = known_variables()
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = get_close_matches(name.upper(), known, n=1)
            yield f"{name} is not a setting" + (f"; is {near[0]} meant?" if near else "")


def _complaints(error: ValidationError) -> Iterator[str]:
    for found in error.errors(include_input=False, include_url=False, include_context=False):
        words = "is missing" if found["type"] == "missing" else found["msg"].removeprefix("Value error, ")
        place = ".".join(str(part) for part in found["loc"])
        yield f"{variable(place)}: {words}" if place else words


def _lacking(settings: ProcessSettings, demanded: Collection[str]) -> Iterator[str]:
    given = {name: getattr(settings, name) for name in demanded}
    for name, words in lacking(given, production=settings.env == "production"):
        yield f"{variable(name)}: {words}"


def load(kind: type[Kind], demanded: Collection[str] = ()) -> Kind:
    """Read the settings of this kind of process from the environment.

    `demanded` are fields that training may leave out and production may not (shared/wiring/demanded.py). When
    anything is missing, malformed or unknown the process ends with code 2, after a line for every such variable on
    stderr that names it and never shows its value.
    """
    found = list(unknown_variables(os.environ))
    try:
        settings = kind()
    except ValidationError as error:
        found.extend(_complaints(error))
    else:
        found.extend(_lacking(settings, demanded))
        if not found:
            return settings
    sys.stderr.writelines(f"settings: {line}\n" for line in found)
    raise SystemExit(2)

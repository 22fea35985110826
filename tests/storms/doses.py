"""Every dose of poison for one operation: the request as it should be, with one thing in it that nobody should send."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote_from_bytes

from services.governance.registers import REGISTERS
from shared.pathway.stages import KINDS
from shared.web import answers
from tests.fhir import sent as fhir
from tests.forms import referral as referral_form
from tests.forms.generated import generated, texts_of
from tests.ledger.acting import patient
from tests.service.callers import NOWHERE
from tests.service.permissions.asking import NEVER_WRITTEN, PLACEHOLDERS, SENT, address, written
from tests.service.permissions.operations import PEOPLE, Operation
from tests.storms.poison_bodies import BODIES, HEADERS, IN_ADDRESS, UNHEARD
from tests.storms.poison_values import NEVER, PERHAPS, TYPED

NOTIFY_PATH = "/api/govuk_notify/RXX"
FORM = "application/x-www-form-urlencoded"
COUNTS = ("a key", "no key", "a version", "no version", "two versions", "a weak", "a negative", "a token", "no token")
# A form's own names, beside the questions of its record.
OWN_NAMES = ("key", "version", "page", "go", "rows", "side_again", "warned", "why", "words", "return_to", "reference")
QUERY_NAMES = (
    "role",
    "due_before",
    "after",
    "limit",
    "at",
    "lot",
    "status",
    "_count",
    "seen",
    "find",
    "period",
    "said",
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dose:
    """One request. `never`: whatever comes of it, it must not be taken for what was asked for."""

    name: str
    asked: Operation
    path: str
    body: bytes | None = None
    headers: tuple[tuple[str, str], ...] = ()
    never: bool = False


def doses(asked: Operation, pathway_id: str, chance: random.Random) -> Iterator[Dose]:
    """All of them. `chance` says which answer of a body, or which part of an address, is the poisoned one."""
    plain = Dose("as it should be", asked, address(asked, pathway_id), None, (), never=False)
    if asked.changes and asked.door == PEOPLE:
        yield from _typed(plain, chance)
    elif asked.changes:
        yield from _answered(plain, chance)
    if asked.changes:
        yield from _bodies(plain)
    yield from _headers(plain)
    yield from _addresses(plain, pathway_id, chance)


def _answered(plain: Dose, chance: random.Random) -> Iterator[Dose]:
    right = right_body(plain.asked)
    places = tuple(_places(right))
    if not places:  # nothing is sent with it: whole bodies are
        return
    for values, never in ((NEVER, True), (PERHAPS, False)):
        for name, token in values.items():
            raw = _with(right, chance.choice(places), token)
            yield replace(plain, name=f"value: {name}", body=raw, never=never)


def _typed(plain: Dose, chance: random.Random) -> Iterator[Dose]:
    form = right_form(plain.asked)
    names = (*form, *OWN_NAMES)
    for name, text in TYPED.items():
        typed = form | {chance.choice(names): text}
        yield replace(plain, name=f"typed: {name}", body=_posted(typed))


def _bodies(plain: Dose) -> Iterator[Dose]:
    """Under the session's own token a form is let in however it looks: nothing of it may be kept either."""
    for name, (raw, headers) in BODIES.items():
        yield replace(plain, name=f"body: {name}", body=raw, headers=tuple(headers.items()), never=True)


def _headers(plain: Dose) -> Iterator[Dose]:
    body = None if not plain.asked.changes else right_body(plain.asked) if plain.asked.door != PEOPLE else {}
    raw = json.dumps(body).encode() if body else b""
    for name, headers in (HEADERS | UNHEARD).items():
        never = plain.asked.record in KINDS and plain.asked.door != PEOPLE and name.startswith(COUNTS)
        yield replace(plain, name=f"header: {name}", body=raw, headers=tuple(headers.items()), never=never)


def _addresses(plain: Dose, pathway_id: str, chance: random.Random) -> Iterator[Dose]:
    places = [each for each in ("pathway_id", *PLACEHOLDERS, "slug") if "{" + each + "}" in plain.asked.path]
    for name, part in IN_ADDRESS.items():
        if places:
            marked = plain.asked.path.replace("{" + chance.choice(places) + "}", "POISON")
            path = address(replace(plain.asked, path=marked), pathway_id).replace("POISON", part)
            yield replace(plain, name=f"address: {name}", path=path)
        query = "&".join(f"{each}={part}" for each in (*chance.sample(QUERY_NAMES, 3), name.replace(" ", "")))
        yield replace(plain, name=f"query: {name}", path=f"{plain.path}?{query}")


@cache
def _record_body(asked: Operation) -> str:
    if asked.path == "/fhir":
        return json.dumps(fhir.bundle(referral_form.referral()))
    if asked.path == NOTIFY_PATH:
        told = {"id": NOWHERE, "reference": f"n1-governance_lead.{NOWHERE}.0123456789ab", "status": "delivered"}
        return json.dumps(told | {"to": "lead@inbox.invalid", "notification_type": "email"})
    if asked.path == "/api/pathways":
        return json.dumps(answers.written(referral_form.referral()) | {"patient": patient().model_dump(mode="json")})
    news = REGISTERS.get(asked.path.removeprefix("/api/registers/"))
    if news is not None:
        return json.dumps(
            answers.written(generated(news)) | ({"person": "rxx-nobody-9"} if "staff" in asked.path else {})
        )
    if asked.path.endswith("suspensions_lifted"):
        return json.dumps({"reference": "REF-NEVER"})
    return written(asked).decode()


def right_body(asked: Operation) -> Json:
    """The JSON that would be taken."""
    told: Json = json.loads(_record_body(asked))
    return told


@cache
def _texts(asked: Operation) -> tuple[tuple[str, str], ...]:
    news = REGISTERS.get(asked.path.removeprefix("/registers/"))
    kind = KINDS.get(asked.record) or (KINDS["referral"] if asked.path.startswith("/referrals/") else None)
    record = kind.record if kind else news
    return tuple((name, texts[0]) for name, texts in texts_of(record).texts.items()) if record else ()


def right_form(asked: Operation) -> dict[str, str]:
    """What would be typed. The last button is never pressed: nothing is announced, signed or thrown away."""
    return {"version": str(NEVER_WRITTEN), "key": "k"} | dict(_texts(asked)) | SENT.get(asked.path, {})


def _posted(typed: dict[str, str]) -> bytes:
    """As a browser would write it, but for half of a surrogate pair, which no browser has."""
    return "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in typed.items()).encode()


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def _places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every single answer of a body."""
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(each, (*place, key))
    elif place:
        yield place


def _with(right: Json, place: tuple[str | int, ...], token: str) -> bytes:
    """The body with this JSON text in the place of one answer."""
    mark = "THE-POISONED-ANSWER"
    told: Any = json.loads(json.dumps(right))
    inner = told
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = mark
    return json.dumps(told).replace(f'"{mark}"', token).encode("utf-8", "surrogatepass")

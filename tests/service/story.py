"""One synthetic patient, as programs tell the desks: every record, filled in with the training registers."""

from collections.abc import Mapping
from itertools import count
from typing import Any

import httpx
from fastapi import FastAPI

from deploy.local.people import mail_system_of
from shared.pathway.record import Record
from shared.web import answers
from tests.forms import consent as consent_form
from tests.forms import follow_up as follow_up_form
from tests.forms import mdt_review as mdt_form
from tests.forms import procedure as procedure_form
from tests.forms import referral as referral_form
from tests.forms import the_day
from tests.service.callers import Caller

ARRIVED = "2026-03-03T09:00:00Z"
SPECIALISTS = ("vascular-surgeon", "interventional-radiologist", "haematologist")
_serial = count(1)


def body(record: Record, **changes: Any) -> dict[str, Any]:
    return answers.written(record) | changes


def synthetic_number(serial: int) -> str:
    """The `serial`-th number beginning with 999 whose check digit (modulus 11) exists."""
    found = 0
    for stem in range(999_731_000, 1_000_000_000):
        digits = f"{stem}"
        check = (
            11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        ) % 11
        found += check != 10
        if found == serial:
            return f"{digits}{check}"
    raise LookupError("no more numbers")


def new_pathway(**changes: Any) -> dict[str, Any]:
    """A referral with a patient nobody has seen before."""
    patient = {
        "nhs_number": synthetic_number(next(_serial)),
        "number_status": "number_present_and_verified",
        "name": "Synthetic Alpha",
        "date_of_birth": "1979-11-20",
        "sex": "male",
    }
    return body(referral_form.referral()) | {"patient": patient} | changes


def review_form() -> dict[str, Any]:
    people = (f"rxx-{each}-1" for each in SPECIALISTS)
    return body(mdt_form.mdt_review(attendees=mdt_form.attendees(*people)))


def consent() -> dict[str, Any]:
    leaflet = consent_form.leaflet(document_id="PMT-INFO-1", version="2.1")
    return body(consent_form.consent(written_information=leaflet))


class Story:
    """A patient's way through the desks. Each verb is one request; `version` is what the last answer said."""

    def __init__(self, desks: Mapping[str, FastAPI], trust: str = "RXX") -> None:
        self.desks = desks
        self.trust = trust
        self.pathway = ""
        self.version = 0

    def by(self, who: str, **headers: str) -> Caller:
        """Somebody by the role in their directory id, or the mail system."""
        person = mail_system_of(self.trust) if who == "mail-system" else f"{self.trust.lower()}-{who}-1"
        return Caller(self.desks, person, **headers)

    async def refer(self, sent: dict[str, Any] | None = None, *, key: str = "") -> httpx.Response:
        usual = {"Training-Now": ARRIVED} | ({"Idempotency-Key": key} if key else {})
        answer = await self.by("referrer").send("referral", "/api/pathways", sent or new_pathway(), **usual)
        return self._noted(answer)

    async def write(
        self, desk: str, who: str, record: str, sent: Any, *, version: int | str | None = None, **headers: str
    ) -> httpx.Response:
        against = self.version if version is None else version
        answer = await self.by(who).write(desk, self.pathway, record, sent, version=against, **headers)
        return self._noted(answer)

    async def at(self, instant: str) -> httpx.Response:
        """Moves the pathway's clock. Nothing fires here: no engine runs."""
        path = f"/api/training/pathways/{self.pathway}/clock"
        return await self.by("referrer").send("front_door", path, {"to": instant})

    async def look(self, who: str = "mdt-coordinator", **params: str) -> dict[str, Any]:
        answer = await self.by(who).get("front_door", f"/api/pathways/{self.pathway}", **params)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def _noted(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            told = answer.json()
            self.pathway, self.version = told["pathway_id"], told["version"]
        return answer

    async def classified(self) -> None:
        await kept(self.refer(), 201)
        await kept(self.write("referral", "triage-clinician", "classification", body(referral_form.classification())))

    async def offered(self) -> None:
        """Up to an offer signed by all three specialties, on 5 March."""
        await self.classified()
        await self.at("2026-03-05T14:00:00Z")
        await kept(self.write("mdt_review", "mdt-coordinator", "mdt_review", review_form()))
        review = self.version
        for each in SPECIALISTS:
            await kept(self.write("mdt_review", each, "mdt_sign_off", {"review": review, "agrees": True}, version="*"))

    async def prepared(self) -> None:
        """Up to a consent for the plan, governance told and having read it."""
        await self.offered()
        first = (await self.look())["notices"][0]["dispatches"][0]["key"]
        delivered = {"dispatch": first}
        await kept(self.write("governance", "mail-system", "governance_notice_delivered", delivered, version="*"))
        await kept(
            self.write("governance", "governance-lead", "governance_acknowledgement", {"notice": 1}, version="*")
        )
        await self.at("2026-03-06T10:00:00Z")
        await kept(self.write("consent", "consent-taker", "consent", consent()))

    async def treated(self) -> None:
        """Up to the end of the procedure on 9 March."""
        await self.prepared()
        await self.at("2026-03-09T09:30:00Z")
        await kept(self.write("referral", "ward-clinician", "bloods", body(the_day.bloods())))
        again = body(consent_form.confirmation())
        await kept(self.write("consent", "proceduralist", "consent_confirmed", again))
        start = body(procedure_form.start(operators=("rxx-proceduralist-1",)))
        await kept(self.write("procedure", "proceduralist", "procedure_start", start))
        await self.at("2026-03-09T11:00:00Z")
        await kept(self.write("procedure", "proceduralist", "procedure_end", body(procedure_form.end())))

    async def followed_up(self) -> None:
        """Up to the 3-month review on 1 June."""
        await self.treated()
        await self.at("2026-03-11T10:00:00Z")
        await kept(self.write("follow_up", "ward-clinician", "discharge", body(follow_up_form.discharge())))
        await self.at("2026-06-01T10:00:00Z")
        review = body(follow_up_form.clinic_review(decision_maker="rxx-haematologist-1"))
        await kept(self.write("follow_up", "anticoag-clinic", "anticoagulation_review", review))


async def kept(asked: Any, status: int = 200) -> httpx.Response:
    """The answer, which has to say that the record was kept."""
    answer: httpx.Response = await asked
    assert answer.status_code == status, answer.text
    return answer

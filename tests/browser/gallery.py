"""Every component in every state on one page, with each kind of page around them. Synthetic; served to tests only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from jinja2 import ChoiceLoader, FileSystemLoader

from services.identity import Post
from shared.contracts.steps import Step
from shared.pathway.anatomy import Finding, Findings, Segment, Side
from shared.pathway.choices import Urgency
from shared.pathway.duties import TaskState
from shared.pathway.people import Role
from shared.web.pages.environment import environment, render
from shared.web.pages.files import mount_static
from shared.web.pages.house import House
from shared.web.pages.shown.banner import Banner, pathway_banner, patient_banner
from shared.web.pages.shown.conditions import conditions
from shared.web.pages.shown.due import due
from shared.web.pages.shown.legs import limb_drawing
from shared.web.pages.shown.notices import notices
from shared.web.pages.shown.picture import pathway_picture
from shared.web.pages.shown.timeline import timeline
from shared.web.pages.shown.window import window_bar
from shared.web.shapes import Patient, ShownDispatch, ShownEntry, ShownGate, ShownNotice, ShownTask, Window
from tests.compliance import drawn as figures

TEMPLATES = Path(__file__).with_name("templates")
NOW = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
PATHWAY = "3f2a9c1b-0000-4000-8000-000000000001"
WALKER = Patient(
    nhs_number="9996510018",
    chi=None,
    hc_number=None,
    temporary_id=None,
    number_status="number_present_and_verified",
    name="Walker, Synthetic",
    date_of_birth=date(1979, 11, 20),
    sex="male",
)
NOBODY = WALKER.model_copy(
    update={
        "nhs_number": None,
        "temporary_id": "TEMP-0042",
        "number_status": "trace_required",
        "name": "Synthetic Withaverylongnameindeedsolongthatitcannotstandononeline",
        "date_of_birth": None,
        "sex": "unknown",
    }
)


SURGEON, CONSENT_TAKER = Post("RXX", Role.VASCULAR_SURGEON), Post("RXX", Role.CONSENT_TAKER)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as pages see it."""

    person: str = "rxx-vascular-surgeon-1"
    post: Post = SURGEON
    posts: tuple[Post, ...] = (SURGEON, CONSENT_TAKER)
    csrf: str = "a-token-of-the-gallery"
    label: str = "Training Vascular Surgeon 1"
    trust_name: str = "Training Trust One (England)"
    warn_in_s: int = 780
    ends_in_s: int = 900
    limited: bool = False


def window(day: int, state: str) -> Window:
    return Window.model_validate({"day": day, "ends_on": NOW.date() + timedelta(days=14 - day), "state": state})


WINDOWS = tuple(
    window_bar(window(*each))
    for each in ((0, "inside"), (5, "inside"), (10, "amber"), (13, "red"), (17, "past_window"))
)

ILIOFEMORAL: Findings = {
    Segment.IVC: Finding.CLEAR,
    Segment.COMMON_ILIAC: Finding.THROMBOSED,
    Segment.EXTERNAL_ILIAC: Finding.THROMBOSED,
    Segment.INTERNAL_ILIAC: Finding.NOT_SEEN,
    Segment.COMMON_FEMORAL: Finding.THROMBOSED,
    Segment.FEMORAL: Finding.THROMBOSED,
    Segment.PROFUNDA_FEMORIS: Finding.CLEAR,
    Segment.POPLITEAL: Finding.CLEAR,
    **dict.fromkeys((Segment.ANTERIOR_TIBIAL, Segment.POSTERIOR_TIBIAL, Segment.PERONEAL), Finding.CLEAR),
}
CALF_ONLY: Findings = {
    Segment.IVC: Finding.INFERRED_CLEAR,
    Segment.COMMON_ILIAC: Finding.INFERRED_CLEAR,
    Segment.EXTERNAL_ILIAC: Finding.INFERRED_CLEAR,
    Segment.COMMON_FEMORAL: Finding.CLEAR,
    Segment.FEMORAL: Finding.CLEAR,
    Segment.PROFUNDA_FEMORIS: Finding.CLEAR,
    Segment.POPLITEAL: Finding.THROMBOSED,
    Segment.PERONEAL: Finding.THROMBOSED,
    Segment.SOLEAL: Finding.THROMBOSED,
    Segment.POSTERIOR_TIBIAL: Finding.CLEAR,
    Segment.ANTERIOR_TIBIAL: Finding.CLEAR,
}
ALL_CLOT: Findings = dict.fromkeys(Segment, Finding.THROMBOSED)


def banners() -> tuple[Banner, ...]:
    told: dict[str, Any] = {"pathway_id": PATHWAY, "now": NOW}
    return (
        patient_banner(WALKER, sides={Side.LEFT}, urgency=Urgency.URGENT_24H, window=WINDOWS[1], **told),
        patient_banner(NOBODY, sides=set(Side), urgency=Urgency.EMERGENCY, window=WINDOWS[4], **told),
        pathway_banner(pathway_id=PATHWAY, sides={Side.RIGHT}, urgency=Urgency.ROUTINE_URGENT, window=WINDOWS[2]),
    )


def task(kind: str, role: Role, hours: float | None, **other: Any) -> ShownTask:
    due_at = None if hours is None else NOW + timedelta(hours=hours)
    given = {"key": "", "state": TaskState.OPEN, "escalated_to": (), "why": "", "due_on": None} | other
    return ShownTask(kind=kind, role=role, opened_at=NOW, due_at=due_at, **given)


PICTURES = {
    "Just referred": ((), (task("classification", Role.TRIAGE_CLINICIAN, 5),)),
    "Waiting for governance and for consent": (
        (Step.REFERRAL, Step.MDT_REVIEW),
        (task("governance_acknowledgement", Role.GOVERNANCE_LEAD, -3), task("consent", Role.CONSENT_TAKER, 30)),
    ),
    "Governance has not acknowledged": (
        (Step.REFERRAL, Step.MDT_REVIEW, Step.GOVERNANCE_NOTIFICATION, Step.CONSENT),
        (task("governance_acknowledgement", Role.GOVERNANCE_LEAD, -3), task("procedure_start", Role.PROCEDURALIST, 1)),
    ),
    "After the procedure": (
        (Step.REFERRAL, Step.MDT_REVIEW, Step.GOVERNANCE_NOTIFICATION, Step.CONSENT, Step.PROCEDURE),
        (task("registry_entry", Role.REGISTRY_CLERK, 200), task("discharge", Role.WARD_CLINICIAN, None)),
    ),
    "All done": (tuple(Step), ()),
}


def entry(seq: int, kind: str, role: Role, hours: float, **record: Any) -> ShownEntry:
    at = NOW + timedelta(hours=hours)
    return ShownEntry(
        seq=seq, at=at, kind=kind, by_person=f"rxx-{role.value.replace('_', '-')}-1", by_role=role, record=record
    )


ENTRIES = (
    entry(1, "referral", Role.REFERRER, -50),
    entry(2, "classification", Role.TRIAGE_CLINICIAN, -46),
    entry(3, "mdt_review", Role.MDT_COORDINATOR, -26),
    entry(4, "mdt_sign_off", Role.HAEMATOLOGIST, -25.5),
    entry(5, "governance_notice_delivered", Role.MAIL_SYSTEM, -25.4),
    entry(6, "timer_fired", Role.PATENCY, -2, timer="T-GOV", rung="acknowledge"),
    entry(7, "consent", Role.CONSENT_TAKER, -1),
)
DETAILS = {3: "LEFT leg: the MDT offers the procedure. Device: Training Rheolytic 1."}

GATES = (
    ShownGate(id="G1", state="open", reason="", paragraph="D"),
    ShownGate(id="G4", state="shut", reason="The haematologist has not signed; The offer has run out", paragraph="3.8"),
    ShownGate(id="G5", state="after", reason="Governance has not been told yet", paragraph="1.2"),
    ShownGate(id="G6", state="shut", reason="No authorisation of this trust is active", paragraph="YR3"),
)


def dispatch(key: str, to: Role, reason: str, **at: datetime | None) -> ShownDispatch:
    given: Mapping[str, datetime | None] = {"sent_at": None, "delivered_at": None, "failed_at": None} | at
    return ShownDispatch(key=key, to=to, reason=reason, **given)


def notice(number: int, *dispatches: ShownDispatch, acknowledged: bool = False) -> ShownNotice:
    return ShownNotice(
        number=number,
        about="mdt_offer",
        owed_at=NOW,
        dispatches=dispatches,
        delivered_at=None,
        acknowledged_at=NOW if acknowledged else None,
        acknowledged_by="rxx-governance-lead-1" if acknowledged else None,
    )


NOTICES = (
    notice(1, dispatch("a", Role.GOVERNANCE_LEAD, "first", sent_at=NOW, delivered_at=NOW), acknowledged=True),
    notice(
        2,
        dispatch("b", Role.GOVERNANCE_LEAD, "first", sent_at=NOW, failed_at=NOW),
        dispatch("c", Role.DEPUTY_GOVERNANCE_LEAD, "bounced", sent_at=NOW),
        dispatch("d", Role.MEDICAL_DIRECTOR, "undelivered"),
    ),
)
DUES = tuple(
    due(None if hours is None else NOW + timedelta(hours=hours), NOW)
    for hours in (None, 200, 20, 4, 0, -0.5, -1, -3, -80)
)


def shown() -> dict[str, Any]:
    """Everything on the gallery's page, as templates get it."""
    return {
        "banners": banners(),
        "windows": WINDOWS,
        "dues": DUES,
        "pictures": {name: pathway_picture(done, tasks, now=NOW) for name, (done, tasks) in PICTURES.items()},
        "days": timeline(ENTRIES, presentation_at=NOW - timedelta(days=5), details=DETAILS),
        "gates": conditions(GATES),
        "all_open": conditions(GATES[:1]),
        "notices": notices(NOTICES),
        "legs": {
            "left-iliofemoral": limb_drawing({Side.LEFT: ILIOFEMORAL}),
            "both": limb_drawing({Side.LEFT: ALL_CLOT, Side.RIGHT: CALF_ONLY}),
            "right-calf": limb_drawing({Side.RIGHT: CALF_ONLY}),
        },
    }


def with_own_templates() -> None:
    """Lets the product's environment find the gallery's page as well."""
    loader = environment().loader
    assert isinstance(loader, ChoiceLoader)
    if not any(isinstance(each, FileSystemLoader) for each in loader.loaders):
        loader.loaders = [*loader.loaders, FileSystemLoader(TEMPLATES)]


def gallery(*, training: bool = True, house: House | None = None) -> FastAPI:
    """The application: /gallery signed in, /signed-out, /live with htmx, /error, /late (warned) and /over."""
    app = FastAPI(openapi_url=None)
    app.state.house = house or House(training=training)
    mount_static(app)
    with_own_templates()

    def page(name: str, session: SignedIn | None, **context: Any) -> None:
        async def draw(request: Request) -> Response:
            request.state.session = session
            return render(request, "gallery.jinja", title="Gallery", **shown(), **context)

        app.add_api_route(f"/{name}", draw, response_class=Response)

    page("gallery", SignedIn(), current="my_work")
    page("wide", SignedIn(), wide=True)
    page("signed-out", None)
    page("live", SignedIn(), live=True)
    page("error", SignedIn(), errors=["Choose a leg"])
    page("late", SignedIn(warn_in_s=0, ends_in_s=120))
    page("over", SignedIn(warn_in_s=0, ends_in_s=0))
    page("limited", SignedIn(warn_in_s=0, ends_in_s=120, limited=True))

    def page_of_figures(name: str, template: str, context: dict[str, Any]) -> None:
        async def draw(request: Request) -> Response:
            request.state.session = SignedIn()
            return render(request, template, title="Gallery", **context)

        app.add_api_route(f"/{name}", draw, response_class=Response)

    for name, drawn in figures.pages().items():
        page_of_figures(name, *drawn)

    @app.post("/session/keep")
    async def keep() -> dict[str, int | bool]:
        """Whoever says that they are there stays signed in."""
        return {"warn_in_s": 780, "ends_in_s": 900, "limited": False}

    return app

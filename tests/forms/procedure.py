"""The procedure room's forms: a rheolytic thrombectomy of the left leg on 9 March 2026."""

from datetime import date
from typing import Any

from shared.pathway.anatomy import Segment, Side
from shared.pathway.choices import AccessVein, Answer, LysisMode, Mechanism
from shared.pathway.procedure import (
    ClotRemoval,
    Identifier,
    Lysis,
    ProcedureEnd,
    ProcedureStart,
    ScannedDevice,
    SignIn,
    SignOut,
    UsedDevice,
)
from shared.pathway.quantity import Dose, DoseAreaProduct, Volume
from tests.forms.filled import LEFT, filled, london
from tests.forms.referral import ILIOFEMORAL

RHEOLYTIC, ASPIRATION, RECALLED = "05012345678900", "05012345678917", "05012345678924"


def sign_in(**changes: Any) -> SignIn:
    given: dict[str, Any] = dict.fromkeys(SignIn.model_fields, Answer.YES)
    given |= {"identifiers_checked": frozenset({Identifier.NAME, Identifier.DATE_OF_BIRTH}), "side_marked": LEFT}
    return filled(SignIn, given, changes)


def device(udi_di: str = RHEOLYTIC, **changes: Any) -> ScannedDevice:
    given = {"udi_di": udi_di, "lot": "L-1", "expires_on": date(2027, 1, 31), "role": "thrombectomy"}
    return filled(ScannedDevice, given, changes)


def start(side: Side = LEFT, **changes: Any) -> ProcedureStart:
    given = {
        "side": side,
        "room": "IR 2",
        "operators": ("ir-1",),
        "anaesthesia": "local",
        "sign_in": sign_in(side_marked=side),
        "access_vein": AccessVein.POPLITEAL,
        "devices": (device(),),
        "lysis_mode": LysisMode.NONE,
        "filter_planned": True,
        "stent_planned": False,
    }
    return filled(ProcedureStart, given, changes)


def sign_out(**changes: Any) -> SignOut:
    given: dict[str, Any] = dict.fromkeys(SignOut.model_fields, Answer.YES)
    return filled(SignOut, given | {"filter_present": Answer.NO, "specimen": "none_taken"}, changes)


def used(**changes: Any) -> UsedDevice:
    """A rheolytic run of four minutes."""
    given = {
        "udi_di": RHEOLYTIC,
        "lot": "L-1",
        "outcome": "used",
        "mechanism": Mechanism.RHEOLYTIC,
        "run_time_s": 240,
        "saline": Volume(value=300, unit="mL"),
    }
    return filled(UsedDevice, given, changes)


def lysis(**changes: Any) -> Lysis:
    given = {
        "drug": "alteplase",
        "dose": Dose(value=10, unit="mg"),
        "mode": LysisMode.DURING,
        "route": "pulse_spray",
        "started_at": london("2026-03-09T10:00"),
        "stopped_at": london("2026-03-09T10:30"),
    }
    return filled(Lysis, given, changes)


def end(**changes: Any) -> ProcedureEnd:
    given = {
        "outcome": "completed",
        "ended_at": london("2026-03-09T11:00"),
        "pre_run_extent": ILIOFEMORAL,
        "devices_used": (used(),),
        "contrast": Volume(value=80, unit="mL"),
        "dose_area_product": DoseAreaProduct(value=42, unit="Gy·cm²"),
        "fluoroscopy_min": 18.5,
        "irmer_justification": "The operator: no other way to see the run",
        "aspirated_blood": Volume(value=120, unit="mL"),
        "completion_flow": "normal",
        "residual_stenosis_percent": 10,
        "clot_removal": {Segment.COMMON_FEMORAL: ClotRemoval.GRADE_III},
        "events": frozenset(),
        "no_event": True,
        "sign_out": sign_out(),
    }
    return filled(ProcedureEnd, given, changes)

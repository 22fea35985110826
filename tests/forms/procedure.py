"""The procedure room's forms: a rheolytic thrombectomy of the left leg on 9 March 2026."""

from datetime import date
from typing import Any

from shared.pathway.anatomy import Segment, Side
from shared.pathway.choices import AccessVein, Answer, LysisMode, Mechanism
from shared.pathway.procedure import (
    ClotRemoval,
    Identifier,
    ProcedureEnd,
    ProcedureStart,
    ScannedDevice,
    SignIn,
    SignOut,
    UsedDevice,
)
from shared.pathway.quantity import DoseAreaProduct, Volume
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
    return filled(SignOut, dict.fromkeys(SignOut.model_fields, Answer.YES), changes)


def end(**changes: Any) -> ProcedureEnd:
    given = {
        "outcome": "completed",
        "ended_at": london("2026-03-09T11:00"),
        "pre_run_extent": ILIOFEMORAL,
        "devices_used": (UsedDevice(udi_di=RHEOLYTIC, lot="L-1", outcome="used", mechanism=Mechanism.RHEOLYTIC),),
        "contrast": Volume(value=80, unit="mL"),
        "dose_area_product": DoseAreaProduct(value=42, unit="Gy·cm²"),
        "fluoroscopy_min": 18.5,
        "clot_removal": {Segment.COMMON_FEMORAL: ClotRemoval.GRADE_III},
        "events": frozenset(),
        "no_event": True,
        "sign_out": sign_out(),
    }
    return filled(ProcedureEnd, given, changes)

"""Who the patient is, corrected (hazard H-12): the form begins with what is on file, and both stand side by side.

Only for whoever may know the patient; others are asked all of it, and shown nothing of what is on file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.pages.records.filling import Filling, Sheet
from services.pages.records.scene import Scene
from shared.ledger import PatientIdentity
from shared.pathway.anatomy import Side
from shared.pathway.identity_changes import IdentityCorrected
from shared.pathway.record import Part
from shared.web.forms.check_answers import NOT_ANSWERED, summary
from shared.web.forms.raw import EMPTY, RawForm
from shared.web.forms.reading import read_raw
from shared.web.forms.writing import to_raw
from shared.web.pages.shown.banner import Banner, banner_before_referral
from shared.web.shapes import Patient

SIDE_OF_A_LEG = re.compile(r"limbs\.[0-9]+\.side")


@dataclass(frozen=True, slots=True)
class Compared:
    """One question about the patient: what is on file, and what it would be. `differs`: they are not the same."""

    question: str
    old: str
    new: str

    @property
    def differs(self) -> bool:
        return self.old != self.new


def on_file(scene: Scene) -> RawForm:
    """The patient as known, as somebody would have typed it; empty for whoever may not know."""
    known = _known(scene)
    return to_raw(known) if known is not None else EMPTY


def side_by_side(scene: Scene | None, parts: Sequence[Part]) -> tuple[Compared, ...]:
    """Every question that either identity answers; nothing unless this corrects a patient whom the reader may know."""
    new = next((each for each in parts if isinstance(each, PatientIdentity)), None)
    known = _known(scene) if scene is not None else None
    if new is None or known is None or not any(isinstance(each, IdentityCorrected) for each in parts):
        return ()
    pairs = zip(_answers(known), _answers(new), strict=True)
    rows = (Compared(question, old, answer) for (question, old), (_same, answer) in pairs)
    return tuple(row for row in rows if {row.old, row.new} != {NOT_ANSWERED})


def typed(filling: Filling, sheet: Sheet) -> Banner | None:
    """Whom a referral is about while it is being written, once that can be read; None on any other paper."""
    if filling.pathway_id is not None or PatientIdentity not in filling.paper.parts:
        return None
    told = read_raw(PatientIdentity, sheet.raw).model
    if told is None:
        return None
    legs = {text for name, text in sheet.inputs() if SIDE_OF_A_LEG.fullmatch(name) and text in set(Side)}
    return banner_before_referral(Patient.model_validate(told.model_dump()), sides={Side(each) for each in legs})


def _known(scene: Scene) -> PatientIdentity | None:
    if scene.patient is None:
        return None
    return PatientIdentity.model_validate(scene.patient.model_dump(), strict=False)


def _answers(identity: PatientIdentity) -> list[tuple[str, str]]:
    return [(row.question, " ".join(row.answer)) for row in summary(PatientIdentity, identity)]

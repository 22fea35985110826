"""How a patient communicates (IPG651 1.2, YR3): asked at the referral, and again whenever the patient wishes it."""

from shared.pathway.record import Part, asked
from shared.pathway.text import Line


class Communication(Part):
    language: Line = asked("Language the patient is treated in")
    interpreter_needed: bool = asked("Is an interpreter needed?")
    format: Line | None = asked("Format the patient needs", default=None)

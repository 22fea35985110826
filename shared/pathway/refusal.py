"""A reason why something cannot stand, as a value: rules return all of them at once, and raise nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason, in words for a clinician.

    `rule` is an id of the clinical specification (`R-MDT-1`, `G5`), `field` the place on the form ("" when it
    is the pathway itself), `paragraph` the paragraph of IPG651 it rests on ("D" for a project default, "YR1"
    to "YR4" for the paragraphs of "Your responsibility").
    """

    rule: str
    field: str
    words: str
    paragraph: str

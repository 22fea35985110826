"""The class of a leg as a tag (IPG651 1.1): one colour wherever it is shown, and never the green of what is well."""

from shared.pathway.eligibility import ArrangementClass
from shared.web.pages.shown.tag import Tag
from shared.web.pages.words import Words, spoken

# Special arrangements are no permission: the MDT still decides, so nothing here looks like a light at go.
COLOURS = {
    ArrangementClass.SPECIAL_ARRANGEMENTS: "blue",
    ArrangementClass.RESEARCH_ONLY: "purple",
    ArrangementClass.INDETERMINATE: "yellow",
    ArrangementClass.OUTSIDE_GUIDANCE: "red",
    ArrangementClass.NO_DVT: "grey",
}


def arrangement_tag(cls: ArrangementClass, say: Words | None = None) -> Tag:
    """Such as "Special arrangements"."""
    say = say or spoken()
    return Tag(say(f"class.{cls.value}"), COLOURS[cls])

"""A study of the trust's register, as it is written down (R-ELI-1; IPG651 1.1: approved by an ethics committee)."""

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints
from pydantic_core import PydanticCustomError

from shared.pathway.record import Part, asked
from shared.pathway.text import Code, Line

REFERENCE = re.compile(r"[0-9]{2}/[A-Z]{2,4}/[0-9]{4}")


def _ethics_reference(text: str) -> str:
    if not REFERENCE.fullmatch(text):
        raise PydanticCustomError("ethics_reference", "Enter it as two digits, letters, four digits: 24/LO/0123")
    return text


EthicsReference = Annotated[str, StringConstraints(max_length=16), AfterValidator(_ethics_reference)]
"""The reference of a research ethics committee: year, committee, number. Its form is checked, nothing else."""


class StudyRegistration(Part):
    """What the research lead registers; a governance lead approves it before anybody can be enrolled."""

    study_id: Code = asked("Study", hint="The name that enrolments use")
    title: Line = asked("Title")
    ethics_reference: EthicsReference = asked("Reference of the research ethics committee", hint="Such as 24/LO/0123")
    favourable_on: date = asked("When did the committee give its favourable opinion?")
    opens_on: date = asked("From which day may patients be enrolled here?")
    closes_on: date = asked("What is the last day of enrolment here?")


def wrong_days(asked_for: StudyRegistration) -> str | None:
    """The field whose day cannot be, None when all can: opened before the opinion, or closed before it opened."""
    if asked_for.opens_on < asked_for.favourable_on:
        return "opens_on"
    return "closes_on" if asked_for.closes_on < asked_for.opens_on else None

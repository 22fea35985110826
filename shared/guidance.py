"""NICE IPG651, paragraph by paragraph: what each asks for, in our own words, and who acts on it.

Every rule, reason and refusal of the product names one of these paragraphs; `cites` says whether it exists.
"""

from dataclasses import dataclass
from typing import Final

from shared.pathway.people import MDT_SPECIALTIES, Role

GUIDANCE_ID: Final = "IPG651:2019-06-12"

_MDT = tuple(sorted(MDT_SPECIALTIES))
_LEADS = (Role.GOVERNANCE_LEAD, Role.DEPUTY_GOVERNANCE_LEAD)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph, not in NICE's own words. `who_acts` is empty where it only informs."""

    number: str
    summary: str
    who_acts: tuple[Role, ...]


_ALL = (
    Paragraph(
        "YR1",
        "Guidance informs; it never replaces a clinician's judgement about one patient, reached with them.",
        (*_MDT, Role.CONSENT_TAKER, Role.PROCEDURALIST),
    ),
    Paragraph(
        "YR2",
        "Harm or trouble with a medicine or a device goes to the MHRA by Yellow Card.",
        (Role.DEVICE_SAFETY_OFFICER, Role.PROCEDURALIST, Role.WARD_CLINICIAN),
    ),
    Paragraph(
        "YR3",
        "Trusts heed the equality duties, and keep a body that examines, permits and watches what is new: "
        "procedures and devices.",
        (*_LEADS, Role.MEDICAL_DIRECTOR, Role.AUDITOR),
    ),
    Paragraph(
        "YR4",
        "Trusts measure what following the guidance costs the environment, and lessen it where they can.",
        (Role.AUDITOR,),
    ),
    Paragraph(
        "1.1",
        "Clot in the iliac or common femoral vein: special arrangements only (governance, consent, audit or "
        "research). Clot that stays below the common femoral vein: within research only.",
        (Role.TRIAGE_CLINICIAN, *_MDT, Role.RESEARCH_LEAD),
    ),
    Paragraph(
        "1.2",
        "Before treating iliofemoral clot: tell the trust's governance leads, and see that the patient, "
        "helped by written information, understands benefit, risk and what is not known.",
        (Role.MDT_COORDINATOR, *_LEADS, Role.CONSENT_TAKER),
    ),
    Paragraph(
        "1.3",
        "Everyone who has had the procedure is entered in the BSIR venous registry.",
        (Role.PROCEDURALIST, Role.REGISTRY_CLERK),
    ),
    Paragraph(
        "1.4",
        "Research should say how patients were chosen: where the clot lay, how bad the symptoms were, "
        "how old they were.",
        (*_MDT, Role.RESEARCH_LEAD, Role.AUDITOR),
    ),
    Paragraph("2.1", "What a deep vein thrombosis is, how it shows, and what makes it likelier.", ()),
    Paragraph(
        "2.2",
        "What may follow: post-thrombotic syndrome, pulmonary embolism and, rarely, phlegmasia.",
        (Role.REFERRER, Role.TRIAGE_CLINICIAN),
    ),
    Paragraph(
        "2.3",
        "Anticoagulation is usual; lysis can cause bleeding and stroke; open surgery is seldom done.",
        (Role.REFERRER, *_MDT, Role.CONSENT_TAKER),
    ),
    Paragraph(
        "2.4",
        "Mechanical thrombectomy mostly goes with a lytic drug, before or after, but works without one.",
        (*_MDT, Role.PROCEDURALIST),
    ),
    Paragraph(
        "2.5",
        "Local anaesthesia, access chosen from imaging, clot broken up and sucked out; a caval filter may be "
        "placed for a time.",
        (Role.PROCEDURALIST, Role.IR_NURSE),
    ),
    Paragraph(
        "2.6",
        "Anticoagulants for three months or more after the procedure; early walking; stockings advised.",
        (Role.WARD_CLINICIAN, Role.ANTICOAG_CLINIC, Role.HAEMATOLOGIST),
    ),
    Paragraph(
        "2.7",
        "A narrowing found once the clot is gone may need a balloon or a stent.",
        (Role.PROCEDURALIST,),
    ),
    Paragraph("3.1", "The evidence looked at: fourteen sources, found by a rapid review.", ()),
    Paragraph(
        "3.2",
        "What counts as benefit: clot gone, less post-thrombotic syndrome, a better life as patients report "
        "it, fewer lung emboli.",
        (Role.CONSENT_TAKER, Role.ANTICOAG_CLINIC, Role.AUDITOR),
    ),
    Paragraph(
        "3.3",
        "What counts as harm: bleeding, haemolysis, hurt or narrowed vessels, clot carried off or come back.",
        (Role.CONSENT_TAKER, Role.PROCEDURALIST, Role.WARD_CLINICIAN, Role.AUDITOR),
    ),
    Paragraph("3.4", "No patient had sent a comment.", (Role.AUDITOR,)),
    Paragraph(
        "3.5",
        "In severe acute iliofemoral thrombosis the procedure may save the limb.",
        (Role.TRIAGE_CLINICIAN, *_MDT),
    ),
    Paragraph("3.6", "Devices and techniques differ.", (*_MDT, Role.CONSENT_TAKER, Role.PROCEDURALIST)),
    Paragraph("3.7", "Most of the evidence is about a device nobody sells any more.", (Role.CONSENT_TAKER,)),
    Paragraph(
        "3.8",
        "Choosing patients matters: a vascular surgeon, an interventional radiologist and a haematologist "
        "do it together.",
        (Role.MDT_COORDINATOR, *_MDT),
    ),
    Paragraph(
        "3.9",
        "Results are probably better up to 14 days after the patient presented.",
        (Role.TRIAGE_CLINICIAN, Role.MDT_COORDINATOR, *_MDT),
    ),
)

PARAGRAPHS: Final[dict[str, Paragraph]] = {paragraph.number: paragraph for paragraph in _ALL}

# What a rule may rest on besides a paragraph: a project default, and the neighbouring NICE guideline.
_BESIDES = frozenset({"D", "NG158"})


def cites(paragraph: str) -> bool:
    """Whether a rule may cite this: a paragraph ("3.8", "YR1"), "D" (project default) or "NG158"."""
    return paragraph in PARAGRAPHS or paragraph in _BESIDES

"""What a letter to governance says, whichever way it goes: closed words, counts, an opaque id and a link."""

import hashlib

from activities.ports import Letter

SUBJECT = "Clinical governance notice: thrombectomy pathway"
TRUST_SUBJECT = "Clinical governance notice: thrombectomy at your trust"
ABOUT = {
    "mdt_offer": "The MDT has offered percutaneous mechanical thrombectomy under IPG651.",
    "emergency_start": "Percutaneous mechanical thrombectomy under IPG651 was started as an emergency.",
    "break_glass": "A consultant broke a gate of this pathway in an emergency.",
    "consent_withdrawn": "Consent to percutaneous mechanical thrombectomy was withdrawn.",
    "research_withdrawal": "Consent to take part in research was withdrawn.",
    "serious_adverse_event": "A serious adverse event was reported on this pathway.",
    "death": "A death was recorded on this pathway.",
    "device_change": "Another device than the one announced was used.",
    "moved_trust": "Another trust has taken over the care of this pathway.",
    "identity_corrected": "The identity on this pathway was wrong, and has been corrected.",
    "authorisation_ending": "This trust's authorisation to perform percutaneous mechanical thrombectomy is ending.",
    "registry_differences": "Procedures of over 30 days ago are not in the venous registry, or are there differently.",
    "weekly_digest": "This is the week in percutaneous mechanical thrombectomy at your trust.",
}
REASON = {
    "first": "",
    "bounced": "The notice could not be delivered to the person before you in line.",
    "undelivered": "No delivery of the first notice has been reported.",
    "reminder": "This notice has not been acknowledged yet.",
}
EVIDENCE = "Evidence is limited in quality and quantity: IPG651 asks for special arrangements, or for research only."
NO_PATIENT_DATA = "This message contains no patient data on purpose."


def subject(letter: Letter) -> str:
    return SUBJECT if letter.pathway_id else TRUST_SUBJECT


def link(letter: Letter, site: str) -> str:
    """Where it is read: nothing there is shown to anybody who has not signed in."""
    return f"{site}/pathways/{letter.pathway_id}" if letter.pathway_id else site


def paragraphs(letter: Letter, site: str) -> tuple[str, ...]:
    """The text, one paragraph each."""
    where = (
        f"Read and acknowledge it here: {link(letter, site)}"
        if letter.pathway_id
        else f"This is about the trust, not about a pathway: {link(letter, site)}"
    )
    said = (ABOUT[letter.about], REASON[letter.reason], *letter.lines, EVIDENCE, where, NO_PATIENT_DATA)
    return tuple(each for each in said if each)


def reference(letter: Letter, address: str) -> str:
    """What a message is known by: the same for every attempt, and another for everybody else.

    Whoever joins or leaves the register meanwhile changes nobody else's. It gives no address away.
    """
    whose = hashlib.sha256(address.encode()).hexdigest()[:12]
    return f"{letter.message_id}.{whose}"

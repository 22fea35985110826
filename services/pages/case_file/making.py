"""Makes a case file: the read with its reason first, then the rows and their proof, the print, and the signed JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from services.identity import Acting
from services.limiting import stand_aside
from services.pages.case_file.telling import last, paper, people
from services.pages.records.scene import Scene, let_in, scene_of
from services.sessions import reception_of
from services.wiring import answering_in_time
from shared.documents.case_file import case_file_paper
from shared.documents.drawing import whole
from shared.documents.pdf import pdf_made_apart
from shared.documents.printable import Stamp
from shared.evidence.case_file import Proof, written
from shared.evidence.case_files import Finished, Reason
from shared.web.pages.shown.banner import reference_words
from shared.web.pages.shown.instants import instant_words
from shared.web.pages.words import spoken


@dataclass(frozen=True, slots=True)
class Making:
    """One case file on its way."""

    reader: Acting
    reason: Reason
    scene: Scene
    proof: Proof
    names: Mapping[str, str]
    trust_name: str
    training: bool

    @property
    def made_at(self) -> str:
        """When the making was sealed, by the server's clock."""
        return last(self.proof).sealed_at

    def about(self) -> dict[str, Any]:
        """What the file is: names a trust and a pathway, and no patient."""
        pathway = self.scene.moment.pathway
        return {
            "trust": pathway.trust,
            "trust_name": self.trust_name,
            "training": self.training,
            "pathway_id": pathway.id,
            "version": pathway.version,
            "made_at": self.made_at,
            "by": {"person": self.reader.person, "role": self.reader.post.role.value},
            "reason": self.reason.value,
            "policy_version": self.scene.moment.policy.version,
            "identity": "not_included",
        }

    def told(self) -> dict[str, Any]:
        """For readers: what people are called, and what became of the notices."""
        notices = [each.model_dump(mode="json") for each in self.scene.answer.notices]
        return {"names": dict(self.names), "notices": notices}

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is printed of the file itself."""
        say, head = spoken(), self.proof
        anchored = max((each.count for each in head.anchors), default=0)
        asked = {
            "pathway": self.scene.moment.pathway.id,
            "reason": say(f"case_file.{self.reason.value}"),
            "made_by": say("timeline.by", role=say(f"role.{self.reader.post.role.value}"), person=self.reader.person),
            "policy": self.scene.moment.policy.version,
            "rows": str(head.rows),
            "head": f"{head.head_number}: {head.head_link.hex()}",
            "anchor": str(anchored) if anchored else say("case_file.no_anchor"),
        }
        return tuple((say(f"case_file.fact_{key}"), value) for key, value in asked.items())


async def make(request: Request, reader: Acting, pathway_id: str, reason: Reason) -> str:
    """Makes it, keeps it, and returns its id.

    Raises ProblemError 404, PrintingUnavailableError, KeyUnusableError and OSError for a key that cannot be used.
    """
    reception = reception_of(request)
    files = reception.case_files
    key = files.key()
    entrance = await let_in(request, reader, pathway_id)
    async with answering_in_time():
        proof = await files.proof(reader.trust, pathway_id, reader.signature, reason)
    scene = await scene_of(request, reader, pathway_id, entrance)
    async with answering_in_time():
        names = await reception.names.of(reader.trust, people(proof))
    trust_name = request.state.session.trust_name or reader.trust
    making = Making(reader, reason, scene, proof, names, trust_name, reception.training)
    stand_aside(request)
    pdf = await pdf_made_apart(whole(case_file_paper(paper(scene, proof, names, making.facts()), _stamp(making))))
    content = written(making.about(), making.told(), proof, pdf, key)
    finished = Finished(by=reader.signature, reason=reason, rows=proof.rows, json=content, pdf=pdf)
    async with answering_in_time():
        return await files.keep(reader.trust, pathway_id, finished)


def _stamp(making: Making) -> Stamp:
    moment = making.scene.moment
    return Stamp(
        trust=making.trust_name,
        reference=reference_words(moment.pathway.id),
        training=making.training,
        whom=None,
        entry=moment.pathway.version,
        at=instant_words(moment.now),
    )

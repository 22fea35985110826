"""NICE IPG651 as durable steps: one run of `PatientPathway` carries one patient's pathway through time.

PostgreSQL owns what is true, the clinical core what is allowed. This workflow owns what happens next and by when.
It holds an opaque id and a trust's code, and nothing that identifies or describes a patient.
"""

from temporalio import workflow

from shared.contracts.identifiers import PathwayRef
from shared.contracts.looks import Ending, News, Rest
from shared.contracts.steps import Step
from workflows.steps.told import Told
from workflows.steps.waiting import PathwayEnded, Steps


@workflow.defn(name="PatientPathway")
class PatientPathway:
    """One patient's pathway under IPG651, from referral to the long-term outcomes and until the record is closed."""

    def __init__(self) -> None:
        self._told = Told()

    @workflow.run
    async def run(self, ref: PathwayRef, rest: Rest | None = None) -> Ending:
        """Follow the guidance, step by step. The numbers are its paragraphs."""
        steps = Steps(ref, self._told)
        await steps.sleep(rest)
        try:
            while not steps.settled(Step.PROCEDURE):  # new imaging or a lapsed offer leads back to here
                await steps.settle(Step.REFERRAL)  # 2.1, 1.1 which leg, which vein, which arrangements
                await steps.settle(Step.MDT_REVIEW)  # 3.8, 3.9 three specialties, within 14 days
                await steps.settle(Step.GOVERNANCE_NOTIFICATION, Step.CONSENT)  # 1.2 side by side
                await steps.settle(Step.PROCEDURE)  # 2.4-2.7
            await steps.settle(Step.REGISTRY_ENTRY, Step.ANTICOAGULATION_FOLLOW_UP)  # 1.3, 2.6
            await steps.settle(Step.LONG_TERM_OUTCOMES)  # 3.2 at 6, 12 and 24 months
            await steps.until_closed()
        except PathwayEnded as ended:
            return ended.ending

    @workflow.signal
    def told(self, news: News) -> None:
        """The clinical record has a new version, or its clock was moved."""
        self._told.hear(news)

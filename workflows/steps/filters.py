"""The filters inside a patient: each is followed by a workflow of its own, which outlives the pathway (R-FIL-4)."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from shared.contracts.identifiers import FilterRef, PathwayRef, filter_workflow_id
from shared.contracts.looks import Inside, News
from shared.contracts.patience import WORKFLOW_TASK_S
from workflows.filter_retrieval import FilterRetrieval


class Filters:
    """The filters of one pathway, as their workflows were last told of them."""

    def __init__(self, ref: PathwayRef) -> None:
        self._ref = ref
        self._known: dict[int, Inside] = {}

    @property
    def known(self) -> tuple[Inside, ...]:
        """To be remembered by the next run."""
        return tuple(self._known.values())

    def remember(self, known: tuple[Inside, ...]) -> None:
        self._known = {each.number: each for each in known}

    async def see_to(self, inside: tuple[Inside, ...], news: News) -> None:
        """Start following what is newly inside; tell those that are due sooner than they know, or that are out.

        A filter whose ladder goes on later wakes at the time it knows, and sees that for itself.
        """
        for each in inside:
            before = self._known.get(each.number)
            if before is None:
                await self._start(each.number)
            elif each.due < before.due:
                await self._tell(each.number, news)
        for gone in self._known.keys() - {each.number for each in inside}:
            await self._tell(gone, news)
        self.remember(inside)

    async def _start(self, number: int) -> None:
        try:
            await workflow.start_child_workflow(
                FilterRetrieval.run,
                args=[FilterRef(self._ref, number), None],
                id=filter_workflow_id(self._ref.pathway_id, number),
                parent_close_policy=ParentClosePolicy.ABANDON,
                task_timeout=timedelta(seconds=WORKFLOW_TASK_S),
                static_summary="Filter retrieval under IPG651",
            )
        except WorkflowAlreadyStartedError:
            workflow.logger.info("the filter is followed already")

    async def _tell(self, number: int, news: News) -> None:
        handle: workflow.ExternalWorkflowHandle[FilterRetrieval] = workflow.get_external_workflow_handle_for(
            FilterRetrieval.run, filter_workflow_id(self._ref.pathway_id, number)
        )
        try:
            await handle.signal(FilterRetrieval.told, news)
        except FailureError:
            # It ended by itself, or it is lost: then reconciling starts it from the record.
            workflow.logger.info("the filter's workflow was not there to be told")

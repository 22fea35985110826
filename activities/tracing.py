"""Every activity as a span in the trace of the click that caused it; what the clock caused opens a trace of its own.

The cause travels as a field of the order, not in Temporal's headers: spans of a pathway that lives for months then
hang under the click that mattered today, and workflow code stays free of tracing.
"""

from typing import Any

from opentelemetry.trace import SpanKind
from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor
from typing_extensions import override

from shared.contracts.looks import Errand, Order
from shared.wiring import telemetry


class _TracedActivity(ActivityInboundInterceptor):
    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        order = next(iter(input.args), None)
        if not isinstance(order, Order | Errand):
            return await super().execute_activity(input)
        info = activity.info()
        here = telemetry.continuing(
            order.cause,
            info.activity_type,
            kind=SpanKind.CONSUMER,
            link=order.ref.origin if order.cause is None else None,
            pathway_id=order.ref.pathway_id,
            trust=order.ref.trust,
            attempt=info.attempt,
        )
        with here:
            return await super().execute_activity(input)


class TracedActivities(Interceptor):
    """Give this to the worker."""

    @override
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _TracedActivity(super().intercept_activity(next))

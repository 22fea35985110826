"""Named patience, in the words of the SDK."""

from datetime import timedelta

from temporalio.common import RetryPolicy

from shared.contracts.patience import Patience


def retries(patience: Patience) -> RetryPolicy:
    """Try again for ever, or until the call's own limit: pauses double up to the longest."""
    return RetryPolicy(
        initial_interval=timedelta(seconds=patience.first_s),
        maximum_interval=timedelta(seconds=patience.longest_s),
    )

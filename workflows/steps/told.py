"""What a workflow was told and has not looked at yet, and waiting for more of it."""

from datetime import timedelta

from temporalio import workflow

from shared.contracts.looks import News


class Told:
    """The newest news. Several collapse into one: whoever looks sees everything."""

    def __init__(self) -> None:
        self.news: News | None = None

    def hear(self, news: News) -> None:
        self.news = news

    def take(self) -> News | None:
        news, self.news = self.news, None
        return news

    async def within(self, seconds: float) -> bool:
        """Whether there is news, or was within this time."""
        try:
            await workflow.wait_condition(lambda: self.news is not None, timeout=timedelta(seconds=seconds))
        except TimeoutError:
            return False
        return True

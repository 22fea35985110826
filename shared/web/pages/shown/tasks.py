"""What is asked by a task, in words; also by one of a kind that nobody has put into words yet."""

from shared.web.pages.words import Words


def task_words(kind: str, say: Words) -> str:
    """The task's own words, else those of the form it is about, else that the case says more."""
    keys = (f"task.{kind}", f"form.{kind}", f"record.{kind}")
    return say(next((key for key in keys if key in say), "task.other"))

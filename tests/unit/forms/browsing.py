"""A page as a browser sees it: what would be posted, which ids there are, and what each input is called."""

from collections import Counter
from html.parser import HTMLParser
from typing import Any

from jinja2 import Environment
from typing_extensions import override

from shared.web.forms.check_answers import Row
from shared.web.forms.drawing import Drawn
from shared.web.forms.problems import ErrorItem
from shared.web.pages.environment import environment

_WITHOUT_LABEL = frozenset({"hidden", "submit"})
_PAGE = """{% from "parts/form.jinja" import posted_form, error_summary %}
{% from "parts/fields/answers.jinja" import answers %}
{{ error_summary(items) }}{{ posted_form(drawn, "/form", "token", "once", 3) if drawn }}
{{ answers(rows, "/form") if rows }}"""


def _page(env: Environment, **context: Any) -> str:
    return env.from_string(_PAGE).render(**context)


def page_of(drawn: Drawn | None = None, items: tuple[ErrorItem, ...] = (), rows: tuple[Row, ...] = ()) -> str:
    """The form (without the frame of the page) as HTML."""
    return _page(environment(), drawn=drawn, items=items, rows=rows)


class Browser(HTMLParser):
    """Reads a page. `posted` is what a press of its first button would send."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.posted: list[tuple[str, str]] = []
        self.ids: Counter[str] = Counter()
        self.inputs: list[dict[str, str]] = []
        self.labelled: set[str] = set()
        self.hrefs: list[str] = []
        self.described: list[str] = []
        self.buttons: list[dict[str, str]] = []
        self.text = ""
        self._area: tuple[str, str] | None = None
        self._select: tuple[str, list[str], list[str]] | None = None
        self.feed(html)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids[given["id"]] += 1
        self.described += given.get("aria-describedby", "").split()
        if tag == "label":
            self.labelled.add(given.get("for", ""))
        elif tag == "a":
            self.hrefs.append(given["href"])
        elif tag == "button":
            self.buttons.append(given)
        else:
            self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        if tag in {"input", "textarea", "select"}:
            self.inputs.append(given)
        if tag == "input":
            self._input(given)
        elif tag == "textarea":
            self._area = (given["name"], "")
        elif tag == "select":
            self._select = (given["name"], [], [])
        elif tag == "option" and self._select:
            self._select[1].append(given["value"])
            if "selected" in given:
                self._select[2].append(given["value"])

    def _input(self, given: dict[str, str]) -> None:
        if given["type"] in {"radio", "checkbox"} and "checked" not in given:
            return
        text = given.get("value", "")
        if given["type"] == "text":
            text = text.replace("\n", "").replace("\r", "")  # an input of one line has no line ends
        self.posted.append((given["name"], text))

    def _read(self, data: str) -> None:
        self.text += data
        if self._area:
            self._area = (self._area[0], self._area[1] + data)

    handle_data = _read  # the name HTMLParser calls it by

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area:
            name, text = self._area
            self.posted.append((name, text.removeprefix("\n").replace("\n", "\r\n")))
            self._area = None
        elif tag == "select" and self._select:
            name, offered, chosen = self._select
            self.posted.append((name, (chosen or offered)[0]))
            self._select = None

    def unnamed(self) -> list[dict[str, str]]:
        """Inputs that neither a label nor aria-label names."""
        seen = [each for each in self.inputs if each.get("type") not in _WITHOUT_LABEL]
        return [each for each in seen if not each.get("aria-label") and each.get("id") not in self.labelled]

"""Words stand in wording files, so that a page can be in another language: whole, or not at all."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.exceptions import TemplateNotFound

from shared.web.pages import words
from shared.web.pages.environment import environment
from shared.web.pages.words import ENGLISH, FOLDER, gaps, missing, spoken

TEMPLATES = Path(words.__file__).with_name("templates")
TAG = re.compile(r"<script\b.*?</script>|<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r"""\b(?:aria-label|alt|title|placeholder|content)\s*=\s*"([^"]*)\"""")
LETTERS = re.compile(r"[A-Za-z]{2,}")
PARAMETER = frozenset({"text", "html", "label", "titleText", "heading", "alt", "visuallyHiddenText"})
# What stands in a template and is no language: by template, with the reason.
ALLOWED = {"documents/give.jinja": {"SHA-256"}}  # the name of a standard


def templates() -> list[str]:
    return sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.jinja"))


def literals(template: str) -> set[str]:
    """Text between tags, text in attributes that are read out, and text handed to a component as its words."""
    parsed = environment().parse((TEMPLATES / template).read_text(encoding="utf-8"))
    # What is drawn by an expression is a gap: it must neither join words nor look like one.
    page = "".join(each.data if isinstance(each, nodes.TemplateData) else " 0 " for each in in_order(parsed))
    found = set(TAG.sub(" ", page).split("  ")) | set(ATTRIBUTE.findall(page))
    return {each.strip() for each in found | given(parsed) if LETTERS.search(each)}


def in_order(node: nodes.Node) -> list[nodes.Node]:
    """Everything that is drawn, in the order of the page."""
    return [each for output in node.find_all(nodes.Output) for each in output.nodes]


def given(parsed: nodes.Template) -> set[str]:
    """Constants handed to a component as something to read."""
    pairs = parsed.find_all(nodes.Pair)
    named = [(each.key, each.value) for each in pairs if isinstance(each.value, nodes.Const)]
    return {str(value.value) for key, value in named if isinstance(key, nodes.Const) and key.value in PARAMETER}


@pytest.mark.parametrize("template", templates())
def test_no_template_speaks_a_language_by_itself(template: str) -> None:
    assert literals(template) - ALLOWED.get(template, set()) == set()


def test_a_literal_in_a_template_would_be_found() -> None:
    text = '<p aria-label="Close it">Sign {{ x }} here</p>{{ button({"text": "Send"}) }}'
    parsed = environment().parse(text)
    page = "".join(each.data if isinstance(each, nodes.TemplateData) else " 0 " for each in in_order(parsed))
    assert LETTERS.findall(TAG.sub(" ", page)) == ["Sign", "here"]
    assert ATTRIBUTE.findall(page) == ["Close it"]
    assert given(parsed) == {"Send"}
    with pytest.raises(TemplateNotFound):
        environment().get_template("nowhere.jinja")


def written(folder: Path, language: str, text: str) -> Path:
    (folder / f"{language}.toml").write_text(text, encoding="utf-8")
    return folder


ENGLISH_TEXT = '[a]\nhello = "Hello {name}"\nbye = "Goodbye"\n'


def test_a_language_that_says_everything_is_spoken(tmp_path: Path) -> None:
    folder = written(written(tmp_path, "en", ENGLISH_TEXT), "cy", '[a]\nhello = "Helo {name}"\nbye = "Hwyl"\n')
    assert (spoken("cy", folder).language, spoken("cy", folder)("a.hello", name="Mair")) == ("cy", "Helo Mair")


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ('[a]\nhello = "Helo {name}"\n', {"a.bye"}),
        ('[a]\nhello = "Helo"\nbye = "Hwyl"\n', {"a.hello"}),
        ('[a]\nhello = "Helo {name}"\nbye = ""\n', {"a.bye"}),
        ("", {"a.hello", "a.bye"}),
    ],
)
def test_a_language_that_lacks_something_names_it_and_english_is_spoken(
    tmp_path: Path, text: str, lacking: set[str]
) -> None:
    folder = written(written(tmp_path, "en", ENGLISH_TEXT), "cy", text)
    assert missing("cy", folder) == lacking
    assert spoken("cy", folder).language == "en"


def test_a_language_nobody_wrote_is_english() -> None:
    assert spoken("xx").language == "en"
    assert spoken("xx").every_key() == spoken().every_key()


@pytest.mark.parametrize("language", sorted({file.stem for file in FOLDER.glob("*.toml")} - {ENGLISH}))
def test_a_translation_has_no_key_and_no_gap_that_english_has_not(language: str) -> None:
    english = words._written(ENGLISH, FOLDER)
    other = words._written(language, FOLDER)
    assert set(other) <= set(english)
    assert {key: gaps(text) for key, text in other.items()} == {key: gaps(english[key]) for key in other}

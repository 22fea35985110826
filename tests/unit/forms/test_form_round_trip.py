"""What was rendered and is posted unchanged gives the same record, for any record there can be."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.pathway.record import Record
from shared.web.forms.description import describe
from shared.web.forms.drawing import draw
from shared.web.forms.layouts import steps
from shared.web.forms.raw import EMPTY
from shared.web.forms.reading import read, read_raw
from shared.web.forms.writing import to_raw
from tests.unit.forms.browsing import Browser, page_of
from tests.unit.forms.written_records import RECORDS, written

EVERY_RECORD = pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind)
SLOW_TO_MAKE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
FEW = settings(max_examples=6, deadline=None, suppress_health_check=SLOW_TO_MAKE)
SOME = settings(max_examples=15, deadline=None, suppress_health_check=SLOW_TO_MAKE)


@EVERY_RECORD
@SOME
@given(choose=st.data())
def test_the_texts_of_a_record_read_back_as_the_record(record: type[Record], choose: st.DataObject) -> None:
    model = choose.draw(written(record))
    found = read_raw(record, to_raw(model))
    assert found.errors == ()
    assert found.model == model


@EVERY_RECORD
@FEW
@given(choose=st.data())
def test_posting_what_was_rendered_gives_the_same_record(record: type[Record], choose: st.DataObject) -> None:
    model = choose.draw(written(record))
    page = page_of(draw(describe(record), to_raw(model)))
    found = read(record, Browser(page).posted)
    assert found.errors == ()
    assert found.model == model


@EVERY_RECORD
@FEW
@given(choose=st.data())
def test_page_after_page_gives_the_same_record(record: type[Record], choose: st.DataObject) -> None:
    model = choose.draw(written(record))
    typed, draft = to_raw(model), EMPTY
    for page in steps(record):
        posted = Browser(page_of(draw(describe(record), typed, page=page))).posted
        found = read(record, posted, page=page, draft=draft)
        assert found.errors == ()
        draft = found.raw
    assert read_raw(record, draft).model == model


@EVERY_RECORD
@FEW
@given(choose=st.data())
def test_hidden_answers_come_back_too(record: type[Record], choose: st.DataObject) -> None:
    model = choose.draw(written(record))
    hidden = frozenset(each.name for each in describe(record).fields)
    page = Browser(page_of(draw(describe(record), to_raw(model), hidden=hidden)))
    assert page.unnamed() == []
    assert read(record, page.posted).model == model

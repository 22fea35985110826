"""What bodies.py and json_text.py make of bytes that are not what was asked for."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from services.referral.opening import NewPathway
from shared.pathway.consent import Consent
from shared.pathway.mdt_review import MdtSignOff
from shared.pathway.referral import NewImaging, Referral
from shared.web import answers, bodies, json_text
from shared.web.problems import ProblemError
from tests.forms import referral as forms

IMAGING = answers.written(forms.new_imaging())
CANARY = "zebracrossing"


def problem(raw: bytes, kind: type[Any] = NewImaging) -> ProblemError:
    with pytest.raises(ProblemError) as raised:
        bodies.parse(raw, kind)
    assert raised.value.status == 422
    assert len(raised.value.body()) < 4096
    return raised.value


def fields(raw: bytes | dict[str, Any], kind: type[Any] = NewImaging) -> set[str]:
    found = problem(raw if isinstance(raw, bytes) else json.dumps(raw).encode(), kind)
    return {each["field"] for each in found.extra["errors"]}


def changed(**changes: Any) -> dict[str, Any]:
    return IMAGING | changes


def in_study(**changes: Any) -> dict[str, Any]:
    return changed(imaging=IMAGING["imaging"] | changes)


def test_a_written_form_is_read_back_as_it_was() -> None:
    read = bodies.parse(json.dumps(IMAGING).encode(), NewImaging)
    assert read.model == forms.new_imaging()


def test_the_same_json_spaced_and_ordered_differently_has_the_same_digest() -> None:
    one = json.dumps(IMAGING, indent=3).encode()
    other = json.dumps(dict(reversed(list(IMAGING.items())))).encode()
    assert bodies.parse(one, NewImaging).digest == bodies.parse(other, NewImaging).digest


def test_other_json_has_another_digest() -> None:
    one, other = (json.dumps(each).encode() for each in (IMAGING, changed(side="right")))
    assert bodies.parse(one, NewImaging).digest != bodies.parse(other, NewImaging).digest


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"nonsense", b"\xff\xfe", b"\xef\xbb\xbf{}", b"[" * 100_000, b"9" * 5000, b'"\xed\xa0\x80"', b"{} {}"],
    ids=["empty", "cut", "words", "latin", "mark", "deep", "long number", "raw surrogate", "two"],
)
def test_what_is_no_json_is_refused_as_a_whole(raw: bytes) -> None:
    assert fields(raw) == {""}


@pytest.mark.parametrize("raw", [b"[]", b"1", b"null", b'"text"', b"true"])
def test_json_that_is_no_object_is_refused_as_a_whole(raw: bytes) -> None:
    assert fields(raw) == {""}


def test_a_key_written_twice_is_refused_by_its_place() -> None:
    raw = json.dumps(IMAGING).replace('"accession"', '"accession": "A-1", "accession"').encode()
    assert fields(raw) == {"imaging.accession"}


def test_a_key_written_twice_is_refused_also_when_both_say_the_same() -> None:
    raw = json.dumps(IMAGING).replace('"side": "left"', '"side": "left", "side": "left"', 1).encode()
    assert fields(raw) == {"side"}


@pytest.mark.parametrize("text", ["A\0", "\ud800", "A\udfff"])
def test_characters_no_encoding_has_are_refused_by_their_place(text: str) -> None:
    assert fields(in_study(accession=text)) == {"imaging.accession"}


def test_such_characters_in_a_name_are_refused_at_its_parent() -> None:
    assert fields(in_study(**{"a\0": "x"})) == {"imaging"}


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "9007199254740992", "-9007199254740992", "9" * 4000]
)
def test_what_is_no_number_is_refused_by_its_place(number: str) -> None:
    raw = json.dumps(in_study(accession="HERE")).replace('"HERE"', number).encode()
    assert fields(raw) == {"imaging.accession"}


def test_nesting_beyond_32_levels_is_refused() -> None:
    assert fields(b'{"imaging":' * 40 + b"1" + b"}" * 40) != set()


@pytest.mark.parametrize("value", [True, "1", 1.5, "\u0661", None, [], 1e1])
def test_only_a_whole_number_counts_as_one(value: Any) -> None:
    assert fields({"review": value, "agrees": True}, MdtSignOff) == {"review"}


@pytest.mark.parametrize("value", [1, 0, "true", "yes", None])
def test_only_true_and_false_count_as_an_answer(value: Any) -> None:
    assert fields({"review": 1, "agrees": value}, MdtSignOff) == {"agrees"}


@pytest.mark.parametrize(
    "value", ["2026-03-02T10:15:00", "2026-03-02", 1772446500, "٢٠٢٦-03-02T10:15:00Z", "soon", "2026-02-30T10:00:00Z"]
)
def test_an_instant_needs_its_zone_and_plain_digits(value: Any) -> None:
    assert fields(in_study(performed_at=value)) == {"imaging.performed_at"}


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00+14:00", "1899-12-31T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_a_year_no_patient_lives_in_is_refused(value: str) -> None:
    assert fields(in_study(performed_at=value)) == {"imaging.performed_at"}


def test_a_birth_date_in_the_year_one_is_refused() -> None:
    patient = {"nhs_number": "9996510018", "number_status": "number_present_and_verified", "name": "S", "sex": "male"}
    body = answers.written(forms.referral()) | {"patient": patient | {"date_of_birth": "0001-01-01"}}
    assert fields(body, NewPathway) == {"patient.date_of_birth"}


@pytest.mark.parametrize("number", ["9996510019", "٩٩٩٦٥١٠٠١٨", "999651001", 9996510018, True, "9996510018\n"])
def test_a_number_that_cannot_be_an_nhs_number_is_refused_by_its_field(number: Any) -> None:
    patient = {"nhs_number": number, "number_status": "number_present_and_verified", "name": "S", "sex": "male"}
    assert fields(answers.written(forms.referral()) | {"patient": patient}, NewPathway) == {"patient.nhs_number"}


def test_an_unknown_field_is_refused_at_its_parent_and_not_repeated() -> None:
    found = problem(json.dumps(in_study(**{CANARY: CANARY})).encode())
    assert [each["field"] for each in found.extra["errors"]] == ["imaging"]
    assert CANARY not in found.body().decode()


def test_an_unknown_vein_is_refused_at_the_veins_and_not_repeated() -> None:
    found = problem(json.dumps(changed(segments={CANARY: "clear"})).encode())
    assert {each["field"] for each in found.extra["errors"]} == {"segments"}
    assert CANARY not in found.body().decode()


def test_a_wrong_choice_is_answered_with_the_allowed_ones() -> None:
    found = problem(json.dumps(changed(side=CANARY)).encode())
    assert found.extra["errors"] == [{"field": "side", "reason": "Choose one of: 'left' or 'right'"}]


def test_every_missing_field_is_named_at_once() -> None:
    assert {"presentation_at", "limbs", "urgency"} <= fields({}, Referral)


def test_a_body_full_of_mistakes_gets_a_short_answer() -> None:
    found = problem(json.dumps({"limbs": [{"segments": dict.fromkeys("abcdefgh", CANARY)}] * 400}).encode(), Referral)
    assert len(found.extra["errors"]) <= 50
    assert found.extra["left_out"] > 0
    assert CANARY not in found.body().decode()


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.sampled_from(["sides", "lines"]), inner),
    max_leaves=20,
)


@given(ANYTHING)
def test_whatever_is_sent_is_read_or_refused_and_nothing_else_happens(value: Any) -> None:
    raw = json.dumps(value).encode("utf-8", "surrogatepass")
    for kind in (Consent, NewPathway):
        problem(raw, kind)


@given(st.binary(max_size=200))
def test_whatever_bytes_are_sent_are_refused(raw: bytes) -> None:
    problem(raw)


class Compared(str):
    """A key that counts how often it is compared."""

    __slots__ = ()
    times = 0
    __hash__ = str.__hash__

    @override
    def __eq__(self, other: object) -> bool:
        Compared.times += 1
        return str.__eq__(self, other)


def test_looking_for_keys_that_stand_twice_compares_each_only_once_or_twice() -> None:
    names = [*map(str, range(1000)), "7"]
    found = json_text.faults(json_text._object([(Compared(name), 0) for name in names]), {"7"})
    assert [each.field for each in found] == ["7"]
    assert Compared.times < 3 * len(names)


@pytest.mark.parametrize("number", ["9007199254740992", "9" * 4000])
def test_a_count_that_nobody_can_count_to_is_refused(number: str) -> None:
    assert fields(f'{{"review": {number}, "agrees": true}}'.encode(), MdtSignOff) == {"review"}

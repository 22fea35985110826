"""Reading the policy document: all of it is checked before a pathway is touched, or nothing starts."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args, get_type_hints

from shared.guidance import cites
from shared.pathway.people import Role
from shared.policy.terms import ORDERED, Entry, Plausible, Policy, Term

FILE = Path(__file__).with_name("policy.toml")

# The system and its mail cannot answer for a figure: an owner is a person's role.
_OWNERS = frozenset(Role) - {Role.PATENCY, Role.MAIL_SYSTEM}
_PARTS = frozenset({"value", "unit", "source", "owner", "why"})
_SOURCE = re.compile(r"IPG651 (?P<paragraph>\S+)|clinical\.md \d+(\.\d+)?|NG158|\[D\]", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d", re.ASCII)
_PAIR = 2


class PolicyInvalid(ValueError):  # noqa: N818 -- says what is wrong, like the refusals of the pathway
    """The policy document cannot be used. `entry` names the place, say T-14D.window_days; never a value."""

    def __init__(self, entry: str, reason: str) -> None:
        self.entry = entry
        super().__init__(f"policy {entry}: {reason}")


def load(path: Path | None = None) -> Policy:
    """The policy of `path`, or the packaged one. Raises PolicyInvalid at the first entry that cannot stand.

    Refused: an entry that is missing, unknown or filed under another rule; another unit; a value of another
    kind or outside its limits; a source that does not exist; an owner that is no person's role; no reason.
    """
    document = _read(FILE if path is None else path)
    version = _version(document.pop("version", None))
    terms = dict(_terms())
    entries = dict(_entries(document, terms))
    for name in terms:
        if name not in entries:
            raise PolicyInvalid(name, "is missing")
    values: dict[str, Any] = {entry.key: _value(name, entry, *terms[name]) for name, entry in entries.items()}
    policy = Policy(version=version, entries=tuple(entries.values()), **values)
    _refuse_disorder(policy)
    return policy


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyInvalid("document", "cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise PolicyInvalid("document", "is not TOML") from None


def _version(written: object) -> str:
    try:
        return date.fromisoformat(str(written)).isoformat()
    except ValueError:
        raise PolicyInvalid("version", "must be the date of the document") from None


def _terms() -> Iterator[tuple[str, tuple[object, Term]]]:
    """Each term of the policy as its full name, with the type and the conditions of its value."""
    hints = get_type_hints(Policy, include_extras=True)
    for field in fields(Policy):
        kind, *terms = get_args(hints[field.name]) or (hints[field.name],)
        if terms and isinstance(terms[0], Term):
            yield f"{terms[0].rule}.{field.name}", (kind, terms[0])


def _entries(document: Mapping[str, Any], terms: Mapping[str, object]) -> Iterator[tuple[str, Entry]]:
    for rule, keys in document.items():
        if not isinstance(keys, dict):
            raise PolicyInvalid(rule, "is not a rule with entries")
        for key, parts in keys.items():
            name = f"{rule}.{key}"
            if name not in terms:
                raise PolicyInvalid(name, "is not a term of the policy")
            yield name, _entry(name, rule, key, parts)


def _entry(name: str, rule: str, key: str, parts: object) -> Entry:
    if not isinstance(parts, dict):
        raise PolicyInvalid(name, "is not an entry")
    for part in sorted(_PARTS - parts.keys()):
        raise PolicyInvalid(name, f"has no {part}")
    for _ in parts.keys() - _PARTS:
        raise PolicyInvalid(name, f"has a part other than {', '.join(sorted(_PARTS))}")
    for part in sorted(_PARTS - {"value"}):
        if not (isinstance(parts[part], str) and parts[part].strip()):
            raise PolicyInvalid(name, f"{part} must be written out")
    return Entry(rule=rule, key=key, **parts)


def _value(name: str, entry: Entry, kind: object, term: Term) -> object:
    """The value in the type the rules use, once unit, owner and source are in order."""
    if entry.unit != term.unit:
        raise PolicyInvalid(name, f"unit must be {term.unit}")
    if entry.owner not in _OWNERS:
        raise PolicyInvalid(name, "owner must be the role of a person")
    if not all(_exists(source) for source in entry.source.split("; ")):
        raise PolicyInvalid(name, "source names nothing that exists")
    if kind is str:
        return _clock(name, entry.value)
    if kind is Plausible:
        return _plausible(name, entry)
    if kind is int:
        return _whole(name, entry.value, term)
    if kind is float:
        return _number(name, entry.value, term)
    return _increasing(name, entry.value, term)


def _exists(source: str) -> bool:
    found = _SOURCE.fullmatch(source)
    return found is not None and (found["paragraph"] is None or cites(found["paragraph"]))


def _whole(name: str, value: object, term: Term) -> int:
    # True is an int to Python, and not a number of days.
    if not isinstance(value, int) or isinstance(value, bool):
        raise PolicyInvalid(name, "value must be a whole number")
    if not term.at_least <= value <= term.at_most:
        raise PolicyInvalid(name, f"value must lie between {term.at_least} and {term.at_most}")
    return value


def _number(name: str, value: object, term: Term) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise PolicyInvalid(name, "value must be a number")
    if not term.at_least <= value <= term.at_most:
        raise PolicyInvalid(name, f"value must lie between {term.at_least} and {term.at_most}")
    return float(value)


def _increasing(name: str, value: object, term: Term) -> tuple[int, ...]:
    if not isinstance(value, list) or not value:
        raise PolicyInvalid(name, "value must be a list of whole numbers")
    rungs = tuple(_whole(name, rung, term) for rung in value)
    if any(earlier >= later for earlier, later in pairwise(rungs)):
        raise PolicyInvalid(name, "values must increase")
    if term.count not in {None, len(rungs)}:
        raise PolicyInvalid(name, f"there must be {term.count} values")
    if term.among and not term.among.issuperset(rungs):
        raise PolicyInvalid(name, "a value is none that the rules know")
    return rungs


def _clock(name: str, value: object) -> str:
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        raise PolicyInvalid(name, "value must be a time of day such as 09:30")
    return value


def _plausible(name: str, entry: Entry) -> Plausible:
    ends = entry.value
    if not isinstance(ends, list) or len(ends) != _PAIR or not all(type(end) in {int, float} for end in ends):
        raise PolicyInvalid(name, "value must be two numbers, lowest and highest")
    low, high = ends
    if not 0 < low < high < float("inf"):
        raise PolicyInvalid(name, "values must be above 0 and increase")
    return Plausible(low, high, entry.unit)


def _refuse_disorder(policy: Policy) -> None:
    for chain in ORDERED:
        for earlier, later in pairwise(chain):
            if getattr(policy, earlier) > getattr(policy, later):
                raise PolicyInvalid(later, f"cannot be less than {earlier}")

"""Who plays whom: each name of a story's staff becomes a person of the training trust with that role."""

from collections.abc import Iterator

from deploy.local.people import Person, people, trusts
from deploy.scenarios.written import StoryRefused, Written
from shared.pathway.people import Role, Signature


def trust(written: Written) -> str:
    """The trust's code. Refuses one that is not of the training set."""
    if written.value not in trusts():
        raise StoryRefused((written.line, f"unknown trust; the training set has {', '.join(trusts())}"))
    return written.word


def cast(staff: Written, trust_code: str) -> dict[str, Signature]:
    """A person for each name, different people for different names.

    Refuses: an unknown role, a person who does not hold it there, more names than the trust has people.
    """
    wanted = {name: _wanted(part) for name, part in staff.parts.items()}
    taken = {person for _role, person, _line in wanted.values() if person is not None}
    found: dict[str, Signature] = {}
    for name, (role, person, line) in wanted.items():
        able = [each for each in _able(trust_code, role) if person in {None, each.id}]
        free = [each for each in able if each.id == person or each.id not in taken]
        if not free:
            why = "does not hold this role at this trust" if person else "has nobody left for this role"
            raise StoryRefused((line, f"{person or trust_code} {why}"))
        found[name] = Signature(free[0].id, role)
        taken.add(free[0].id)
    return found


def _wanted(part: Written) -> tuple[Role, str | None, int]:
    if not isinstance(part.value, dict):
        return _role(part), None, part.line
    if unknown := part.parts.keys() - {"role", "person"}:
        raise StoryRefused(*((part.parts[key].line, f"unknown key {key}") for key in unknown))
    if "role" not in part.parts:
        raise StoryRefused((part.line, "the role is missing"))
    person = part.parts.get("person")
    return _role(part.parts["role"]), person.word if person else None, part.line


def _role(part: Written) -> Role:
    if part.value not in frozenset(Role):
        raise StoryRefused((part.line, "unknown role"))
    return Role(part.word)


def _able(trust_code: str, role: Role) -> Iterator[Person]:
    """Everyone there with this role; those who hold only this one come first."""
    able = [each for each in people() if each.trust == trust_code and role in each.roles]
    yield from sorted(able, key=lambda each: len(each.roles))

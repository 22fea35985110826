"""What a page needs to know of the house it belongs to: where its doors are, and whether it is for training only."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

FRONT_DOOR = "front_door"


@dataclass(frozen=True, slots=True)
class House:
    """One per application, at `app.state.house`.

    `front_door` is the absolute address of the front door without a closing slash. `form_targets` are addresses
    whose origins a form may lead to, redirects included: the other desks.
    """

    training: bool
    front_door: str = ""
    form_targets: tuple[str, ...] = ()

    def origins(self) -> tuple[str, ...]:
        """The origins of `form_targets`, each once."""
        return tuple(dict.fromkeys(origin(each) for each in self.form_targets))


def origin(address: str) -> str:
    """Scheme, host and port of an absolute http address. Refuses what is none (ValueError)."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("not an absolute http address")
    return f"{parts.scheme}://{parts.netloc}"


def house_of(request: Request) -> House:
    """The house this request came to: the one given at start-up, else what the desk's wiring tells of it."""
    state = request.app.state
    given: House | None = getattr(state, "house", None)
    if given is None:
        desks = {each.name: each.url for each in state.wiring.desks}
        front = desks.get(FRONT_DOOR, "").rstrip("/")
        given = House(training=state.wiring.training, front_door=front, form_targets=tuple(desks.values()))
        state.house = given
    return given

"""What the ledger is asked to do, and every answer it can give: values, so that nothing hangs on an error's text."""

from dataclasses import dataclass
from datetime import datetime

from shared.ledger.alongside import Alongside
from shared.ledger.patient import PatientIdentity
from shared.pathway.people import Signature
from shared.pathway.record import Record
from shared.pathway.referral import Referral
from shared.pathway.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A referral that opens a pathway. `training_now` starts the pathway's own clock there (training trusts only).

    `key` and `body_hash` make it repeatable: the same key with the same body opens once. `imported`: one of many that
    are brought in; unless it is an emergency, the engine hears of it after everybody's clicks. `from_form`: the draft
    that its writer left goes in the same moment.
    """

    trust: str
    patient: PatientIdentity
    referral: Referral
    by: Signature
    key: str
    body_hash: bytes
    traceparent: str | None = None
    training_now: datetime | None = None
    imported: bool = False
    from_form: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A record for an open pathway. `expected_version` None means: whatever the version (`If-Match: *`).

    `alongside` is what has to be true, and is written, outside the pathway in the same transaction. `looked_after`:
    the engine itself enters it, and looks when it has: it is not told. `from_form`: the writer's draft goes with it.
    """

    trust: str
    pathway_id: str
    record: Record
    by: Signature
    key: str
    body_hash: bytes
    expected_version: int | None = None
    traceparent: str | None = None
    alongside: Alongside | None = None
    looked_after: bool = False
    from_form: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """It is written down and will not be lost. `version` is the number of its entry, `at` the time that entry carries.

    `replayed`: the same key was kept before, and this is that answer again.
    """

    pathway_id: str
    version: int
    at: datetime
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was written but an audit row; every reason at once."""

    refusals: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """This person does not hold, today and in this trust, a role that may do it. Audited."""


@dataclass(frozen=True, slots=True)
class Stale:
    """Somebody wrote in between: the pathway is at `version` now."""

    version: int


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The key was used for something else before."""


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such pathway in this trust; whether another trust has it cannot be told apart."""


Answer = Kept | Refused | NotAllowed | Stale | KeyReused | Absent

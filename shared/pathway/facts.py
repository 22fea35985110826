"""What the ledger saw outside the pathway at the moment of an entry (directory, authorisations, registers)."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from shared.pathway.people import Role


class Fact(BaseModel):
    """Facts are snapshots: frozen, and exact."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Authorisation(Fact):
    """The trust's standing permission to introduce the procedure (IPG651 YR3)."""

    status: str  # active | suspended | expired
    review_by: date
    device_models: frozenset[str]
    operators: frozenset[str]


class Device(Fact):
    """What the trust's device register says of one UDI-DI."""

    udi_di: str
    model: str
    mechanism: str
    recalled: bool  # every lot
    recalled_lots: frozenset[str] = frozenset()


class Study(Fact):
    """An entry of the trust's study register (R-ELI-1)."""

    study_id: str
    ethics_reference: str
    open_on_site: bool


class Facts(Fact):
    """Everything a rule may need to know of the world outside the pathway. Empty means: nothing was seen."""

    age_years: int | None = None
    sex: str = "unknown"
    identity: str = "absent"  # verified | unverified | temporary | absent
    open_pathway_same_side: bool = False
    possible_same_person: frozenset[str] = frozenset()  # pathways of another patient of the same name and birth date
    staff: dict[str, frozenset[Role]] = {}
    governance_recipients: frozenset[Role] = frozenset()
    ack_required: bool = False
    authorisation: Authorisation | None = None
    devices: dict[str, Device] = {}
    studies: dict[str, Study] = {}
    leaflets: dict[str, str] = {}
    suspensions_lifted: frozenset[str] = frozenset()  # references of suspensions that are over
    device_events: dict[str, int] = {}  # "model/category": adverse events of the trust in the days of R-AE-6

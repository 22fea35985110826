"""Where `make run` keeps its evidence: the database's owner, the anchors beside the database folder, the key."""

import os
from pathlib import Path

from deploy.evidence.verifier import Place
from deploy.local import postgres
from deploy.local.evidence_key import anchor_folder, evidence_key
from deploy.local.ports import Ports
from deploy.local.processes import REPOSITORY
from shared.evidence.keys import signing_key


def local_place() -> Place:
    """The running local world's, by PATENCY_HOME and PATENCY_BASE_PORT as `make run` reads them."""
    home = Path(os.environ.get("PATENCY_HOME") or REPOSITORY / ".local").resolve()
    ports = Ports(int(os.environ.get("PATENCY_BASE_PORT", "8000")))
    dsn = postgres.owner_dsn(home, ports.of("postgres"))
    return Place(dsn, anchor_folder(home), signing_key(evidence_key(home)).public)

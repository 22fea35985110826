"""A real ledger for the research register."""

from tests.ledger.conftest import anything, ledger_of, owner, pools

__all__ = ["anything", "ledger_of", "owner", "pools"]

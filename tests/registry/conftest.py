"""A real ledger, a trust of its own for each test, and a simulated registry with a bad line before it."""

from tests.ledger.conftest import anything, ledger_of, owner, pools

__all__ = ["anything", "ledger_of", "owner", "pools"]
